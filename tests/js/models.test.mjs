// Models: light views over a list that stays in Rust.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { api, clientOf, startMock } from './helper.mjs'

const mock = await startMock()
const partner = clientOf(mock)

/** A list as upstream would send it. */
async function listed(...items) {
  await mock.reset()
  await mock.faults('getInstances', { body: items })
  return partner.getInstances()
}

const first = {
  idInstance: 1101728004,
  name: 'shop-42',
  typeInstance: 'whatsapp',
  timeCreated: '2022-06-03T18:39:44',
  timeDeleted: '0001-01-01T00:00:00',
  apiTokenInstance: '1f2485e80f474293b935f77d78c64e76fa4bdceb417a4998a4',
  deleted: false,
  tariff: 'PARTNER_23',
  isExpired: false,
  newField: { deep: [1, 'two'] },
}
const second = { ...first, idInstance: 2, name: 'old', deleted: true, timeDeleted: '2022-06-07T10:37:00' }
const third = { ...first, idInstance: 3, name: 'third' }

test('an instance has the fields of upstream, absent ones as null', async () => {
  const instance = (await listed(first)).at(0)
  assert.ok(instance instanceof api.Instance)
  const { idInstance, idInstanceText, name, typeInstance, messenger, deleted, tariff, isFree, isExpired } = instance
  assert.deepEqual(
    { idInstance, idInstanceText, name, typeInstance, messenger, deleted, tariff, isFree, isExpired },
    {
      idInstance: 1101728004,
      idInstanceText: '1101728004',
      name: 'shop-42',
      typeInstance: 'whatsapp',
      messenger: null,
      deleted: false,
      tariff: 'PARTNER_23',
      isFree: null,
      isExpired: false,
    },
  )
  assert.equal(instance.apiTokenInstance, first.apiTokenInstance)
})

test('times are Dates of their own, and "not deleted" is null', async () => {
  const list = await listed(first)
  const instance = list.at(0)
  assert.equal(instance.timeCreated.toISOString(), '2022-06-03T15:39:44.000Z')
  assert.equal(instance.timeDeleted, null)
  instance.timeCreated.setFullYear(1999)
  assert.equal(list.at(0).timeCreated.getUTCFullYear(), 2022)
  assert.match(instance.toJSON().timeCreated, /^2022/)
})

test('unknown fields are kept in extra', async () => {
  const [instance, plain] = await listed(first, { idInstance: 2 })
  assert.deepEqual(instance.extra, { newField: { deep: [1, 'two'] } })
  assert.deepEqual(plain.extra, {})
})

test('an id above 2^53-1 is a protocol error as a number, and exact as text', async () => {
  await mock.reset()
  await mock.faults('getInstances', { text: '[{"idInstance":9007199254740993},{"idInstance":9007199254740991}]' })
  const [wide, safe] = await partner.getInstances()
  assert.throws(() => wide.idInstance, { name: 'ProtocolError', code: 'protocol', message: /9007199254740993/ })
  assert.equal(wide.idInstanceText, '9007199254740993')
  assert.equal(wide.toJSON().idInstance, '9007199254740993')
  assert.match(inspect(wide), /9007199254740993/)
  assert.equal(safe.idInstance, Number.MAX_SAFE_INTEGER)
})

test('a created instance with an id above 2^53-1 does not lose it', async () => {
  await mock.reset()
  await mock.faults('createInstance', { text: '{"idInstance":18446744073709551615,"apiTokenInstance":"abc"}' })
  const created = await partner.createInstance({ name: 'a' })
  assert.throws(() => created.idInstance, { code: 'protocol' })
  assert.deepEqual([created.idInstanceText, created.apiTokenInstance], ['18446744073709551615', 'abc'])
})

test('a wide id goes back as text or as a bigint', async () => {
  await mock.reset()
  await mock.faults('getInstances', { text: '[{"idInstance":9007199254740993,"name":"wide"}]', times: 2 })
  assert.equal((await partner.getInstance('9007199254740993')).name, 'wide')
  assert.equal((await partner.getInstance(9007199254740993n)).name, 'wide')
})

test('a list is read by position, from the front and from the end', async () => {
  const list = await listed(first, second, third)
  assert.equal(list.length, 3)
  assert.deepEqual(
    [list.at(0), list.at(2), list.at(-1), list.at(-3)].map((one) => one.idInstance),
    [1101728004, 3, 3, 1101728004],
  )
  assert.deepEqual([list.at(3), list.at(-4), list.at(Number.POSITIVE_INFINITY)], [undefined, undefined, undefined])
  assert.equal(list.at(Number.NaN).idInstance, 1101728004)
})

