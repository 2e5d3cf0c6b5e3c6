// Stores: one creation per name, whichever process asks.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { inspect } from 'node:util'
import { api, clientOf, runProgram, startMock } from './helper.mjs'

const { Journal, Ledger, PartnerClient, Store } = api
const mock = await startMock()
const folder = mkdtempSync(join(tmpdir(), 'store-'))
after(() => rmSync(folder, { recursive: true }))
const secret = 'hidden-4711'
const away = `postgresql://ann:${secret}@127.0.0.1:1/shop`
let count = 0

async function fresh() {
  await mock.reset()
  count += 1
  return join(folder, `partner-${count}.sqlite`)
}

test('four processes that ask at once create each name once', async () => {
  const file = await fresh()
  await mock.faults('createInstance', { delayMs: 150, times: -1 })
  const program = `
    import { PartnerClient } from '../../js/index.mjs'
    const partner = new PartnerClient({ partnerToken: '${mock.partnerToken}', partnerApiUrl: '${mock.url}', store: ${JSON.stringify(file)} })
    const names = Array.from({ length: 10 }, (_, number) => 'shop-' + number)
    const all = await Promise.all(names.map((name) => partner.ensureInstance({ name })))
    all.forEach((one, place) => console.log(names[place], one.idInstance))
  `
  const said = await Promise.all([1, 2, 3, 4].map(() => runProgram(program)))
  const answers = new Set(said.flatMap(({ stdout }) => stdout.trim().split('\n')))
  assert.equal(answers.size, 10, 'everybody got the same of each name')
  assert.equal((await mock.requests('createInstance')).length, 10)
})

test('a known name is answered without the list', async () => {
  const file = await fresh()
  const created = await clientOf(mock, { store: file }).ensureInstance({ name: 'shop-42' })
  const lists = (await mock.requests('getInstances')).length
  const known = await clientOf(mock, { store: new Store(file) }).ensureInstance({ name: 'shop-42' })
  assert.equal(known.idInstance, created.idInstance)
  assert.equal(known.apiTokenInstance, created.apiTokenInstance)
  assert.equal((await mock.requests('getInstances')).length, lists)
})

test('what nobody knows is sent again with a word', async () => {
  const partner = clientOf(mock, { store: await fresh() })
  await mock.faults('createInstance', { cut: 'after_request' })
  for (const _ of [1, 2]) {
    await assert.rejects(partner.ensureInstance({ name: 'shop-42' }, { settle: 0 }), { code: 'outcome_unknown' })
  }
  assert.equal((await mock.requests('createInstance')).length, 1)
  assert.equal((await partner.ensureInstance({ name: 'shop-42' }, { retryUnknown: true })).isNew, true)
})

test('a run needs no journal', async () => {
  const file = await fresh()
  const names = ['shop-1', 'shop-2']
  const statuses = async (store) =>
    Array.from(await clientOf(mock, { store }).createInstances(names).collect(), (item) => item.status)
  assert.deepEqual(await statuses(file), ['done', 'done'])
  assert.deepEqual(await statuses(file), ['skipped', 'skipped'])
})

test('a journal in a store goes on whichever client takes it up', async () => {
  const file = await fresh()
  await mock.faults('createInstance', {}, { status: 401 })
  const statuses = async () => {
    const run = clientOf(mock).createInstances([{}, {}], { journal: new Store(file).journal('spring'), concurrency: 1 })
    return Array.from(await run.collect(), (item) => `${item.name} ${item.status}`)
  }
  assert.deepEqual(await statuses(), ['spring-1 done', 'spring-2 failed'])
  assert.deepEqual(await statuses(), ['spring-1 skipped', 'spring-2 done'])
  assert.equal((await mock.requests('createInstance')).length, 3)
})

test('every run takes a journal of a store', async () => {
  const journal = new Store(await fresh()).journal('spring')
  const partner = clientOf(mock)
  const shop = await partner.ensureInstance({ name: 'shop-42' })
  await partner.rebootInstances([shop], { journal }).collect()
  const runs = [
    partner.setInstancesSettings([shop], { incomingWebhook: true }, { journal }),
    partner.deleteInstanceAccounts([shop], { journal }),
    partner.logoutInstances([shop], { journal }),
    partner.createInstances(['shop-42'], { journal }),
  ]
  for (const run of runs) {
    await assert.rejects(run.collect(), {
      code: 'invalid_request',
      message: /the journal "spring" .* another kind of run/,
    })
  }
  await assert.rejects(partner.rebootInstances([shop, 7], { journal }).collect(), { message: /over other items/ })
  assert.equal((await mock.requests('deleteInstanceAccount')).length, 0)
})

test('one run has a journal of a store at a time', async () => {
  const store = new Store(await fresh())
  const names = Array.from({ length: 6 }, (_, number) => `shop-${number}`)
  const begin = () => clientOf(mock).createInstances(names, { journal: store.journal('spring'), concurrency: 1 })
  const run = begin()
  assert.equal((await run.next()).value.status, 'done')
  await assert.rejects(begin().collect(), { code: 'invalid_request', message: /is in use: process/ })
  await run.collect()
  assert.deepEqual(new Set(Array.from(await begin().collect(), (item) => item.status)), new Set(['skipped']))
})

