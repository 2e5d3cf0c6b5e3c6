// Diagnostics that a program hears of its calls, where it listens and where it does not.

import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { test } from 'node:test'
import { api, clientOf, readText, rejection, runProgram, startMock } from './helper.mjs'

const mock = await startMock()

/** The records of the channel while `work` runs. */
async function recordsDuring(work) {
  const records = []
  const note = (record, name) => records.push({ ...record, name })
  subscribe(api.diagnosticsChannel, note)
  try {
    await work(records)
    return records
  } finally {
    unsubscribe(api.diagnosticsChannel, note)
  }
}

test('a call makes a record per request, out before its promise settles', async () => {
  const partner = clientOf(mock)
  const [record, ...more] = await recordsDuring(() => partner.createInstance({ name: 'a' }))
  assert.equal(typeof record.milliseconds, 'number')
  assert.equal(typeof record.rateLimit, 'string')
  assert.deepEqual(
    { ...record, milliseconds: 0, rateLimit: '' },
    {
      name: 'greenapi_partner',
      level: 'debug',
      message: `createInstance: answered (status 200, attempt 1, ${record.milliseconds} ms)`,
      operation: 'createInstance',
      idInstance: null,
      path: '/partner/createInstance/{partnerToken}',
      status: 200,
      attempt: 1,
      milliseconds: 0,
      code: null,
      waitMilliseconds: null,
      count: null,
      rateLimit: '',
    },
  )
  assert.deepEqual(more, [])
})

test('a record has what its type has, and nothing else', async () => {
  const [record] = await recordsDuring(() => clientOf(mock).getInstances())
  const [, members] = readText('js/index.d.ts').match(/interface DiagnosticsRecord \{(.*?)\n\}/s)
  const documented = [...members.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name)
  assert.deepEqual(Object.keys(record).toSorted(), [...documented, 'name'].toSorted())
})

test('a record says which instance it is about, also one with an id that a number would round', async () => {
  await mock.reset()
  await mock.addInstance({ idInstance: 7, name: 'a' })
  const partner = clientOf(mock)
  const [known, unknown] = await recordsDuring(async () => {
    await partner.deleteInstanceAccount(7)
    await rejection(partner.deleteInstanceAccount('9007199254740993'))
  })
  assert.deepEqual([known.idInstance, unknown.idInstance], [7, '9007199254740993'])
  assert.match(known.message, /^deleteInstanceAccount of 7: answered/)
  assert.match(unknown.message, /^deleteInstanceAccount of 9007199254740993: answered/)
})

test('no promise settles before its records are out', async () => {
  await mock.reset()
  const partner = clientOf(mock)
  const heard = []
  await recordsDuring(async (records) => {
    for (let call = 0; call < 300; call += 1) {
      await partner.getInstances()
      heard.push(records.length)
    }
  })
  assert.deepEqual(
    heard,
    Array.from({ length: 300 }, (_, call) => call + 1),
  )
})

test('the records of a retried call come in order', async () => {
  await mock.reset()
  await mock.faults('getInstances', { named: 'rate_limited', retryAfter: '0' }, { status: 503, retryAfter: '0' })
  const records = await recordsDuring(() => clientOf(mock).getInstances())
  const requests = records.filter(({ attempt }) => attempt !== null)
  assert.deepEqual(
    requests.map(({ attempt, status }) => [attempt, status]),
    [
      [1, 429],
      [2, 503],
      [3, 200],
    ],
  )
  assert.ok(records.length > requests.length, 'the waits are recorded too')
})

test('records arrive while the call is still running', async () => {
  await mock.reset()
  await mock.faults('getInstances', { named: 'rate_limited', retryAfter: '0' }, { hold: true })
  const heard = Promise.withResolvers?.() ?? withResolvers()
  const listener = ({ attempt }) => attempt === 1 && heard.resolve()
  subscribe(api.diagnosticsChannel, listener)
  const listing = clientOf(mock).getInstances()
  await heard.promise
  await mock.waitForRequests({ method: 'getInstances', outcome: 'held' })
  await mock.release()
  await listing
  unsubscribe(api.diagnosticsChannel, listener)
})

test('a call that began unheard makes no records', async () => {
  await mock.reset()
  await mock.faults('getInstances', { hold: true })
  const listing = clientOf(mock).getInstances()
  await mock.waitForRequests({ method: 'getInstances', outcome: 'held' })
  const records = await recordsDuring(async () => {
    await mock.release()
    await listing
  })
  assert.deepEqual(records, [])
})

