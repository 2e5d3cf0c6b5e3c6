// Errors as a JavaScript program sees them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { api, clientOf, rejection, startMock } from './helper.mjs'

const mock = await startMock()
const partner = clientOf(mock, { maxRetries: 0 })

test('an error is a real Error of its own class', async () => {
  const error = await rejection(partner.deleteInstanceAccount(1))
  assert.ok(error instanceof api.NotFoundError && error instanceof api.GreenApiError && error instanceof Error)
  assert.equal(error.constructor, api.NotFoundError)
  assert.equal(Object.prototype.toString.call(error), '[object Error]')
})

test('an error has the fields of the table', async () => {
  await mock.faults('getInstances', { named: 'rate_limited', retryAfter: '7' })
  const error = await rejection(partner.getInstances())
  const { name, code, operation, status, description, retryable, retryAfter } = error
  assert.deepEqual(
    { name, code, operation, status, retryable, retryAfter },
    {
      name: 'RateLimitedError',
      code: 'rate_limited',
      operation: 'getInstances',
      status: 429,
      retryable: true,
      retryAfter: 7000,
    },
  )
  assert.ok(description === null || typeof description === 'string')
})

test("what does not apply is null, and upstream's words are kept", async () => {
  const error = await rejection(partner.deleteInstanceAccount(1))
  assert.deepEqual([error.retryAfter, error.status, error.description], [null, 200, 'Not found'])
})

test("the stack shows the caller's code", async () => {
  async function theCallersCode() {
    await partner.deleteInstanceAccount(1)
  }
  const { stack } = await rejection(theCallersCode())
  assert.match(stack, /at async theCallersCode .*errors\.test\.mjs/)
})

test('the reasons below are a chain of causes', async () => {
  await mock.faults('getInstances', { cut: 'after_request' })
  const error = await rejection(partner.getInstances())
  assert.equal(error.code, 'unavailable')
  assert.ok(error.cause instanceof Error)
  assert.match(error.cause.message, /\w/)
  const reasons = []
  for (let cause = error.cause; cause; cause = cause.cause) reasons.push(cause.message)
  assert.deepEqual(error.toJSON().causes, reasons)
  assert.ok(inspect(error).includes(`[cause]: [Error: ${reasons[0]}]`))
})

test('JSON of an error holds its fields', async () => {
  const error = await rejection(partner.deleteInstanceAccount(1))
  assert.deepEqual(JSON.parse(JSON.stringify(error)), {
    name: 'NotFoundError',
    message: error.message,
    code: 'not_found',
    operation: 'deleteInstanceAccount',
    status: 200,
    description: 'Not found',
    retryable: false,
    retryAfter: null,
    causes: [],
  })
})

test('a constructor throws what a call would reject with', () => {
  assert.throws(() => new api.PartnerClient({ partnerToken: '' }), api.ConfigurationError)
})

test('a caller can make one, for tests', () => {
  const error = new api.RateLimitedError('slow down', { retryAfter: 5, cause: 'test' })
  const { name, message, code, operation, retryable, retryAfter, cause } = error
  assert.deepEqual(
    { name, message, code, operation, retryable, retryAfter, cause },
    {
      name: 'RateLimitedError',
      message: 'slow down',
      code: 'rate_limited',
      operation: null,
      retryable: true,
      retryAfter: 5,
      cause: 'test',
    },
  )
})

test('a closed client refuses, and close is harmless twice', async () => {
  const closing = clientOf(mock)
  assert.equal(closing.closed, false)
  closing.close()
  closing.close()
  assert.equal(closing.closed, true)
  assert.equal((await rejection(closing.getInstances())).code, 'configuration')
})

test('closing lets a call in flight finish', async () => {
  await mock.reset()
  await mock.faults('getInstances', { hold: true })
  const closing = clientOf(mock)
  const listing = closing.getInstances()
  await mock.waitForRequests({ method: 'getInstances', outcome: 'held' })
  closing.close()
  await mock.release()
  assert.equal((await listing).length, 0)
})
