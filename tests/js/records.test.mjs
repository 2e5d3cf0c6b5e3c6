// QR codes, notifications, webhooks and the view for a terminal.

import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { api, clientOf, linked, startMock } from './helper.mjs'

const mock = await startMock({ instanceRateLimits: false })
const partner = clientOf(mock, { pacing: false })

async function qrCode() {
  await mock.reset()
  await mock.addInstance({ idInstance: 1101000042, apiTokenInstance: 'token' })
  return partner.instance(1101000042, 'token').qr()
}

test('a QR code is a picture, an address, a text, an SVG and half blocks', async () => {
  const qr = await qrCode()
  const { qrPayload } = await mock.instance(1101000042)
  assert.ok(Buffer.isBuffer(qr.png))
  assert.equal(qr.png.subarray(1, 4).toString(), 'PNG')
  assert.equal(qr.dataUrl, `data:image/png;base64,${qr.png.toString('base64')}`)
  assert.equal(qr.text, qrPayload)
  assert.match(qr.svg(), /^<svg /)
  assert.match(qr.terminal(), /[▀▄█]/)
  assert.ok(qr.expiresAt instanceof Date)
})

test('a QR code goes to a browser as it is, and shows itself nowhere else', async () => {
  const qr = await qrCode()
  assert.deepEqual(Object.keys(qr.toJSON()).sort(), ['dataUrl', 'expiresAt', 'type'])
  assert.equal(new Date(qr.toJSON().expiresAt).getTime(), qr.expiresAt.getTime())
  assert.equal(inspect(qr), `QrCode { expiresAt: ${qr.expiresAt.toISOString()} }`)
  assert.doesNotMatch(inspect(qr, { depth: null, showHidden: true }), /base64|2@/)
})

const body = {
  typeWebhook: 'incomingMessageReceived',
  instanceData: { idInstance: 1101000001, wid: '71231234567@c.us', typeInstance: 'whatsapp' },
  timestamp: 1705902314,
  idMessage: 'F7AEC1B7086ECDC7E6E45923F5EDB825',
  senderData: { chatId: '79001234567@c.us', sender: '79001234567@c.us', senderName: 'Green' },
  messageData: { typeMessage: 'textMessage', textMessageData: { textMessage: 'secret words' } },
}
const webhookUrlToken = 'canary-of-the-webhook'
const authorization = `Bearer ${webhookUrlToken}`

const bytes = new TextEncoder().encode(JSON.stringify(body))
const apart = Uint8Array.from([0, 0, ...bytes, 0])

const forms = {
  'a Buffer': Buffer.from(JSON.stringify(body)),
  'a Uint8Array': bytes,
  'an ArrayBuffer': bytes.buffer.slice(0, bytes.length),
  'a view of a part': new DataView(apart.buffer, 2, bytes.length),
  'an Int8Array': new Int8Array(apart.buffer, 2, bytes.length),
  text: JSON.stringify(body),
  'an object': body,
}
for (const [name, given] of Object.entries(forms)) {
  test(`a webhook is read from ${name}`, () => {
    const notification = api.parseNotification(given, { authorization, webhookUrlToken })
    assert.ok(notification instanceof api.IncomingMessageReceived)
    assert.ok(notification instanceof api.Notification)
    const { idInstance, idInstanceText, chatId, text, receiptId, timestamp } = notification
    assert.deepEqual(
      { idInstance, idInstanceText, chatId, text, receiptId, timestamp },
      {
        idInstance: 1101000001,
        idInstanceText: '1101000001',
        chatId: '79001234567@c.us',
        text: 'secret words',
        receiptId: null,
        timestamp: new Date('2024-01-22T05:45:14Z'),
      },
    )
    assert.deepEqual(notification.body, body)
  })
}

for (const [header, shown = header] of [
  [undefined],
  [null],
  [''],
  ['Bearer wrong'],
  ['Basic wrong'],
  [`${authorization}\ud83d`, 'with half an emoji behind the token'],
]) {
  test(`a webhook with the header ${shown} is refused`, () => {
    assert.throws(
      () => api.parseNotification(body, { authorization: header, webhookUrlToken }),
      (error) => {
        assert.equal(error.code, 'unauthorized')
        assert.doesNotMatch(inspect(error), /canary/)
        return true
      },
    )
  })
}

test('a token that is missing in the environment is no permission', () => {
  for (const missing of [undefined, null, '']) {
    assert.throws(() => api.parseNotification(body, { webhookUrlToken: missing }), api.ConfigurationError)
  }
  assert.ok(api.parseNotification(body))
})

