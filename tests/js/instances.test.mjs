// The client of an instance: how it is made, what it takes, and what it refuses before anything is sent.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { api, clientOf, linked, MockServer, rejection, startMock } from './helper.mjs'

const mock = await startMock({ instanceRateLimits: false })
const partner = clientOf(mock, { pacing: false })
const chatId = '79876543210@c.us'

const folder = mkdtempSync(join(tmpdir(), 'greenapi-partner-files-'))
after(() => rmSync(folder, { recursive: true }))

test('a created and a listed instance make a client, and so does an id with its token', async () => {
  const created = await partner.createInstance({ name: 'a' })
  const { idInstance, apiTokenInstance } = created
  const list = await partner.getInstances()
  const listed = await partner.getInstance(idInstance)
  const [iterated] = list
  for (const client of [
    partner.instance(created),
    partner.instance(listed),
    partner.instance(list.at(0)),
    partner.instance(iterated),
    partner.instance(idInstance, apiTokenInstance),
    partner.instance(BigInt(idInstance), apiTokenInstance),
    partner.instance(String(idInstance), apiTokenInstance, { apiUrl: mock.url }),
  ]) {
    assert.ok(client instanceof api.InstanceClient)
    assert.deepEqual([client.idInstance, client.apiTokenInstance], [idInstance, apiTokenInstance])
    assert.equal(client.apiUrl, mock.url)
  }
})

test('making a client sends nothing', async () => {
  await mock.reset()
  partner.instance(1101000001, 'token')
  new api.InstanceClient({ idInstance: 1101000001, apiTokenInstance: 'token', apiUrl: mock.url })
  assert.deepEqual(await mock.requests(), [])
})

const badInstances = [
  [[undefined, 'x'], 'invalid_request', /idInstance must be a number/],
  [[0, 'x'], 'invalid_request', /id_?instance/i],
  [[{}, 'x'], 'invalid_request', /idInstance must be a number/],
  [[1], 'configuration', /apiTokenInstance must be a string, not undefined/],
  [[1, 5], 'configuration', /apiTokenInstance must be a string/],
  [[1, 'a b'], 'configuration', /token/],
  [[1, 'x', { apiurl: 'http://127.0.0.1' }], 'configuration', /apiurl/],
  [[1, 'x', { apiUrl: 'http://shop.example' }], 'configuration', /https/],
]
for (const [given, code, message] of badInstances) {
  test(`no client is made of ${JSON.stringify(given)}`, () => {
    const refused = (error) => error.code === code && message.test(error.message)
    assert.throws(() => partner.instance(...given), refused)
    const [idInstance, apiTokenInstance, hosts] = given
    assert.throws(() => new api.InstanceClient({ idInstance, apiTokenInstance, ...hosts }), refused)
  })
}

test("an instance's client reads the environment's hosts", (context) => {
  process.env.GREENAPI_API_URL = `${mock.url}/environment`
  context.after(() => delete process.env.GREENAPI_API_URL)
  assert.equal(new api.InstanceClient({ idInstance: 1, apiTokenInstance: 'x' }).apiUrl, `${mock.url}/environment`)
})

test('a client of its own is closed; one of a partner is closed alone', async () => {
  const own = new api.InstanceClient({ idInstance: 1, apiTokenInstance: 'x', apiUrl: mock.url })
  own.close()
  assert.equal((await rejection(own.getStateInstance())).code, 'configuration')
  const shop = partner.instance(1, 'x')
  shop.close()
  assert.deepEqual([own.closed, shop.closed, partner.closed], [true, true, false])
})

test('an id above 2^53-1 throws as a number, and is exact as text', () => {
  const { idInstanceText } = partner.instance('9007199254740993', 'x')
  assert.equal(idInstanceText, '9007199254740993')
  assert.throws(() => partner.instance(idInstanceText, 'x').idInstance, {
    code: 'protocol',
    message: /9007199254740993/,
  })
})

test('a changed token is the one from then on', async () => {
  const shop = await linked(mock, partner)
  const before = shop.apiTokenInstance
  const changed = await shop.updateApiToken()
  assert.notEqual(changed, before)
  assert.equal(shop.apiTokenInstance, changed)
})

const calls = {
  getStateInstanceHistory: [[5], [{ count: '5' }], [{ odd: 1 }]],
  getAuthorizationCode: [[], [{}], ['abc'], [Number.NaN]],
  sendAuthorizationPassword: [[], [5], ['']],
  sendAuthorizationCode: [[], ['12345'], [{ code: 12345 }]],
  setSettings: [[], [{}], ['a'], [{ incomingWebhook: 'yes' }], [{ webhookUrl: () => 'x' }]],
  setProfilePicture: [[], [5], [{}], [[1, 2]]],
  sendMessage: [[], ['hi'], [{ chatId }], [{ chatId, message: 5 }], [{ chatId, message: 'a', odd: 1 }]],
  sendFileByUpload: [[], [{ chatId }], [{ chatId, file: 5 }], [{ chatId, file: 'no/such/file' }]],
  receiveNotification: [[{ receiveTimeout: 1 }], [{ receiveTimeout: '5' }]],
  deleteNotification: [[], [-1], [1.5], ['x'], [2 ** 53], [{}]],
  checkWhatsapp: [[], [true], ['1']],
  waitUntilReady: [[{ interval: '5' }], [{ phoneNumber: 1 }], [{ rebootAfter: 0 }]],
  waitUntilAuthorized: [[{ rebootAfter: 5 }], [{ timeout: -1 }]],
}
for (const [operation, wrong] of Object.entries(calls)) {
  test(`${operation} refuses wrong arguments before anything is sent`, async () => {
    await mock.reset()
    const shop = partner.instance(1101000001, 'token')
    for (const given of wrong) {
      const error = await rejection(shop[operation](...given))
      assert.deepEqual([error.code, error.operation], ['invalid_request', operation], error.message)
    }
    assert.deepEqual(await mock.requests(), [])
  })
}

