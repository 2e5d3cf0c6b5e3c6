// V8 knows what Rust holds for its objects, and gets it back.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import native from '../../js/native.js'
import { clientOf, startMock } from './helper.mjs'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

const mock = await startMock({ instanceRateLimits: false })
const partner = clientOf(mock, { pacing: false })

/** How many bytes V8 has been told of: `process.memoryUsage()` does not tell that. */
const probe = native.NativeRecord.parseNotification(Buffer.from('{"typeWebhook":"probe"}'))
const external = () => probe.hold()

/** Collects until `holds`; finalizers run some turns later. What never becomes so ends with the test's own time. */
async function collected(holds) {
  while (!holds()) {
    collect()
    await turn()
  }
}

/** How many bytes `work` holds, and that it gives them back. */
async function heldBy(work) {
  await collected(() => true)
  let before = external()
  await collected(() => {
    const last = before
    before = external()
    return last === before
  })
  const bytes = await (async () => {
    const held = await work()
    const grown = external() - before
    return held && grown
  })()
  await collected(() => external() - before < bytes / 10)
  return bytes
}

async function manyInstances(count) {
  await mock.reset()
  await mock.addInstances(count)
}

test('each list that is polled counts, until it is collected', async () => {
  await manyInstances(500)
  const polled = async (polls) => {
    const lists = []
    for (let poll = 0; poll < polls; poll += 1) {
      await mock.addInstance({ name: `new in poll ${poll}` })
      lists.push(await partner.getInstances())
    }
    return lists
  }
  const bytes = await heldBy(() => polled(10))
  // A row has 16 cells of eight bytes.
  assert.ok(bytes > 10 * 500 * 16 * 8, `${bytes} bytes`)
})

test('a list that has not changed counts once, and so do its views and what is found in it', async () => {
  await manyInstances(500)
  const one = await heldBy(() => partner.getInstances())
  await mock.addInstance({ name: 'another' })
  const many = await heldBy(async () => {
    const lists = []
    for (let poll = 0; poll < 10; poll += 1) lists.push(await partner.getInstances())
    return [...lists, lists[0].live, lists[1].slice(1), lists[2].find(lists[0].at(0).idInstance)]
  })
  assert.ok(many < 2 * one, `${many} and ${one} bytes`)
})

test('one instance keeps its list', async () => {
  await manyInstances(500)
  const { idInstance } = (await partner.getInstances()).at(0)
  const bytes = await heldBy(async () => {
    await mock.addInstance({ name: 'another' })
    return partner.getInstance(idInstance)
  })
  assert.ok(bytes > 500 * 16 * 8, `${bytes} bytes`)
})

test('a table counts', async () => {
  await manyInstances(50)
  const bytes = await heldBy(() => partner.inspect().collect())
  assert.ok(bytes > 50 * 13 * 16, `${bytes} bytes`)
})
