// Stores: one creation per name, whichever process asks.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { inspect } from 'node:util'
import { api, clientOf, runProgram, startMock } from './helper.mjs'

const { PartnerClient, Store } = api
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
