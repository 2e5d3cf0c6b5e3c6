// Wrong arguments get a clear error before anything is sent, as a rejection and never as an exception.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { api, clientOf, rejection, startMock } from './helper.mjs'

const mock = await startMock()
const partner = clientOf(mock)

const badOptions = [
  [{ partnertoken: 'gac.x' }, /partnertoken.*partnerToken/],
  [{ timeoutMs: 5 }, /timeoutMs/],
  [{ partnerToken: 5 }, /partnerToken must be a string/],
  [{ partnerApiUrl: true }, /partnerApiUrl must be a string/],
  [{ timeout: '5' }, /timeout must be a number/],
  [{ timeout: 0 }, /timeout must be a number of milliseconds above 0/],
  [{ timeout: Number.NaN }, /timeout/],
  [{ timeout: Number.POSITIVE_INFINITY }, /timeout/],
  [{ maxRetries: 1.5 }, /maxRetries must be a whole number/],
  [{ maxRetries: -1 }, /maxRetries/],
  [{ maxRetries: 2 ** 32 }, /maxRetries/],
  [{ maxResponseSize: 0 }, /maxResponseSize must be a whole number of bytes from 1 /],
  [{ maxResponseSize: -1 }, /maxResponseSize/],
  [{ maxResponseSize: 1.5 }, /maxResponseSize/],
  [{ maxResponseSize: '1' }, /maxResponseSize/],
  [{ proxy: {} }, /proxy/],
  [{ caFile: 1 }, /caFile/],
  ['gac.secret-token', /must be an object, not a string$/],
  [[], /must be an object/],
]
for (const [options, message] of badOptions) {
  test(`the constructor refuses ${show(options)}`, () => {
    assert.throws(
      () => new api.PartnerClient(options),
      (error) => {
        assert.ok(error instanceof api.ConfigurationError)
        assert.match(error.message, message)
        assert.doesNotMatch(error.message, /secret/)
        return true
      },
    )
  })
}

test('null and undefined options are "not given"', () => {
  const given = { partnerToken: mock.partnerToken, partnerApiUrl: mock.url }
  const { partnerApiUrl } = new api.PartnerClient({ ...given, timeout: null, maxRetries: undefined, proxy: null })
  assert.equal(partnerApiUrl, mock.url)
})

const badIds = [
  0,
  -1,
  1.5,
  Number.NaN,
  2 ** 53,
  1e21,
  0n,
  -1n,
  2n ** 64n,
  '',
  'x',
  '1.0',
  '-1',
  true,
  {},
  [1],
  null,
  undefined,
]
for (const id of badIds) {
  test(`${show(id)} is no id`, async () => {
    await mock.reset()
    for (const method of ['getInstance', 'deleteInstanceAccount']) {
      const error = await rejection(partner[method](id))
      assert.equal(error.code, 'invalid_request')
      assert.match(error.message, /id_?instance/i)
    }
    assert.deepEqual(await mock.requests(), [])
  })
}

for (const id of [1101000001, 1101000001n, '1101000001']) {
  test(`${show(id)} is an id`, async () => {
    await mock.reset()
    await mock.addInstance({ idInstance: 1101000001 })
    assert.equal((await partner.getInstance(id)).idInstance, 1101000001)
    assert.equal(await partner.deleteInstanceAccount(id), undefined)
    const [{ body }] = await mock.requests('deleteInstanceAccount')
    assert.deepEqual(body, { idInstance: 1101000001 })
  })
}

test('whatever has an id stands for it', async () => {
  for (const method of ['deleteInstanceAccount', 'offboard']) {
    await mock.reset()
    const created = await partner.createInstance({ name: 'a' })
    const listed = await partner.getInstance(created)
    assert.equal(listed.idInstance, created.idInstance)
    assert.equal((await partner.getInstance({ idInstance: created.idInstanceText })).name, 'a')
    if (method === 'deleteInstanceAccount') await partner.deleteInstanceAccount(listed)
    else await partner.offboard(await partner.ensureInstance({ name: 'a' }))
    assert.equal((await partner.getInstances()).live.length, 0)
  }
})

