// A run over many instances: its results as they come or all together, how far it is, and how it is left.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { beforeEach, test } from 'node:test'
import { inspect } from 'node:util'
import { api, rejection, startMock } from './helper.mjs'

const require = createRequire(new URL('../../js/package.json', import.meta.url))
const { tableFromIPC } = require('apache-arrow')
const native = require('./native.js')
const { recorder } = require('./log.js')
const { made } = require('./made.js')
const { Run } = require('./run.js')

const mock = await startMock({ instanceRateLimits: false })
const ids = [1101000001, 1101000002, 1101000003]
const client = made(
  native.NativeClient.open(
    { partnerToken: mock.partnerToken, partnerApiUrl: mock.url, pacing: false, language: 'node/0' },
    recorder,
  ),
)

/** A run by core's name of it: what the methods that begin one are made of. */
function begin(method, given = {}, signal = undefined) {
  return new Run(made(client.run(method, JSON.stringify(given))), signal)
}

const idsOf = (rows) => rows.map(({ idInstance }) => idInstance).sort()

/** Three instances, of which one, whichever is asked first, does not want to tell its state. */
beforeEach(async () => {
  await mock.reset()
  await mock.setClock('2026-11-22T10:00:00Z')
  for (const idInstance of ids) await mock.addInstance({ idInstance, name: `shop-${idInstance % 10}` })
  await mock.faults('getStateInstance', { status: 403, body: { message: 'Forbidden' } })
})

test('results come one by one, and nothing happens before the first is asked for', async () => {
  const run = begin('inspect')
  assert.deepEqual(await mock.requests(), [])
  const results = []
  for await (const result of run) results.push(result)
  assert.deepEqual(idsOf(results), ids)
  assert.deepEqual(await run.next(), { done: true, value: undefined })
})

test('all results are an array of models, frozen', async () => {
  const rows = await begin('inspect').collect()
  assert.ok(Array.isArray(rows) && Object.isFrozen(rows))
  assert.deepEqual(idsOf(rows), ids)
  for (const row of rows) assert.ok(row instanceof api.Inspection && Object.isFrozen(row))
  assert.deepEqual(Object.keys(rows), ['0', '1', '2'])
})

test('values are of their own types', async () => {
  const rows = await begin('inspect').collect()
  const broken = rows.find(({ error }) => error !== null)
  const fine = rows.find(({ error }) => error === null)
  assert.equal(fine.timeCreated.toISOString(), '2026-11-22T10:00:00.000Z')
  assert.ok(fine.instance instanceof api.Instance)
  assert.equal(fine.instance.idInstance, fine.idInstance)
  assert.ok(broken.error instanceof api.UnauthorizedError)
  assert.equal(broken.error.operation, 'getStateInstance')
  assert.equal(JSON.parse(JSON.stringify(broken)).error.code, 'unauthorized')
})

test('no token is shown', async () => {
  const run = begin('inspect')
  const rows = await run.collect()
  const shown = inspect(rows, { depth: 9 }) + JSON.stringify(rows) + inspect(run) + rows.toArrow()
  for (const { apiTokenInstance } of await mock.instances()) assert.ok(!shown.includes(apiTokenInstance))
})

test('a table is columns too', async () => {
  const rows = await begin('inspect').collect()
  const table = tableFromIPC(rows.toArrow())
  assert.deepEqual(
    table.schema.fields.map(({ name }) => name),
    Object.keys(rows[0].toJSON()).filter((name) => name !== 'instance'),
  )
  for (const [index, row] of rows.entries()) {
    const read = table.get(index)
    assert.equal(read.idInstance, BigInt(row.idInstance))
    assert.deepEqual([read.name, read.group, read.error], [row.name, row.group, row.error?.code ?? null])
    assert.equal(new Date(read.timeCreated).getTime(), row.timeCreated.getTime())
  }
})

test('what is still to come is collected, and then there is nothing', async () => {
  const run = begin('inspect')
  const { value: first } = await run.next()
  assert.deepEqual(idsOf([first, ...(await run.collect())]), ids)
  const nothing = await run.collect()
  assert.deepEqual([...nothing], [])
  assert.equal(tableFromIPC(nothing.toArrow()).numRows, 0)
  assert.equal(tableFromIPC(nothing.toArrow()).numCols, Object.keys(first.toJSON()).length - 1)
})

test('progress counts', async () => {
  const run = begin('inspect')
  await run.next()
  assert.equal(run.progress.total, 3)
  await run.collect()
  const { total, done, failed, left } = run.progress
  assert.deepEqual([total, done + failed, left], [3, 3, 0])
  assert.match(inspect(run), /^Run \{\s+progress: \{\s+total: 3,/)
})

test('a stopped run tells what it did not do', async () => {
  const run = begin('reboot_instances', { ids })
  run.stop()
  const rows = await run.collect()
  assert.deepEqual(
    rows.map(({ index, status }) => [index, status]),
    [0, 1, 2].map((index) => [index, 'skipped']),
  )
  assert.deepEqual(await mock.requests('reboot'), [])
})

test("an error of the run's own ends it", async () => {
  for (const take of [(run) => run.next(), (run) => run.collect()]) {
    await mock.faults('getInstances', { status: 401 })
    const run = begin('inspect')
    assert.ok((await rejection(take(run))) instanceof api.UnauthorizedError)
    assert.equal((await run.next()).done, true)
  }
  assert.throws(() => begin('inspect', { colour: 1 }), {
    code: 'invalid_request',
    message: /there is no argument "colour"/,
  })
})

test('leaving it begins nothing more', async () => {
  const run = begin('inspect')
  for await (const _ of run) break
  assert.equal((await run.next()).done, true)
  assert.deepEqual([...(await run.collect())], [])
})

test('an abort ends it with its reason, and leaving it while it is collected is no empty table', async () => {
  const controller = new AbortController()
  await mock.faults('getInstances', { hold: true, times: 2 })
  const aborted = rejection(begin('inspect', {}, controller.signal).collect())
  await mock.waitForRequests({ method: 'getInstances' })
  controller.abort('enough')
  assert.equal(await aborted, 'enough')

  const run = begin('inspect')
  const left = rejection(run.collect())
  await mock.waitForRequests({ method: 'getInstances', count: 2 })
  await run.return()
  assert.equal((await left).name, 'AbortError')
  await mock.release()
})