test('a ledger in a store has many writers and the bill of a file', async () => {
  const file = await fresh()
  const partner = clientOf(mock)
  await partner.createInstances(['shop-1', 'shop-2', 'shop-3']).collect()
  const list = await partner.getInstances()
  const writers = Array.from({ length: 4 }, () => new Ledger(new Store(file)))
  await Promise.all(writers.map((writer) => writer.record(list)))
  await writers[0].recordInspections(await partner.inspect({ history: true }).collect())
  const local = await Ledger.open(':memory:')
  await local.record(list)
  const bill = async (ledger) => {
    const { instances, total } = await ledger.billing({ pricePerDay: '0.30' })
    return [total, instances.map((one) => one.toJSON())]
  }
  assert.deepEqual(await bill(writers[3]), await bill(local))
  assert.equal((await new Ledger(new Store(file, { account: 'other' })).billing()).totalDays, 0)
  for (const ledger of [...writers, local]) ledger.close()
  await assert.rejects(writers[0].record(list), { code: 'configuration', message: /closed/ })
})

test('a watch remembers in a ledger of a store', async () => {
  const file = await fresh()
  const partner = clientOf(mock)
  await new Ledger(new Store(file)).record(await partner.getInstances())
  const shop = await partner.ensureInstance({ name: 'shop-42' })
  for await (const change of partner.watch({ interval: 10, ledger: new Ledger(new Store(file)) })) {
    assert.deepEqual([change.kind, change.idInstance], ['created', shop.idInstance])
    break
  }
})

test('what is no journal and no place for one is refused before anything is sent', async () => {
  const store = new Store(await fresh())
  const partner = clientOf(mock)
  for (const wrong of [7, store, {}, Object.create(Journal.prototype)]) {
    assert.throws(() => partner.createInstances(['a'], { journal: wrong }), {
      code: 'invalid_request',
      message: /journal must be a Journal or a path/,
    })
  }
  for (const wrong of [7, undefined, '\ud83d']) assert.throws(() => store.journal(wrong), { code: 'invalid_request' })
  for (const Class of [Journal, Ledger]) assert.throws(() => new Class('spring'), { code: 'configuration' })
  const journal = new Store(join(folder, 'no folder', 'a.sqlite')).journal('spring')
  await assert.rejects(partner.createInstances(['a'], { journal }).collect(), { code: 'configuration' })
  const unreachable = new Store(away, { claim: 1000 }).journal('spring')
  await assert.rejects(partner.createInstances(['a'], { journal: unreachable }).collect(), (error) => {
    assert.equal(error.code, 'unavailable')
    assert.equal(inspect(error).includes(secret), false)
    return true
  })
  assert.equal((await mock.requests('createInstance')).length, 0)
  const shown = inspect(new Store(away, { account: 'north' }).journal('spring'), { breakLength: Infinity })
  const where = "address: 'postgresql://127.0.0.1:1/shop', account: 'north'"
  assert.equal(shown, `Journal { name: 'spring', store: Store { ${where} } }`)
})

test('a store shows where it is and no password', () => {
  const store = new Store(away, { account: 'north' })
  assert.deepEqual([store.address, store.account], ['postgresql://127.0.0.1:1/shop', 'north'])
  assert.equal(inspect(store), "Store { address: 'postgresql://127.0.0.1:1/shop', account: 'north' }")
  assert.equal(JSON.stringify(store).includes(secret), false)
})

test('a store that cannot be reached is told before anything is sent', async () => {
  await fresh()
  const partner = clientOf(mock, { store: away })
  await assert.rejects(partner.ensureInstance({ name: 'shop-42' }, { timeout: 300 }), (error) => {
    assert.equal(error.code, 'unavailable')
    assert.equal(inspect(error).includes(secret), false)
    return true
  })
  assert.equal((await mock.requests('createInstance')).length, 0)
})

test('what will not do is refused at once', () => {
  const partnerToken = 'gac.x'
  for (const address of ['', 'mysql://a/b', '/', 'postgresql://ann@db/shop?sslmode=odd', 1, undefined]) {
    assert.throws(() => new Store(address), { code: 'configuration', message: /address/ })
  }
  assert.throws(() => new PartnerClient({ partnerToken, store: 'mysql://a/b' }), { code: 'configuration' })
  assert.throws(() => new PartnerClient({ partnerToken, store: 1 }), {
    code: 'configuration',
    message: /store must be a Store/,
  })
  for (const options of [{ account: '' }, { schema: ' ' }, { claim: 500 }, { fresh: -1 }, { acount: 'a' }, 1]) {
    assert.throws(() => new Store('partner.sqlite', options), { code: 'configuration' })
  }
})