test('records that nobody wants any more are dropped', async () => {
  await mock.reset()
  await mock.faults('getInstances', { hold: true })
  const warnings = []
  const note = (warning) => warnings.push(warning)
  process.on('warning', note)
  let listing
  await recordsDuring(async () => {
    listing = clientOf(mock).getInstances()
    await mock.waitForRequests({ method: 'getInstances', outcome: 'held' })
  })
  await mock.release()
  await listing
  await new Promise(setImmediate) // Process warnings are delivered on the next tick.
  process.off('warning', note)
  assert.deepEqual(warnings, [])
})

test('a warning goes to the channel where somebody listens, and nowhere else', async () => {
  const warnings = []
  const note = (warning) => warnings.push(warning)
  process.on('warning', note)
  const [record] = await recordsDuring(
    () => new api.PartnerClient({ partnerToken: 'strange', partnerApiUrl: mock.url }),
  )
  await new Promise(setImmediate) // Process warnings are delivered on the next tick.
  process.off('warning', note)
  assert.equal(record.level, 'warning')
  assert.match(record.message, /does not begin with "gac\."/)
  assert.deepEqual(warnings, [])
})

test('a listener that throws does not disturb the call', async () => {
  const { stdout, code } = await runProgram(`
    import { subscribe } from 'node:diagnostics_channel'
    import { api, MockServer, clientOf } from './helper.mjs'
    process.on('uncaughtException', (error) => console.log('uncaught:', error.message))
    const mock = await MockServer.start()
    subscribe(api.diagnosticsChannel, () => { throw new Error('a broken listener') })
    console.log((await clientOf(mock).getInstances()).length)
  `)
  assert.deepEqual(
    { lines: stdout.trim().split('\n').sort(), code },
    { lines: ['0', 'uncaught: a broken listener'], code: 0 },
  )
})

test('a program that does not listen prints nothing', async () => {
  const printed = await runProgram(`
    import { api, MockServer, clientOf, rejection } from './helper.mjs'
    const mock = await MockServer.start()
    const partner = clientOf(mock)
    const created = await partner.createInstance({ name: 'a' })
    await partner.getInstances()
    await mock.faults('getInstances', { status: 503, retryAfter: '0' })
    await partner.getInstance(created.idInstance)
    await partner.deleteInstanceAccount(created.idInstance)
    await rejection(partner.deleteInstanceAccount(created.idInstance))
    mock.close()
  `)
  assert.deepEqual(printed, { stdout: '', stderr: '', code: 0, signal: null })
})

test('a warning is a process warning where nobody listens', async () => {
  const { stderr, code } = await runProgram(`
    import { api } from './helper.mjs'
    new api.PartnerClient({ partnerToken: 'strange-token', partnerApiUrl: 'http://127.0.0.1:1' })
  `)
  assert.equal(code, 0)
  assert.match(stderr, /GreenApiWarning: the partner token does not begin with "gac\."/)
  assert.doesNotMatch(stderr, /strange-token/)
})

test('a host that cannot be used is warned of where the client is made', async () => {
  await mock.reset()
  const known = { idInstance: 1101728000, apiTokenInstance: '0'.repeat(50) }
  await mock.faults('createInstance', { body: { ...known, apiUrl: 'undefined' } })
  await mock.faults('getInstances', { body: [{ ...known, mediaUrl: 'http://remote.example' }] })
  const partner = clientOf(mock)
  const created = await partner.createInstance({ name: 'shop-42' })
  const listed = (await partner.getInstances()).at(0)
  for (const [of, name] of [
    [created, 'apiUrl'],
    [listed, 'mediaUrl'],
  ]) {
    const records = await recordsDuring(async () => {
      partner.instance(of)
      await partner.getInstances() // records are out before a call's promise settles
    })
    const [record, ...more] = records.filter((record) => record.level === 'warning')
    assert.deepEqual(more, [])
    assert.match(record.message, new RegExp(name))
  }
})

test('a failing call is recorded without its token', async () => {
  await mock.reset()
  const partner = new api.PartnerClient({ partnerToken: 'gac.canary', partnerApiUrl: mock.url })
  const records = await recordsDuring(() => rejection(partner.getInstances()))
  assert.notEqual(records.length, 0)
  assert.doesNotMatch(JSON.stringify(records), /canary/)
})

function withResolvers() {
  const made = {}
  made.promise = new Promise((resolve) => {
    made.resolve = resolve
  })
  return made
}
