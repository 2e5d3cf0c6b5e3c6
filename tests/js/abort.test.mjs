// AbortSignal: an aborted call ends at once, gives the signal's reason, and leaves nothing behind.

import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { clientOf, rejection, startMock } from './helper.mjs'

const mock = await startMock()
const partner = clientOf(mock)

/** Makes a call that upstream does not answer, and aborts it once it has arrived there; gives what it rejects with. */
async function abortHeld(method, call, ...reason) {
  await mock.reset()
  await mock.faults(method, { hold: true })
  const controller = new AbortController()
  const ended = rejection(call({ signal: controller.signal }))
  await mock.waitForRequests({ method, outcome: 'held' })
  controller.abort(...reason)
  return ended
}

const list = (options) => partner.getInstances(options)
const create = (options) => partner.createInstance({ name: 'a' }, options)

/** As those of jsdom are. */
test('a signal that cannot throw by itself aborts as any other', async () => {
  const plain = () => {
    const signal = new AbortController().signal
    signal.throwIfAborted = undefined
    return signal
  }
  await mock.reset()
  assert.equal((await partner.getInstances({ signal: plain() })).length, 0)
  const aborted = Object.assign(AbortSignal.abort('enough'), { throwIfAborted: undefined })
  assert.equal(await rejection(partner.getInstances({ signal: aborted })), 'enough')
  const old = { aborted: true, addEventListener() {}, removeEventListener() {}, [Symbol.toStringTag]: 'AbortSignal' }
  assert.equal((await rejection(partner.getInstances({ signal: old }))).name, 'AbortError')
})

/** The next warning of the process that says so. It comes when Rust has dropped the call, which may be after the abort. */
function warned(pattern) {
  return new Promise((resolve) => {
    const note = (warning) => {
      if (!pattern.test(warning.message)) return
      process.off('warning', note)
      resolve(warning)
    }
    process.on('warning', note)
  })
}

const effect = /may have taken effect: look before repeating/

/** The warnings of the process while `work` runs. */
async function warningsDuring(work) {
  const warnings = []
  const note = (warning) => warnings.push(warning)
  process.on('warning', note)
  try {
    await work()
  } finally {
    process.off('warning', note)
  }
  return warnings
}

test('a signal that is already aborted sends nothing', async () => {
  await mock.reset()
  const reason = new Error('changed my mind')
  assert.equal(await rejection(partner.getInstances({ signal: AbortSignal.abort(reason) })), reason)
  assert.deepEqual(await mock.requests(), [])
})

test('an abort rejects with its reason, whatever that is', async () => {
  for (const reason of [new Error('enough'), 'text', 0])
    assert.equal(await abortHeld('getInstances', list, reason), reason)
})

test('an abort without a reason rejects with an AbortError', async () => {
  assert.equal((await abortHeld('getInstances', list)).name, 'AbortError')
})

test('AbortSignal.timeout rejects with a TimeoutError', async () => {
  await mock.reset()
  await mock.faults('getInstances', { hold: true })
  assert.equal((await rejection(list({ signal: AbortSignal.timeout(50) }))).name, 'TimeoutError')
})

for (const [name, method, call] of [
  ['createInstance', 'createInstance', create],
  ['getInstances', 'getInstances', list],
  ['getInstance', 'getInstances', (options) => partner.getInstance(1, options)],
  ['deleteInstanceAccount', 'deleteInstanceAccount', (options) => partner.deleteInstanceAccount(1, options)],
]) {
  test(`an abort of ${name} hangs up`, async () => {
    const told = name === 'createInstance' ? warned(effect) : undefined
    await abortHeld(method, call)
    await told
    const [{ outcome }] = await mock.waitForRequests({ method, outcome: 'hung_up' })
    assert.equal(outcome, 'hung_up')
  })
}

