// Values are values: they compare, spread, print and clone by their fields, and no token is among those.

import assert from 'node:assert/strict'
import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { api, clientOf, linked, readJson, startMock } from './helper.mjs'

const contract = readJson('tests/contract.json')
const mock = await startMock({ instanceRateLimits: false })
const partner = clientOf(mock, { pacing: false })

const token = 'canary-token-of-the-instance'
const first = { idInstance: 1101728004, name: 'shop-42', apiTokenInstance: token, timeCreated: '2022-06-03T18:39:44' }

async function listed(...items) {
  await mock.reset()
  await mock.faults('getInstances', { body: items, times: 9 })
  return partner.getInstances()
}

test('a list shows names as a terminal may, and in one line each', async () => {
  const shown = inspect(await listed({ ...first, name: '\u001b[2Ja\nb\u202ec' }))
  assert.ok(shown.includes(String.raw`\u001b[2Ja\u000ab\u202ec`), shown)
  assert.equal(shown.split('\n').length, 3)
})

/** A model of a class, of these cells, as Rust gives them. */
function modelOf(name, cells) {
  return new api[name]({ hold() {}, cells: () => cells })
}

for (const [name, fields] of Object.entries(contract.models)) {
  if (['CreateInstance', 'Progress', 'QrCode'].includes(name)) continue

  test(`a ${name} has its fields as its own properties, but no secret, and is frozen`, () => {
    const property = ({ wire }) => wire.split('.').at(-1)
    const model = modelOf(
      name,
      fields.map(() => null),
    )
    const type = Object.entries(contract.events).find(([, event]) => event === name)?.[0]
    const open = fields.filter(({ secret }) => !secret).map(property)
    assert.deepEqual(Object.keys(model), [...(type ? ['type'] : []), ...open])
    assert.equal(model.type, type ?? (open.includes('type') ? null : undefined))
    for (const field of fields) assert.ok(property(field) in model, property(field))
    assert.ok(Object.isFrozen(model))
  })
}

test('instances are equal by their fields, however they were reached', async () => {
  const list = await listed(first, { ...first, name: 'other' }, { ...first })
  const [one, other, same] = list
  assert.deepStrictEqual(one, same)
  assert.deepStrictEqual(one, list.at(0))
  assert.notDeepStrictEqual(one, other)
  assert.notDeepStrictEqual(list.at(0), list.at(1))
  assert.notDeepStrictEqual(one, { ...one })
})

test('lists are equal where their instances are', async () => {
  const list = await listed(first, { ...first, name: 'other' })
  assert.deepStrictEqual(list, await partner.getInstances())
  assert.notDeepStrictEqual(list, list.slice(1))
  assert.notDeepStrictEqual(list.slice(0, 1), list.slice(1))
  assert.deepEqual(Object.keys(list), [])
})

test('times are equal where they are the same moment, and each model has Dates of its own', async () => {
  const [one, later] = await listed(first, { ...first, timeCreated: '2022-06-03T18:39:45' })
  assert.notDeepStrictEqual(one, later)
  assert.equal(one.timeCreated, one.timeCreated)
  one.timeCreated.setFullYear(1999)
  assert.equal(later.timeCreated.getUTCFullYear(), 2022)
})

test('an instance is spread and cloned with its fields, and without its token', async () => {
  const list = await listed(first)
  for (const one of [list.at(0), ...list]) {
    const { timeCreated, ...plain } = { ...one }
    assert.equal(timeCreated.toISOString(), '2022-06-03T15:39:44.000Z')
    assert.deepEqual([plain.idInstance, plain.name, plain.deleted], [1101728004, 'shop-42', false])
    assert.deepEqual(structuredClone(one), { ...one })
    assert.doesNotMatch(JSON.stringify([plain, structuredClone(one), Object.entries(one)]), /canary/)
    assert.equal(one.apiTokenInstance, token)
  }
})

test('a table of instances is one for the console', async () => {
  let text = ''
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      text += chunk
      done()
    },
  })
  new Console({ stdout }).table((await listed(first)).toArray())
  assert.match(text, /idInstance/)
  assert.match(text, /1101728004/)
  assert.match(text, /'shop-42'/)
  assert.doesNotMatch(text, /canary/)
})

test('an item of a list is a value by itself, spread and cloned', async () => {
  const list = await listed(first, { ...first, name: 'other' })
  for (const one of [list.at(1), list.toArray()[1], [...list][1], list.find(first.idInstance)]) {
    assert.equal({ ...one }.idInstance, first.idInstance)
    assert.deepEqual(structuredClone(one), { ...one })
  }
  assert.deepEqual(Object.keys(list.toArray()), ['0', '1'])
  assert.deepStrictEqual(list.toArray(), [list.at(0), list.at(1)])
})