test('flows refuse wrong arguments when they are made', () => {
  const shop = partner.instance(1101000001, 'token')
  const refused = { code: 'invalid_request' }
  assert.throws(() => partner.onboard({ nmae: 'a' }), refused)
  assert.throws(() => partner.onboard({ name: 'a' }, { interval: '5' }), refused)
  assert.throws(() => shop.authorize({ phoneNumber: {} }), refused)
  assert.throws(() => shop.scanQrCode({ interval: 5 }), refused)
  assert.throws(() => shop.notifications({ receiveTimeout: 'x' }), refused)
})

test('call refuses what is no method or no part of one', async () => {
  const shop = partner.instance(1101000001, 'token')
  await mock.reset()
  for (const given of [
    [],
    [5],
    ['a/b'],
    ['getChats', { verb: 'PUT' }],
    ['getChats', { odd: 1 }],
    ['x', { host: 'h' }],
  ]) {
    assert.equal((await rejection(shop.call(...given))).code, 'invalid_request', String(given[0]))
  }
  assert.deepEqual(await mock.requests(), [])
})

test('call sends what it is told, and gives the JSON that comes', async () => {
  const shop = await linked(mock, partner)
  await mock.faults('getChats', { body: [{ id: chatId, size: 1 }] }, { text: '{"big":9007199254740993}' })
  assert.deepEqual(await shop.call('getChats', { query: { count: 10 } }), [{ id: chatId, size: 1 }])
  assert.deepEqual(await shop.call('getChats', { verb: 'post', json: { count: 1 }, retry: 'safe' }), {
    big: '9007199254740993',
  })
  const requests = await mock.requests('getChats')
  assert.deepEqual(
    requests.map(({ verb, body }) => [verb, body]),
    [
      ['GET', null],
      ['POST', { count: 1 }],
    ],
  )
  assert.match(requests[0].path, /\?count=10$/)
})

const bytes = Buffer.from('%PDF-1.7 ä')
const path = join(folder, 'invoice.pdf')
writeFileSync(path, bytes)
const files = {
  'a Buffer': [{ file: bytes, fileName: 'invoice.pdf' }],
  'a part of an ArrayBuffer': [
    { file: new Uint8Array(Buffer.concat([Buffer.from('--'), bytes])).subarray(2), fileName: 'invoice.pdf' },
  ],
  'a path': [{ file: path }],
  'a File': [{ file: new File([bytes], 'invoice.pdf') }],
}
for (const [name, [given]] of Object.entries(files)) {
  test(`${name} is uploaded as it is, with its name`, async () => {
    const shop = await linked(mock, partner)
    await shop.sendFileByUpload({ chatId, caption: 'Invoice', ...given })
    const [{ body, headers }] = await mock.requests('sendFileByUpload')
    assert.match(headers['content-type'], /^multipart\/form-data; boundary=/)
    const form = typeof body === 'string' ? body : JSON.stringify(body)
    assert.match(form, /invoice\.pdf/)
    assert.match(form, /%PDF-1\.7 ä/)
    assert.doesNotMatch(form, /--%PDF/)
  })
}

test('bytes that are changed after the call are sent as they were', async () => {
  const shop = await linked(mock, partner)
  const file = Buffer.from('before')
  const sent = shop.sendFileByUpload({ chatId, file, fileName: 'a.txt' })
  file.fill('x')
  await sent
  const [{ body }] = await mock.requests('sendFileByUpload')
  assert.match(JSON.stringify(body), /before/)
})

test('a receipt above 2^53-1 is exact as a bigint or as text', async () => {
  const shop = await linked(mock, partner)
  await mock.faults('deleteNotification', { body: { result: true }, times: 2 })
  await shop.deleteNotification(9007199254740993n)
  await shop.deleteNotification('9007199254740993')
  const requests = await mock.requests('deleteNotification')
  for (const { path: requested } of requests) assert.match(requested, /\/9007199254740993$/)
  assert.equal(requests.length, 2)
})

test('qrPageUrl names the instance and its token', () => {
  const shop = partner.instance(1101000001, 'token')
  assert.equal(api.qrPageUrl(shop), 'https://qr.green-api.com/waInstance1101000001/token')
  assert.equal(shop.qrPageUrl(), api.qrPageUrl(shop))
})

test('the mock does to an instance what a phone and a customer do', async (context) => {
  const own = await MockServer.start({ instanceRateLimits: false })
  context.after(() => own.close())
  const shop = await linked(own, clientOf(own, { pacing: false }), { incomingWebhook: true })
  const { idInstance: id } = shop
  assert.equal((await own.instance(id)).state, 'authorized')
  await own.receiveMessage(id, { text: 'hello' })
  await own.notify(id, { typeWebhook: 'odd' })
  assert.deepEqual(
    (await own.notifications(id)).map(({ body }) => body.typeWebhook),
    ['incomingMessageReceived', 'odd'],
  )
  await shop.sendMessage({ chatId, message: 'hi' })
  assert.equal((await own.messages(id)).length, 1)
  await own.setQuota(id, { method: 'checkWhatsapp', used: 100, total: 100 })
  assert.equal((await rejection(shop.checkWhatsapp(79876543210))).code, 'quota_exceeded')
  const token = await own.rotateToken(id)
  assert.notEqual(token, shop.apiTokenInstance)
  await own.unlink(id)
  await own.setState(id, 'blocked')
  assert.equal((await own.instance(id)).state, 'blocked')
  assert.match(await own.refreshQr(id), /^2@/)
})