const circular = { name: 'a' }
circular.extra = { circular }
const badSettings = [
  [undefined, /must be an object/],
  [null, /must be an object/],
  ['shop-42', /must be an object/],
  [['name'], /must be an object/],
  [{}, /at least one/],
  [{ name: undefined, webhookUrl: null }, /at least one/],
  [{ nmae: 'a' }, /nmae/],
  [{ name: 5 }, /name/],
  [{ name: () => 'a' }, /name must be a value that JSON can hold/],
  [{ incomingWebhook: 'yes' }, /incomingWebhook/],
  [{ delaySendMessagesMilliseconds: Number.NaN }, /delaySendMessagesMilliseconds/],
  [{ delaySendMessagesMilliseconds: 500n }, /delaySendMessagesMilliseconds/],
  [{ extra: [] }, /extra/],
  [circular, /circular/],
]
for (const [settings, message] of badSettings) {
  test(`${show(settings)} are no settings`, async () => {
    await mock.reset()
    const error = await rejection(partner.createInstance(settings))
    assert.deepEqual([error.code, error.operation], ['invalid_request', 'createInstance'])
    assert.match(error.message, message)
    assert.deepEqual(await mock.requests(), [])
  })
}

const guarded = {
  'a getter of its class': new (class {
    get dryRun() {
      return true
    }
  })(),
  'a property of its prototype': Object.create({ dryRun: true }),
  'a property that is not enumerable': Object.defineProperty({}, 'dryRun', { value: true }),
}
for (const [what, options] of Object.entries(guarded)) {
  test(`${what} is refused, and not dropped`, async () => {
    await mock.reset()
    await mock.addInstance({ idInstance: 1101000001 })
    const settings = new (class {
      name = 'a'
      get incomingWebhook() {
        return true
      }
    })()
    const shop = partner.instance(1101000001, 'token')
    for (const call of [
      () => partner.createInstances(['a'], options).collect(),
      () => partner.deleteInstanceAccounts([1101000001], options).collect(),
      () => partner.deleteDuplicates(options).collect(),
      () => partner.createInstance({ name: 'a' }, options),
      () => partner.createInstance(settings),
      () => partner.createInstances([settings]).collect(),
      () => partner.createInstance({ name: 'a', extra: { settings } }),
      () => shop.setSettings(settings),
      () => shop.call('odd', { json: settings }),
    ]) {
      const error = await rejection((async () => call())())
      assert.equal(error.code, 'invalid_request')
      assert.match(error.message, /does not hold its (dryRun|incomingWebhook) itself/)
    }
    assert.deepEqual(await mock.requests(), [])
  })
}

test('a token that a getter of a class has is not left for that of the environment', (context) => {
  const before = process.env.GREENAPI_PARTNER_TOKEN
  process.env.GREENAPI_PARTNER_TOKEN = 'gac.of-another-account'
  context.after(() => {
    if (before === undefined) delete process.env.GREENAPI_PARTNER_TOKEN
    else process.env.GREENAPI_PARTNER_TOKEN = before
  })
  class Config {
    get partnerToken() {
      return mock.partnerToken
    }
  }
  assert.throws(() => new api.PartnerClient(new Config()), { code: 'configuration' })
})

test('an object of a class that holds its properties, of another realm or of a compiled module is one', async () => {
  await mock.reset()
  class Settings {
    name = 'a'
    method() {}
  }
  const compiled = Object.defineProperty({ name: 'a' }, '__esModule', { value: true })
  for (const settings of [
    new Settings(),
    runInNewContext('({ name: "a" })'),
    Object.assign(Object.create(null), { name: 'a' }),
    compiled,
  ]) {
    await partner.createInstance(settings)
    assert.equal((await mock.requests()).at(-1).body.name, 'a')
  }
})

test('bytes are no ids', async () => {
  await mock.reset()
  await mock.addInstance({ idInstance: 1 })
  for (const ids of [Buffer.from([1, 5]), new Uint8Array([1])]) {
    const error = await rejection((async () => partner.deleteInstanceAccounts(ids, { deleteAll: true }).collect())())
    assert.equal(error.code, 'invalid_request')
  }
  assert.deepEqual(await mock.requests(), [])
})

test('an instance is not ensured without a name', async () => {
  const error = await rejection(partner.ensureInstance({ incomingWebhook: true }))
  assert.equal(error.code, 'invalid_request')
})

const calls = {
  createInstance: (options) => partner.createInstance({ name: 'a' }, options),
  getInstances: (options) => partner.getInstances(options),
  getInstance: (options) => partner.getInstance(1, options),
  deleteInstanceAccount: (options) => partner.deleteInstanceAccount(1, options),
  ensureInstance: (options) => partner.ensureInstance({ name: 'a' }, options),
}
const badCallOptions = [
  { timeoutMs: 5 },
  { timeout: '5' },
  { timeout: 0 },
  { timeout: -1 },
  { signal: {} },
  { Signal: null },
  5,
  [],
]
for (const [operation, call] of Object.entries(calls)) {
  test(`${operation} refuses wrong options`, async () => {
    await mock.reset()
    for (const options of badCallOptions) {
      const error = await rejection(call(options))
      assert.deepEqual([error.code, error.operation], ['invalid_request', operation], show(options))
    }
    assert.deepEqual(await mock.requests(), [])
  })
}