test('an aborted ensureInstance leaves a creation that was sent to itself', async () => {
  const ensure = (options) => partner.ensureInstance({ name: 'a' }, options)
  const told = warned(/it goes on while the program runs, and the instance may be charged/)
  await abortHeld('createInstance', ensure)
  const again = ensure()
  await mock.release()
  const { idInstance } = await again
  await told
  assert.deepEqual(
    (await mock.instances()).map((instance) => instance.idInstance),
    [idInstance],
  )
  assert.equal((await mock.requests('createInstance')).length, 1)
})

test('a creation that was cancelled after it was sent warns', async () => {
  const [warning, ...more] = await warningsDuring(async () => {
    const told = warned(effect)
    await abortHeld('createInstance', create)
    await told
  })
  assert.equal(warning.name, 'GreenApiWarning')
  assert.match(warning.message, effect)
  assert.deepEqual(more, [])
})

test('a list that was cancelled does not warn', async () => {
  const warnings = await warningsDuring(async () => {
    await abortHeld('getInstances', list)
    await mock.waitForRequests({ method: 'getInstances', outcome: 'hung_up' })
    // Whatever the list had to say would have been said before this.
    const told = warned(effect)
    await abortHeld('createInstance', create)
    await told
  })
  assert.equal(warnings.length, 1)
})

test('many calls share one signal without a warning, and leave no listener', async () => {
  await mock.reset()
  const { signal } = new AbortController()
  const warnings = await warningsDuring(async () => {
    const calls = Array.from({ length: 50 }, () => partner.getInstances({ signal }))
    assert.equal(getEventListeners(signal, 'abort').length, 1)
    await Promise.all(calls)
  })
  assert.deepEqual(warnings, [])
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('a failed call leaves no listener', async () => {
  await mock.reset()
  const { signal } = new AbortController()
  await rejection(partner.deleteInstanceAccount(1, { signal }))
  await rejection(partner.deleteInstanceAccount('x', { signal }))
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('one abort ends all calls of its signal, and no others', async () => {
  await mock.reset()
  await mock.faults('getInstances', { hold: true, times: 3 })
  const controller = new AbortController()
  const calls = [1, 2].map(() => rejection(partner.getInstances({ signal: controller.signal })))
  const other = partner.getInstances({ signal: new AbortController().signal })
  await mock.waitForRequests({ method: 'getInstances', outcome: 'held', count: 3 })
  controller.abort('both')
  assert.deepEqual(await Promise.all(calls), ['both', 'both'])
  await mock.release()
  assert.equal((await other).length, 0)
})

test('an abort after the end changes nothing', async () => {
  await mock.reset()
  const controller = new AbortController()
  const { length } = await partner.getInstances({ signal: controller.signal })
  controller.abort()
  assert.equal(length, 0)
  assert.equal((await partner.getInstances()).length, 0)
})

test('an aborted download leaves nothing on the disk', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'greenapi-partner-abort-'))
  context.after(() => rmSync(folder, { recursive: true }))
  const shop = partner.instance(1101000042, 'token')
  const given = { chatId: '79876543210@c.us', idMessage: '3EB0C767', path: join(folder, 'a.pdf') }
  let held
  const download = (options) => {
    const call = shop.downloadFileTo(given, options)
    held = mock.waitForRequests({ method: 'downloadFile', outcome: 'held' }).then(() => readdirSync(folder))
    return call
  }
  assert.equal(await abortHeld('downloadFile', download, 'enough'), 'enough')
  assert.match((await held).join(), /^\.greenapi-[0-9a-f]{16}\.part$/)
  while (readdirSync(folder).length) await new Promise(setImmediate)
})

test('an iteration whose end comes with the abort is aborted all the same', async () => {
  const { Flow } = createRequire(import.meta.url)('../../js/flow.js')
  const controller = new AbortController()
  const next = async () => controller.abort() // The source is closed by that, and says that nothing follows.
  const flow = new Flow({ next, close() {} }, controller.signal)
  assert.equal((await rejection(flow.next())).name, 'AbortError')
  assert.deepEqual(await flow.next(), { done: true, value: undefined })
})
