// `using` and `await using`, by their symbols; types.test.mjs runs the syntax, as TypeScript compiles it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientOf, rejection, startMock } from './helper.mjs'

const skip = Symbol.dispose ? false : 'this Node has no Symbol.dispose'

test('disposing closes a client', { skip }, async () => {
  const mock = await startMock()
  const [one, two] = [clientOf(mock), clientOf(mock)]
  one[Symbol.dispose]()
  assert.equal(await two[Symbol.asyncDispose](), undefined)
  assert.deepEqual([one.closed, two.closed], [true, true])
})

test("disposing closes an instance's client", { skip }, async () => {
  const [one, two] = [clientOf(await startMock()), clientOf(await startMock())].map((partner) =>
    partner.instance(1, 'x'),
  )
  one[Symbol.dispose]()
  await two[Symbol.asyncDispose]()
  assert.deepEqual([one.closed, two.closed], [true, true])
})

test('disposing closes a mock', { skip }, async () => {
  for (const symbol of [Symbol.dispose, Symbol.asyncDispose]) {
    const mock = await startMock()
    await mock[symbol]()
    assert.equal((await rejection(clientOf(mock, { maxRetries: 0 }).getInstances())).code, 'unavailable')
  }
})