test('an error names what was asked for once', async () => {
  const shop = partner.instance(1101000001, 'token')
  const wrong = {
    getInstances: (options) => partner.getInstances(options),
    inspect: (options) => partner.inspect(options),
    watch: (options) => partner.watch(options),
    setDisappearingChat: (options) => shop.setDisappearingChat({}, options),
    authorize: (options) => shop.authorize(options),
    PartnerClient: (options) => new api.PartnerClient(options),
    InstanceClient: (options) => new api.InstanceClient(options),
    instance: (options) => partner.instance(1101000001, 'token', options),
  }
  for (const [name, call] of Object.entries(wrong)) {
    for (const [options, why] of [
      [{ odd: 1 }, 'there is no option "odd"; there are '],
      ['odd', 'the options must be an object, not a string'],
    ]) {
      const { message } = await rejection((async () => call(options))())
      assert.ok(message.startsWith(`${name}: ${why}`), message)
    }
  }
  const unknown = await rejection(shop.call('setDisappearingChat', { odd: 1 }))
  assert.match(unknown.message, /^setDisappearingChat: there is no option "odd"/)
})

test('a wrong argument of an iteration is refused by the call, and not by its first step', async () => {
  const before = (await mock.requests()).length
  const shop = partner.instance(1101000001, 'token')
  const wrong = [
    () => partner.onboard({}),
    () => partner.onboard({ name: 5 }),
    () => partner.onboard({ name: ' ' }),
    () => partner.onboard({ name: 'a', odd: true }),
    () => partner.onboard({ name: 'a', extra: [] }),
    () => partner.onboard({ name: 'a', delaySendMessagesMilliseconds: 5 }),
    () => partner.onboard({ name: 'a', webhookUrl: 'ftp://shop.example' }),
    () => partner.onboard({ name: 'a' }, { phoneNumber: 'abc' }),
    () => partner.onboard({ name: 'a' }, { verifyTimeout: 0 }),
    () => shop.authorize({ phoneNumber: 'abc' }),
    () => shop.notifications({ receiveTimeout: 'long' }),
  ]
  for (const call of wrong) assert.throws(call, { code: 'invalid_request' })
  assert.equal((await mock.requests()).length, before)
})

test('settle is an option of ensureInstance alone', async () => {
  assert.equal((await rejection(partner.getInstances({ settle: 5 }))).code, 'invalid_request')
  assert.equal((await rejection(partner.ensureInstance({ name: 'a' }, { settle: '5' }))).code, 'invalid_request')
})

test('a timeout of the call is in milliseconds', async () => {
  await mock.reset()
  await mock.faults('getInstances', { hold: true })
  const error = await rejection(partner.getInstances({ timeout: 50 }))
  assert.equal(error.code, 'timeout')
  assert.match(error.message, /0\.05 s/)
  await mock.release()
})

test('a method that was taken off its client rejects', async () => {
  const { getInstances } = partner
  assert.ok((await rejection(getInstances())) instanceof TypeError)
})

test('the environment is looked into where nothing is given', (context) => {
  for (const name of ['GREENAPI_PARTNER_TOKEN', 'GREENAPI_PARTNER_API_URL']) {
    const before = process.env[name]
    context.after(() =>
      before === undefined ? delete process.env[name] : Object.assign(process.env, { [name]: before }),
    )
  }
  Object.assign(process.env, {
    GREENAPI_PARTNER_TOKEN: 'gac.environment',
    GREENAPI_PARTNER_API_URL: `${mock.url}/prefix/`,
  })
  assert.equal(new api.PartnerClient().partnerApiUrl, `${mock.url}/prefix`)
  assert.equal(new api.PartnerClient({ partnerApiUrl: mock.url }).partnerApiUrl, mock.url)
  process.env.GREENAPI_PARTNER_API_URL = ' '
  assert.equal(new api.PartnerClient().partnerApiUrl, 'https://api.green-api.com')
  delete process.env.GREENAPI_PARTNER_TOKEN
  assert.throws(() => new api.PartnerClient(), /GREENAPI_PARTNER_TOKEN/)
})

