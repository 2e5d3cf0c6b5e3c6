// Many instances: what a run, a watch, a ledger and a bill are in JavaScript.

import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { inspect } from 'node:util'
import { api, clientOf, rejection, startMock } from './helper.mjs'

const { tableFromIPC } = createRequire(new URL('../../js/package.json', import.meta.url))('apache-arrow')

const mock = await startMock()
/** A new one after each reset: a client remembers what it has created. */
let partner = clientOf(mock, { pacing: false })
const folder = mkdtempSync(join(tmpdir(), 'greenapi-partner-fleet-'))
after(() => rmSync(folder, { recursive: true }))

const names = ['a', 'b', 'c']
const passes = { headers: {} }
const held = { hold: true }
const statuses = (items) => items.map(({ status }) => status)

async function anew() {
  await mock.reset()
  partner = clientOf(mock, { pacing: false })
}

/** A creation of three, one at a time, with these faults. */
async function creation(faults, options) {
  await anew()
  if (faults.length > 0) await mock.faults('createInstance', ...faults)
  return partner.createInstances(names, { concurrency: 1, ...options })
}

const untilHeld = () => mock.waitForRequests({ method: 'createInstance', outcome: 'held' })
const created = async () => (await mock.requests('createInstance')).length

/** The report once nothing is under way any more. */
async function settled(run) {
  for (;;) {
    const report = run.report()
    if (!report.some(({ status }) => ['waiting', 'underWay'].includes(status))) return report
    await new Promise(setImmediate)
  }
}

/** An account with these instances. */
async function account(...instances) {
  await anew()
  await mock.options({ instanceRateLimits: false })
  for (const instance of instances) await mock.addInstance(instance)
}

const token = 'canary-of-an-instance'
const one = { idInstance: 1, name: 'shop-1', apiTokenInstance: token }
const two = { idInstance: 2, name: 'shop-2', apiTokenInstance: token }

test('nothing is sent before the first result is asked for', async () => {
  const run = await creation([])
  assert.deepEqual(run.report(), [])
  assert.deepEqual(run.progress, { total: 0, done: 0, failed: 0, skipped: 0, unknown: 0, left: 0 })
  assert.deepEqual(await mock.requests(), [])
})

test('results come one by one, with the progress of the run', async () => {
  const run = await creation([])
  const seen = []
  for await (const item of run) {
    assert.ok(item instanceof api.BulkItem)
    assert.ok(item.instance instanceof api.Instance)
    assert.equal(item.instance, item.instance, 'one object')
    assert.equal(item.instance.idInstance, item.idInstance)
    seen.push(item.name)
  }
  assert.deepEqual(seen, names)
  assert.deepEqual(run.progress, { total: 3, done: 3, failed: 0, skipped: 0, unknown: 0, left: 0 })
  assert.deepEqual(await run.next(), { done: true, value: undefined })
})

test('an error of an item is an error of its class, which nobody has thrown', async () => {
  const run = await creation([{ named: 'no_capacity' }])
  const [first, second] = await run.collect()
  assert.ok(first.error instanceof api.NoCapacityError)
  assert.equal(first.error, first.error, 'one object')
  assert.deepEqual([first.status, second.error], ['failed', null])
  assert.equal(first.toJSON().error.code, 'no_capacity')
  assert.match(inspect(first), /error: 'no_capacity'/)
})

test('an abort while a result is waited for ends the wait, and begins nothing more', async () => {
  const controller = new AbortController()
  const run = await creation([held], { signal: controller.signal })
  const waits = rejection(run.next())
  await untilHeld()
  assert.deepEqual(statuses(run.report()), ['underWay', 'waiting', 'waiting'])
  controller.abort('enough')
  assert.equal(await waits, 'enough')
  await mock.release()
  assert.deepEqual(statuses(await settled(run)), ['done', 'skipped', 'skipped'])
  assert.equal(await created(), 1)
  assert.equal((await run.next()).done, true)
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
})