test('an id above 2^53-1 is no property, and is compared as text', async () => {
  const wide = (idInstance) => ({ ...first, idInstance })
  const list = await listed(wide('9007199254740993'), wide('9007199254740995'), wide('9007199254740993'), first)
  const [one, other, same, safe] = list
  assert.ok(!Object.hasOwn(one, 'idInstance'))
  assert.equal({ ...one }.idInstanceText, '9007199254740993')
  assert.notDeepStrictEqual(one, other)
  assert.deepStrictEqual(one, same)
  assert.deepStrictEqual(one, list.at(2))
  assert.throws(() => one.idInstance, { code: 'protocol', message: /9007199254740993/ })
  assert.deepEqual(structuredClone(one), { ...one })
  assert.ok(one instanceof api.Instance)
  assert.ok(Object.isFrozen(one))
  assert.deepEqual([Object.hasOwn(safe, 'idInstance'), Object.hasOwn(safe, 'idInstanceText')], [true, false])
})

for (const [name, fields] of Object.entries(contract.models)) {
  const position = fields.findIndex(({ wire, kind }) => kind === 'int' && wire === 'idInstance')
  if (position < 0 || ['Progress', 'QrCode'].includes(name)) continue

  test(`such an id of a ${name} is none, either`, () => {
    const model = modelOf(name, Object.assign(Array(fields.length).fill(null), { [position]: '9007199254740993' }))
    assert.ok(!Object.hasOwn(model, 'idInstance'))
    assert.equal(model.idInstanceText, '9007199254740993')
    assert.throws(() => model.idInstance, { code: 'protocol' })
  })
}

test('a field cannot be set', async () => {
  const [one] = await listed(first)
  assert.throws(() => {
    one.name = 'other'
  }, TypeError)
})

test('settings are compared and cloned without the webhook’s token', async () => {
  const webhookUrlToken = 'canary-of-the-webhook'
  const shop = await linked(mock, partner, { incomingWebhook: true, webhookUrlToken })
  const settings = await shop.getSettings()
  const same = await shop.getSettings()
  assert.deepStrictEqual(settings, same)
  assert.equal(structuredClone(settings).incomingWebhook, true)
  assert.doesNotMatch(JSON.stringify({ ...settings }) + JSON.stringify(structuredClone(settings)), /canary/)
})

test('an event is spread with its type, a QR code without its picture', async () => {
  await mock.reset()
  const events = []
  // A client of its own: another remembers what it has created, and the mock has forgotten that.
  for await (const event of clientOf(mock, { pacing: false }).onboard({ name: 'shop-42' }, { interval: 20 })) {
    events.push(event)
    if (event.type === 'qrCode') await mock.scan(event.instance?.idInstance ?? events[0].idInstance, '79001234567')
  }
  const qr = events.find(({ type }) => type === 'qrCode')
  assert.deepEqual({ ...qr }, { type: 'qrCode', expiresAt: qr.expiresAt })
  assert.deepEqual(structuredClone(qr), { ...qr })
  assert.equal({ ...events[0] }.type, 'created')
  assert.equal(structuredClone(events.at(-1)).phone, '79001234567')
  assert.notDeepStrictEqual(events[0], events.at(-1))
})

test('rows of a table are compared with what they hold, and keep their objects', async () => {
  await mock.reset()
  await mock.addInstances(3)
  const table = await partner.inspect().collect()
  const [one, other] = table
  assert.notDeepStrictEqual(one, other)
  assert.equal(one.instance, one.instance)
  assert.deepStrictEqual(one.instance, (await partner.getInstances()).find(one.idInstance))
  assert.equal(structuredClone(one).instance.idInstance, one.idInstance)
})

test('bills are equal where all that is in them is', async () => {
  const list = await listed({ ...first, isPartner: true, tariff: 'PARTNER_23' })
  const bill = (pricePerDay) => list.billing({ pricePerDay, listedAt: new Date('2022-06-10T00:00:00Z') })
  assert.deepStrictEqual(bill('4.50'), bill('4.50'))
  assert.notDeepStrictEqual(bill('4.50'), bill('4.60'))
  assert.equal({ ...bill('1') }.totalDays, bill('1').totalDays)
  assert.equal(structuredClone(bill('1')).days.length, bill('1').days.length)
})