function show(value) {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' ? JSON.stringify(value) : String(value)
  const pairs = Object.entries(value).map(
    ([key, inner]) => `${key}: ${key === 'circular' ? '…' : show(inner?.circular ? {} : inner)}`,
  )
  return Array.isArray(value) ? `[${value.map(show)}]` : `{ ${pairs.join(', ')} }`
}

const halved = 'Shop \ud83d'
const cuts = {
  'a name': () => partner.createInstance({ name: halved }),
  'the name of ensureInstance': () => partner.ensureInstance({ name: halved }),
  'the name of onboard': () => partner.onboard({ name: halved }).next(),
  'the name of a spec': () => partner.createInstances([{ name: 'a' }, { name: halved }]).collect(),
  'an extra setting': () => partner.createInstance({ name: 'a', extra: { more: [halved] } }),
  'a key of extra': () => partner.createInstance({ name: 'a', extra: { [halved]: 1 } }),
  'a journal': () => partner.createInstances([{ name: 'a' }], { journal: halved }).collect(),
  'a message': () => shop.sendMessage({ chatId: '79001234567@c.us', message: halved }),
  'a setting': () => shop.setSettings({ webhookUrl: `https://x.example/${halved}` }),
  'the JSON of a call': () => shop.call('sendPoll', { json: { message: halved } }),
}
const shop = partner.instance(1101000001, 'token', { apiUrl: mock.url })
for (const [what, given] of Object.entries(cuts)) {
  test(`${what} that is cut inside an emoji is refused, and the error says so`, async () => {
    const before = (await mock.requests()).length
    const error = await rejection((async () => given())())
    assert.equal(error.code, 'invalid_request')
    assert.match(error.message, /half a surrogate pair/)
    assert.equal((await mock.requests()).length, before)
  })
}

const halvedPaths = {
  'a token': [() => partner.instance(1, halved), 'configuration'],
  'a path': [() => shop.setProfilePicture(halved), 'invalid_request'],
  'a method': [() => shop.call(halved), 'invalid_request'],
  'the path of a ledger': [() => api.Ledger.open(halved), 'invalid_request'],
}
for (const [what, [given, code]] of Object.entries(halvedPaths)) {
  test(`${what} that is cut inside an emoji is refused, too`, async () => {
    const error = await rejection((async () => given())())
    assert.equal(error.code, code)
    assert.match(error.message, /half a surrogate pair/)
  })
}

/** What JSON makes nothing, or something else, of. */
const lost = {
  'a Map': new Map([['name', 'a']]),
  'a Set': new Set(['a']),
  'a Promise': Promise.resolve({ name: 'a' }),
  'an Error': new Error('a'),
  'parameters of a URL': new URLSearchParams('name=a'),
  bytes: Buffer.from('a'),
  'a boxed text': new String('a'),
}
const doors = {
  settings: (value) => partner.createInstance(value),
  'an extra': (value) => partner.createInstance({ name: 'a', extra: value }),
  'a part of an extra': (value) => partner.createInstance({ name: 'a', extra: { more: [value] } }),
  'settings of ensureInstance': (value) => partner.ensureInstance(value),
  'settings of onboard': (value) => partner.onboard(value).next(),
  'a spec': (value) => partner.createInstances([{ name: 'a' }, value]).collect(),
  'a part of a spec': (value) => partner.createInstances([{ name: 'a', extra: { more: value } }]).collect(),
  'options of a run': (value) => partner.createInstances(['a'], value).collect(),
  'settings of many': (value) => partner.setInstancesSettings([1101000001], value).collect(),
  'options of watch': (value) => partner.watch(value).next(),
  'options of a call': (value) => partner.createInstance({ name: 'a' }, value),
  'settings of an instance': (value) => shop.setSettings(value),
  'a message': (value) => shop.sendMessage(value),
  'a part of a message': (value) =>
    shop.sendMessage({ chatId: '1@c.us', message: 'a', customPreview: { more: value } }),
  'the JSON of a call': (value) => shop.call('sendPoll', { json: { more: value } }),
  'the query of a call': (value) => shop.call('sendPoll', { query: value }),
}
for (const [door, call] of Object.entries(doors)) {
  test(`what JSON would lose is refused as ${door}`, async () => {
    const before = (await mock.requests()).length
    for (const [what, value] of Object.entries(lost)) {
      const error = await rejection((async () => call(value))())
      assert.equal(error.code, 'invalid_request', what)
    }
    assert.equal((await mock.requests()).length, before)
  })
}