test('an item reads the same on the way through a long list as by its position', async () => {
  const odd = { name: null, isFree: true, deleted: true, typeInstance: 'hologram' }
  const items = Array.from({ length: 600 }, (_, index) => ({
    ...first,
    ...(index % 2 ? odd : {}),
    idInstance: index === 599 ? '9007199254740993' : index + 1,
    tariff: `PLAN_${index}`,
  }))
  const list = await listed(...items)
  const fields = Object.keys(list.at(0).toJSON({ includeTokens: true })).filter((name) => name in list.at(0))
  assert.ok(fields.length > 10)
  let index = 0
  for (const one of list) {
    const same = list.at(index)
    for (const field of fields.filter((name) => name !== 'idInstance')) {
      assert.deepEqual(one[field], same[field], `${field} of item ${index}`)
    }
    assert.equal(one.idInstanceText, index === 599 ? '9007199254740993' : String(index + 1))
    assert.equal(one.tariff, `PLAN_${index}`)
    assert.deepEqual(one.extra, same.extra)
    index += 1
  }
  assert.equal(index, 600)
  assert.throws(() => list.toArray().at(-1).idInstance, { code: 'protocol' })
})

test('a list is iterated, spread and turned into an array', async () => {
  const list = await listed(first, second, third)
  assert.deepEqual(
    Array.from(list, (one) => one.name),
    ['shop-42', 'old', 'third'],
  )
  assert.deepEqual([...list, ...list].length, 6)
  assert.ok(Array.isArray(list.toArray()))
  assert.deepEqual(
    list.toArray().map((one) => one.idInstance),
    [1101728004, 2, 3],
  )
})

test('live and deleted are lists too', async () => {
  const list = await listed(first, second, third)
  assert.ok(list.live instanceof api.Instances)
  assert.deepEqual(
    Array.from(list.live, (one) => one.idInstance),
    [1101728004, 3],
  )
  assert.deepEqual(
    Array.from(list.deleted, (one) => one.idInstance),
    [2],
  )
  assert.equal(list.deleted.at(0).timeDeleted.toISOString(), '2022-06-07T07:37:00.000Z')
})

const slices = [[], [1], [0, 2], [-2], [-2, -1], [2, 1], [5], [-9, 9], [undefined, 1]]
for (const positions of slices) {
  test(`slice(${positions}) takes what an array's takes`, async () => {
    const list = await listed(first, second, third)
    const ids = Array.from(list.slice(...positions), (one) => one.idInstance)
    assert.deepEqual(ids, [1101728004, 2, 3].slice(...positions))
  })
}

test('an instance is found by its id, in any form', async () => {
  const list = await listed(first, second)
  assert.deepEqual(
    [2, 2n, '2'].map((id) => list.find(id).name),
    ['old', 'old', 'old'],
  )
  assert.equal(list.find(4), undefined)
  assert.equal(list.live.find(2), undefined)
})

test('an empty list is a list', async () => {
  const list = await listed()
  assert.deepEqual([list.length, list.at(0), [...list], list.live.length], [0, undefined, [], 0])
  assert.equal(inspect(list), 'Instances(0) []')
})

test('plain data has upstream’s names and no token, unless it is asked for', async () => {
  const list = await listed(first)
  const { apiTokenInstance, ...withoutToken } = { ...first, timeCreated: '2022-06-03T15:39:44Z', timeDeleted: null }
  const absent = {
    messenger: null,
    typeAccount: null,
    partnerUserUiid: null,
    isFree: null,
    isPartner: null,
    expirationDate: null,
    apiUrl: null,
    mediaUrl: null,
  }
  assert.deepEqual(list.at(0).toJSON(), { ...absent, ...withoutToken })
  assert.deepEqual(list.at(0).toJSON({ includeTokens: true }), { ...absent, ...withoutToken, apiTokenInstance })
  assert.deepEqual(JSON.parse(JSON.stringify({ list })).list, [{ ...absent, ...withoutToken }])
  assert.deepEqual(list.toJSON({ includeTokens: true })[0].apiTokenInstance, apiTokenInstance)
})

test('an inspected instance shows what is there, the token masked', async () => {
  const shown = inspect((await listed(first)).at(0))
  assert.match(shown, /^Instance \{/)
  assert.match(shown, /name: 'shop-42'/)
  assert.match(shown, /apiTokenInstance: '\*\*\*'/)
  assert.doesNotMatch(shown, /messenger/)
})

test('an inspected list is a table of its first instances', async () => {
  const list = await listed(
    first,
    { ...second, typeInstance: 'v3' },
    ...Array.from({ length: 30 }, (_, at) => ({ ...third, idInstance: 100 + at })),
  )
  const lines = inspect(list).split('\n')
  assert.equal(lines[0], 'Instances(32) [')
  assert.equal(lines[1], '  1101728004  shop-42  whatsapp  live     2022-06-03 15:39')
  assert.equal(lines[2], '  2           old      v3        deleted  2022-06-03 15:39')
  assert.deepEqual(lines.slice(-2), ['  … 12 more', ']'])
})

test('a list outlives its client', async () => {
  await mock.reset()
  await mock.addInstances(2)
  const short = clientOf(mock)
  const list = await short.getInstances()
  short.close()
  assert.equal(list.toArray().length, 2)
})