test('what is no notification is refused', () => {
  for (const given of ['garbage', '[]', '{}', {}, [], 5, null, undefined, Buffer.from('')]) {
    assert.throws(() => api.parseNotification(given), api.InvalidRequestError)
  }
})

test('a body that was not read yet, or holds what JSON cannot, is named', () => {
  const request = new Request('http://127.0.0.1/', { method: 'POST', body: '{}' })
  for (const given of [request, new Blob(['{}']), request.body, Readable.from([]), Promise.resolve({})]) {
    assert.throws(() => api.parseNotification(given), { code: 'invalid_request', message: /not read yet/ })
  }
  assert.throws(() => api.parseNotification({ typeWebhook: 'odd', id: 1n }), {
    code: 'invalid_request',
    message: /bigint/,
  })
})

test('half an emoji in a webhook reads as U+FFFD, in every form', () => {
  const cut = { ...body, senderData: { ...body.senderData, senderName: 'Shop \ud83d' } }
  const text = JSON.stringify(cut)
  for (const given of [cut, text, `\ufeff${text}`, Buffer.from(text), text.replace('\\ud83d', '\ud83d')]) {
    assert.equal(api.parseNotification(given).senderName, 'Shop \ufffd')
  }
})

test('an unknown notification keeps its body, and large numbers in it are text', () => {
  const notification = api.parseNotification('{"typeWebhook":"odd","deep":[{"id":9007199254740993}]}')
  assert.ok(notification instanceof api.UnknownNotification)
  assert.deepEqual(notification.body.deep, [{ id: '9007199254740993' }])
  const large = api.parseNotification('{"typeWebhook":"odd","instanceData":{"idInstance":9007199254740993}}')
  assert.equal(large.idInstanceText, '9007199254740993')
  assert.throws(() => large.idInstance, { code: 'protocol' })
})

test('a notification shows nothing that people wrote', () => {
  const shown = inspect(api.parseNotification(body), { depth: null, showHidden: true })
  assert.match(shown, /^IncomingMessageReceived \{/)
  assert.doesNotMatch(shown, /secret words|Green/)
})

test('settings have flags, and their token only for who asks', async () => {
  const shop = await linked(mock, partner, { incomingWebhook: true, webhookUrlToken })
  const settings = await shop.getSettings()
  assert.ok(settings instanceof api.Settings)
  assert.deepEqual([settings.incomingWebhook, settings.outgoingWebhook], [true, false])
  assert.equal(settings.webhookUrlToken, webhookUrlToken)
  assert.doesNotMatch(inspect(settings) + JSON.stringify(settings), /canary/)
  assert.equal(settings.toJSON({ includeTokens: true }).webhookUrlToken, webhookUrlToken)
})

test('a history is a list of changes with Dates', async () => {
  const shop = await linked(mock, partner)
  const history = await shop.getStateInstanceHistory({ count: 10 })
  const latest = history.at(-1)
  assert.ok(latest instanceof api.StateChange)
  assert.ok(latest.timestamp instanceof Date)
  assert.equal(latest.stateInstance, 'authorized')
})

/** A stream that keeps what is written. */
function stream(isTTY) {
  return {
    isTTY,
    text: '',
    write(chunk) {
      this.text += chunk
    },
  }
}

for (const isTTY of [true, false]) {
  test(`events are drawn ${isTTY ? 'in place on a terminal' : 'one below the other elsewhere'}`, async () => {
    await mock.reset()
    // A client of its own: another remembers what it has created, and the mock has forgotten that.
    const events = clientOf(mock, { pacing: false }).onboard({ name: 'shop-42' }, { interval: 20 })
    const to = stream(isTTY)
    const shown = api.showInTerminal(scanned(events), { stream: to })
    const last = await shown
    assert.ok(last instanceof api.Authorized)
    assert.match(to.text, /shop-42.*[▀▄█].*Linked: 79001234567/s)
    assert.equal(to.text.includes('\u001b[J'), isTTY)
  })
}

/** The same events; a phone scans the first code. */
async function* scanned(events) {
  for await (const event of events) {
    yield event
    if (event.type === 'qrCode') await mock.scan(events.instance.idInstance, '79001234567')
  }
}

test('an error of the events is the error of the view', async () => {
  await mock.reset()
  const lost = partner.instance(1101000077, 'token').authorize({ timeout: 1000, interval: 20 })
  await assert.rejects(api.showInTerminal(lost, { stream: stream(false) }), api.GreenApiError)
})