test('what writes itself as something else than an object is refused', async () => {
  await mock.reset()
  for (const written of ['a', 5, null, undefined, [1]]) {
    const settings = { name: 'a', toJSON: () => written }
    assert.equal((await rejection(partner.createInstance(settings))).code, 'invalid_request')
  }
  assert.deepEqual(await mock.requests(), [])
  const { idInstance } = await partner.createInstance({ toJSON: () => ({ name: 'a' }) })
  assert.ok(idInstance)
})

const deep = Array.from({ length: 200 }).reduce((inner) => ({ inner }), {})
const deepDoors = {
  settings: () => partner.createInstance({ name: 'a', extra: deep }),
  'settings of ensureInstance': () => partner.ensureInstance({ name: 'a', extra: deep }),
  'settings of onboard': () => partner.onboard({ name: 'a', extra: deep }).next(),
  specs: () => partner.createInstances([{ name: 'a', extra: deep }]).collect(),
  'settings of many': () => partner.setInstancesSettings([1101000001], { extra: deep }).collect(),
  'settings of an instance': () => shop.setSettings({ extra: deep }),
  'a message': () => shop.sendMessage({ chatId: '1@c.us', message: 'a', extra: deep }),
  'the JSON of a call': () => shop.call('sendPoll', { json: deep }),
}
for (const [door, call] of Object.entries(deepDoors)) {
  test(`what is nested too deeply to be read is refused, and not left out, as ${door}`, async () => {
    const before = (await mock.requests()).length
    const error = await rejection((async () => call())())
    assert.equal(error.code, 'invalid_request')
    assert.match(error.message, /nested/)
    assert.equal((await mock.requests()).length, before)
  })
}

test('a list is not searched for what is no id', async () => {
  await mock.reset()
  await mock.addInstance({ idInstance: 1101000001 })
  const instances = await partner.getInstances()
  for (const id of badIds) assert.throws(() => instances.find(id), { code: 'invalid_request' })
  assert.equal(instances.find(1101000002), undefined)
  assert.equal(instances.find('1101000001').idInstance, 1101000001)
})

test('a bill without prices is not what prices in a Map give', async () => {
  const instances = await partner.getInstances()
  assert.throws(() => instances.billing({ pricePerDay: new Map([['DEVELOPER', '1']]) }), { code: 'invalid_request' })
})

test('idle is a time above 0', async () => {
  for (const idle of [0, -1, '5', Number.NaN, Number.POSITIVE_INFINITY]) {
    const error = await rejection((async () => shop.notifications({}, { idle }).next())())
    assert.equal(error.code, 'invalid_request', show(idle))
    assert.match(error.message, /idle must be a number of milliseconds above 0/)
  }
})

test('an option among the arguments is refused with the place where it belongs', async () => {
  const before = (await mock.requests()).length
  const shop = partner.instance(1101000001, 'token')
  const misplaced = [
    [() => partner.createInstance({ name: 'a', timeout: 5 }), 'timeout'],
    [() => partner.ensureInstance({ name: 'a', compareSettings: true }), 'compareSettings'],
    [() => partner.onboard({ name: 'a', phoneNumber: '79001234567' }), 'phoneNumber'],
    [() => shop.sendMessage({ chatId: '79001234567@c.us', message: 'a', timeout: 5 }), 'timeout'],
    [() => shop.setSettings({ incomingWebhook: true, verify: true }), 'verify'],
    [() => shop.notifications({ idle: 5 }), 'idle'],
  ]
  for (const [call, option] of misplaced) {
    const refused = await rejection((async () => call())())
    assert.equal(refused.code, 'invalid_request', option)
    assert.match(refused.message, new RegExp(`${option} is an option: it goes into the next argument`))
  }
  assert.equal((await mock.requests()).length, before)
})

test('bytes and moments of another realm are taken as what they are', async () => {
  const list = await partner.getInstances()
  assert.ok(list.billing({ until: runInNewContext('new Date(1767225600000)') }))
  const body = Buffer.from('{"typeWebhook":"stateInstanceChanged","stateInstance":"authorized"}')
  const buffer = runInNewContext(`Uint8Array.from(${JSON.stringify([...body])}).buffer`)
  assert.equal(api.parseNotification(buffer).typeWebhook, 'stateInstanceChanged')
  const file = runInNewContext('new Uint8Array([1])')
  const shop = partner.instance(1101000042, 'token')
  const blob = { arrayBuffer: async () => new ArrayBuffer(1), [Symbol.toStringTag]: 'Blob' }
  for (const one of [file, blob]) {
    const { code } = await rejection(shop.sendFileByUpload({ chatId: '1@c.us', file: one, fileName: 'a.txt' }))
    assert.notEqual(code, 'invalid_request')
  }
})