test('an abort while nobody waits begins nothing more, too', async () => {
  const controller = new AbortController()
  const run = await creation([passes, held], { signal: controller.signal })
  assert.equal((await run.next()).value.name, 'a')
  await untilHeld()
  controller.abort('enough')
  await mock.release()
  assert.deepEqual(statuses(await settled(run)), ['done', 'done', 'skipped'])
  assert.equal(await created(), 2)
  assert.equal(await rejection(run.next()), 'enough')
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
})

test('an abort ends collect', async () => {
  const controller = new AbortController()
  const run = await creation([held], { signal: controller.signal })
  const all = rejection(run.collect())
  await untilHeld()
  controller.abort('enough')
  assert.equal(await all, 'enough')
  await mock.release()
  assert.deepEqual(statuses(await settled(run)), ['done', 'skipped', 'skipped'])
})

test('a signal that is already aborted sends nothing', async () => {
  const run = await creation([], { signal: AbortSignal.abort('before') })
  assert.equal(await rejection(run.next()), 'before')
  assert.deepEqual(await mock.requests(), [])
})

test('a run that ends leaves no listener', async () => {
  const { signal } = new AbortController()
  for await (const _ of await creation([], { signal })) assert.equal(getEventListeners(signal, 'abort').length, 1)
  await (await creation([], { signal })).collect()
  await mock.faults('getInstances', { named: 'unauthorized' })
  assert.equal((await rejection(partner.createInstances(names, { signal }).collect())).code, 'unauthorized')
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('leaving the loop begins nothing more', async () => {
  const run = await creation([passes, held])
  for await (const item of run) {
    assert.equal(item.name, 'a')
    await untilHeld()
    break
  }
  await mock.release()
  assert.deepEqual(statuses(await settled(run)), ['done', 'done', 'skipped'])
  assert.equal(await created(), 2)
})

test('disposing of a run begins nothing more', { skip: !Symbol.asyncDispose }, async () => {
  const run = await creation([held])
  const waits = run.next()
  await untilHeld()
  await run[Symbol.asyncDispose]()
  assert.equal((await waits).done, true)
  await mock.release()
  assert.deepEqual(statuses(await settled(run)), ['done', 'skipped', 'skipped'])
})

test('a stopped run tells the rest', async () => {
  const run = await creation([passes, held])
  await run.next()
  await untilHeld()
  run.stop()
  await mock.release()
  assert.deepEqual(statuses(await run.collect()), ['done', 'skipped'])
  assert.equal(await created(), 2)
})

test('an error of the run is the last that it says, and the report stays', async () => {
  await mock.reset()
  await mock.faults('getInstances', { named: 'unauthorized' })
  const run = partner.createInstances(names)
  assert.ok((await rejection(run.next())) instanceof api.UnauthorizedError)
  assert.equal((await run.next()).done, true)
  assert.deepEqual([...(await run.collect())], [])
})

test('a dry run and its guards are told in the words of JavaScript', async () => {
  const plan = await (await creation([], { dryRun: true, maxNew: 3, maxCost: 37.5, pricePerDay: '12.50' })).collect()
  assert.deepEqual(statuses(plan), ['planned', 'planned', 'planned'])
  const dear = await creation([], { maxCost: 37.49, pricePerDay: 12.5 })
  assert.equal((await rejection(dear.next())).code, 'limit_exceeded')
  assert.equal(await created(), 0)
})

test('a journal is for its owner alone, and holds no token', async () => {
  const journal = join(folder, 'run.journal')
  await (await creation([], { journal })).collect()
  if (process.platform !== 'win32') assert.equal(statSync(journal).mode & 0o777, 0o600)
  assert.deepEqual(statuses(await partner.createInstances(names, { journal }).collect()), Array(3).fill('skipped'))
})

test('ids may be numbers, bigints, text, or anything that has one', async () => {
  await account(one, two)
  const listed = await partner.getInstances()
  const inspected = await partner.inspect().collect()
  for (const ids of [
    [1, 2],
    [1n, '2'],
    new Set([1, 2]),
    listed,
    listed.live,
    inspected,
    [{ idInstance: 1 }, { idInstance: 2n }],
  ]) {
    await assert.rejects(partner.deleteInstanceAccounts(ids).collect(), { code: 'limit_exceeded' })
    const items = await partner.deleteInstanceAccounts(ids, { dryRun: true, deleteAll: true }).collect()
    assert.deepEqual(items.map(({ idInstance, status }) => [idInstance, status]).sort(), [
      [1, 'planned'],
      [2, 'planned'],
    ])
  }
})

test('guards of deletions are whole numbers and flags', async () => {
  await account(one, two)
  const wrong = [{ maxDeleted: -1 }, { maxDeleted: 0.5 }, { expect: '1' }, { expect: NaN }, { deleteAll: 1 }]
  for (const options of wrong) {
    assert.throws(() => partner.deleteInstanceAccounts([1], options), { code: 'invalid_request' }, inspect(options))
  }
  const told = { expect: 2, maxDeleted: 2, deleteAll: true }
  assert.deepEqual(statuses(await partner.deleteInstanceAccounts([1, 2], told).collect()), ['done', 'done'])
})

test('ids are exact', async () => {
  const id = '9007199254740993'
  await account()
  for (const ids of [[id], [BigInt(id)], [{ idInstanceText: id }]]) {
    const [item] = await partner.rebootInstances(ids).collect()
    assert.equal(item.idInstanceText, id)
    assert.throws(() => item.idInstance, { code: 'protocol' })
    assert.equal(item.toJSON().idInstance, id)
  }
  assert.throws(() => partner.rebootInstances([Number(id)]), { code: 'invalid_request', operation: 'rebootInstances' })
})

test('what are no ids, specs or settings is refused at once', () => {
  for (const ids of [undefined, null, 1, '12', {}, [null], [{}], [0], ['x'], [[1]]]) {
    assert.throws(() => partner.logoutInstances(ids), { code: 'invalid_request' }, inspect(ids))
  }
  for (const specs of [undefined, 'shop-1', {}, [1], [null], [{ odd: 1 }], [{ name: 1n }]]) {
    assert.throws(() => partner.createInstances(specs), { code: 'invalid_request' }, inspect(specs))
  }
  for (const settings of [undefined, null, 'x', []]) {
    assert.throws(() => partner.setInstancesSettings([1], settings), { code: 'invalid_request' }, inspect(settings))
  }
})

test('settings are sent under their names, of every kind that setSettings takes', async () => {
  await account(one)
  await partner.setInstancesSettings([1], { incomingWebhook: true, outgoingAPIMessageWebhook: false }).collect()
  const [{ body }] = await mock.requests('setSettings')
  assert.deepEqual(body, { incomingWebhook: 'yes', outgoingAPIMessageWebhook: 'no' })
})

test('a table is a frozen array of models', async () => {
  await account(one, two)
  const table = await partner.inspect().collect()
  assert.ok(Array.isArray(table) && Object.isFrozen(table))
  assert.deepEqual(Object.keys(table), ['0', '1'])
  assert.ok(table.every((row) => row instanceof api.Inspection && row.group === 'waiting'))
  assert.equal(JSON.parse(JSON.stringify(table)).length, 2)
  const shown = inspect(table, { depth: null, showHidden: true }) + JSON.stringify(table) + table.toArrow()
  assert.ok(!shown.includes(token))
})

test('a table is Arrow with the types of its fields', async () => {
  const bill = await billed()
  const costs = tableFromIPC(bill.instances.toArrow())
  const types = Object.fromEntries(costs.schema.fields.map(({ name, type }) => [name, String(type)]))
  assert.deepEqual(
    [types.idInstance, types.timeCreated, types.cost],
    ['Uint64', 'Timestamp<MICROSECOND, UTC>', 'Decimal[38e+2]'],
  )
  const days = tableFromIPC(bill.days.toArrow())
  assert.equal(days.numRows, bill.days.length)
  assert.equal(new Date(days.get(0).date).toISOString().slice(0, 10), bill.days[0].date)
  const [first] = await partner.deleteInstanceAccounts([99]).collect()
  assert.equal(first.error.code, 'not_found')
  const items = tableFromIPC((await partner.deleteInstanceAccounts([99]).collect()).toArrow())
  assert.equal(items.get(0).error, 'not_found')
  assert.ok(!items.schema.fields.some(({ name }) => name === 'instance'))
})

test('a table without rows has its columns', async () => {
  await account()
  const empty = await partner.inspect().collect()
  const table = tableFromIPC(empty.toArrow())
  assert.equal(table.numRows, 0)
  assert.equal(table.schema.fields[0].name, 'idInstance')
})

test('a watch is aborted, stopped and left', async () => {
  await account(one)
  const controller = new AbortController()
  const aborted = partner.watch({ interval: 20, signal: controller.signal })
  const waits = rejection(aborted.next())
  await mock.waitForRequests({ method: 'getInstances', count: 2 })
  controller.abort('enough')
  assert.equal(await waits, 'enough')
  assert.equal(typeof aborted.snapshot(), 'string')
  const stopped = partner.watch({ interval: 20 })
  assert.equal(stopped.snapshot(), undefined)
  const next = stopped.next()
  await mock.waitForRequests({ method: 'getInstances', count: 3 })
  stopped.stop()
  assert.deepEqual(await next, { done: true, value: undefined })
  const left = partner.watch({ interval: 20, since: aborted.snapshot() })
  const last = left.next()
  await left.return()
  assert.equal((await last).done, true)
})

test('a watch tells changes, and a ledger remembers them', async () => {
  await account(one)
  const ledger = await api.Ledger.open(join(folder, 'watch.db'))
  await ledger.record(await partner.getInstances())
  await mock.addInstance(two)
  const watch = partner.watch({ interval: 20, ledger })
  const { value: change } = await watch.next()
  assert.ok(change instanceof api.Change)
  assert.deepEqual([change.kind, change.idInstance, change.instance.name], ['created', 2, 'shop-2'])
  assert.ok(change.at instanceof Date)
  assert.ok(!watch.snapshot().includes(token))
  await watch.return()
  ledger.close()
  assert.throws(() => partner.watch({ ledger }), { code: 'configuration' })
  for (const wrong of ['fleet.db', {}, Object.create(api.Ledger.prototype)])
    assert.throws(() => partner.watch({ ledger: wrong }), { code: 'invalid_request' })
})

test('a ledger takes inspections from wherever they are', async () => {
  await account({ ...one, phone: '79001234567' }, two)
  const ledger = await api.Ledger.open(join(folder, 'inspections.db'))
  await ledger.record(await partner.getInstances())
  const table = await partner.inspect({ history: true }).collect()
  await ledger.recordInspections(table.filter(({ idInstance }) => idInstance === 2))
  const reasons = async () => (await ledger.billing()).waste(1).map(({ idInstance, why }) => [idInstance, why])
  assert.deepEqual(await reasons(), [
    [1, 'unknown'],
    [2, 'neverLinked'],
  ])
  for await (const inspection of partner.inspect({ ids: [1], history: true }))
    await ledger.recordInspections([inspection])
  assert.deepEqual(await reasons(), [[2, 'neverLinked']])
  ledger.close()
})

test('a ledger refuses what it cannot keep, and is of no use once it is closed', async () => {
  await account(one)
  const path = join(folder, 'closed.db')
  const ledger = await api.Ledger.open(path)
  if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600)
  for (const wrong of [undefined, null, [], 'x', {}, Object.create(api.Instances.prototype)])
    assert.equal((await rejection(ledger.record(wrong))).code, 'invalid_request')
  for (const wrong of [undefined, 'x', [{}], [null], await partner.getInstances()])
    assert.equal((await rejection(ledger.recordInspections(wrong))).code, 'invalid_request')
  assert.equal(ledger.closed, false)
  ledger.close()
  ledger.close()
  assert.equal(ledger.closed, true)
  const list = await partner.getInstances()
  for (const call of [() => ledger.record(list), () => ledger.recordInspections([]), () => ledger.billing()])
    assert.ok((await rejection(call())) instanceof api.ConfigurationError)
  assert.throws(() => new api.Ledger(path), api.ConfigurationError)
  assert.equal((await rejection(api.Ledger.open(7))).code, 'invalid_request')
  writeFileSync(path, 'no ledger, but long enough to look like something that could be one'.repeat(20))
  assert.equal((await rejection(api.Ledger.open(path))).code, 'invalid_request')
  assert.equal((await rejection(api.Ledger.open(join(folder, 'nowhere/x.db')))).code, 'configuration')
})

test('a ledger is closed at the end of its scope', { skip: !Symbol.dispose }, async () => {
  const ledger = await api.Ledger.open(join(folder, 'scope.db'))
  ledger[Symbol.dispose]()
  assert.equal(ledger.closed, true)
})

/** A bill of two instances of four days each. */
async function billed(options) {
  const createdAt = '2026-11-22T08:00:00Z'
  await account({ ...one, createdAt }, { ...two, createdAt })
  const until = new Date('2026-11-25T12:00:00Z')
  return (await partner.getInstances()).billing({ pricePerDay: '1.50', until, listedAt: until, ...options })
}

test('a bill has money as text, moments as Dates and days as text', async () => {
  const bill = await billed()
  const { total, totalDays, unpricedDays, forecast, nextChargeAt, completeSince } = bill
  assert.deepEqual(
    { total, totalDays, unpricedDays, forecast, nextChargeAt, completeSince },
    {
      total: '12.00',
      totalDays: 8,
      unpricedDays: 0,
      forecast: '27.00',
      nextChargeAt: new Date('2026-11-25T21:00:00Z'),
      completeSince: new Date('2026-08-25T12:00:00Z'),
    },
  )
  assert.equal(bill.instances, bill.instances, 'one table')
  assert.deepEqual([bill.days[0].date, bill.days[0].cost, bill.months[0].month], ['2026-11-22', '3.00', '2026-11'])
  assert.deepEqual(
    bill.prefixes.map(({ prefix, cost }) => [prefix, cost]),
    [['shop', '12.00']],
  )
  assert.match(inspect(bill), /^Billing \{.*total: '12\.00'/s)
})

test('a bill takes prices and days in every form', async () => {
  for (const [pricePerDay, total] of [
    ['1.50', '12.00'],
    [1.5, '12.0'],
    [0.1, '0.8'],
    [2n, '16'],
    [{ PARTNER_23: '1.50' }, '12.00'],
    [{ PARTNER_23: 1 }, '8'],
    [undefined, '0'],
  ]) {
    assert.equal((await billed({ pricePerDay })).total, total, inspect(pricePerDay))
  }
  assert.equal((await billed({ since: '2026-11-25' })).totalDays, 2)
  assert.equal((await billed({ until: '2026-11-25T15:00:00+03:00' })).totalDays, 8)
  for (const wrong of [
    { pricePerDay: '1,5' },
    { pricePerDay: Number.NaN },
    { pricePerDay: -1 },
    { pricePerDay: { PARTNER_23: true } },
    { since: new Date() },
    { since: 'yesterday' },
    { until: new Date(Number.NaN) },
    { until: '2026-11-25' },
  ]) {
    assert.equal((await rejection(billed(wrong))).code, 'invalid_request', inspect(wrong))
  }
})

test('a bill says what would be saved, and of which ids nothing', async () => {
  const bill = await billed()
  const saving = bill.ifDeleted([1n, '99', '9007199254740993'])
  assert.ok(saving instanceof api.Saving)
  assert.deepEqual([saving.instances, saving.perDay, saving.toMonthEnd], [1, '1.50', '7.50'])
  assert.deepEqual(saving.ignored, [99, '9007199254740993'])
  assert.equal(bill.ifDeleted(bill.waste(0)).instances, 2)
  assert.throws(() => bill.ifDeleted(7), { code: 'invalid_request', operation: 'ifDeleted' })
  for (const days of [undefined, -1, 1.5, '7']) assert.throws(() => bill.waste(days), { code: 'invalid_request' })
})
