// Flows as async iterators: how they are stepped, aborted, left and disposed, and what is left of them.

import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { api, clientOf, linked, rejection, startMock } from './helper.mjs'

const mock = await startMock({ instanceRateLimits: false })
const partner = clientOf(mock, { pacing: false })
const id = 1101000042

/** An instance that waits for a phone, and its client. */
async function unlinked() {
  await mock.reset()
  await mock.addInstance({ idInstance: id, apiTokenInstance: 'token', settings: { incomingWebhook: 'yes' } })
  return partner.instance(id, 'token')
}

/** A scan that shows its first code and waits for the next event. */
async function waiting(options) {
  const shop = await unlinked()
  const events = shop.scanQrCode(options)
  assert.ok((await events.next()).value instanceof api.QrCode)
  const next = events.next()
  await mock.waitForSockets(id, 1)
  return { shop, events, next }
}

const over = { done: true, value: undefined }

test('the events of onboard narrow by their type, and its instance is known after the first', async () => {
  await mock.reset()
  const events = partner.onboard({ name: 'shop-42', incomingWebhook: true }, { interval: 20 })
  assert.equal(events.instance, null)
  const types = []
  for await (const event of events) {
    assert.equal(event.toJSON().type, event.type)
    if (types.at(-1) !== event.type) types.push(event.type)
    if (event.type === 'created') assert.equal(events.instance.idInstance, event.idInstance)
    if (event.type === 'qrCode') await mock.scan(events.instance.idInstance, 79001234567)
  }
  assert.deepEqual(types, ['created', 'waiting', 'qrCode', 'authorized'])
  assert.equal(events.instance, events.instance)
  assert.equal(await events.instance.getStateInstance(), 'authorized')
})

test("a flow of an instance's client has that client", async () => {
  const shop = await unlinked()
  assert.equal(shop.authorize().instance, shop)
  assert.equal(shop.scanQrCode().instance, shop)
})

test('nothing is sent before the first event is asked for', async () => {
  const shop = await unlinked()
  shop.authorize()
  shop.notifications()
  partner.onboard({ name: 'a' })
  assert.deepEqual(await mock.requests(), [])
})

test('leaving the loop closes the socket', async () => {
  const events = (await unlinked()).scanQrCode()
  for await (const event of events) {
    assert.equal(event.type, 'qrCode')
    break
  }
  await mock.waitForSockets(id, 0)
  // Held until here: the garbage collector had no part in it.
  assert.deepEqual(await events.next(), over)
})

test('an error in the loop closes the socket', async () => {
  const events = (await unlinked()).scanQrCode()
  const failed = (async () => {
    for await (const event of events) throw new Error(event.type)
  })()
  assert.equal((await rejection(failed)).message, 'qrCode')
  await mock.waitForSockets(id, 0)
  assert.deepEqual(await events.next(), over)
})

test('return ends the step that is waited for', async () => {
  const { events, next } = await waiting()
  assert.deepEqual(await events.return(), over)
  assert.deepEqual(await next, over)
  await mock.waitForSockets(id, 0)
  assert.deepEqual(await events.next(), over)
})

test('a disposed flow is over', {
  skip: !Symbol.asyncDispose && 'this Node has no Symbol.asyncDispose',
}, async () => {
  const { events, next } = await waiting()
  await events[Symbol.asyncDispose]()
  assert.deepEqual(await next, over)
  await mock.waitForSockets(id, 0)
})

test('an abort rejects with its reason, ends the flow and closes the socket', async () => {
  const controller = new AbortController()
  const { events, next } = await waiting({ signal: controller.signal })
  const reason = new Error('enough')
  controller.abort(reason)
  assert.equal(await rejection(next), reason)
  assert.deepEqual(await events.next(), over)
  await mock.waitForSockets(id, 0)
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
})

test('an abort between two steps is noticed by the next', async () => {
  const controller = new AbortController()
  const shop = await unlinked()
  const events = shop.scanQrCode({ signal: controller.signal })
  await events.next()
  controller.abort('enough')
  assert.equal(await rejection(events.next()), 'enough')
  await mock.waitForSockets(id, 0)
})

test('a wait is aborted too', async () => {
  const shop = await unlinked()
  const controller = new AbortController()
  const ended = rejection(shop.waitUntilAuthorized({ signal: controller.signal }))
  await mock.waitForRequests({ method: 'getStateInstance' })
  controller.abort('enough')
  assert.equal(await ended, 'enough')
})

test('steps that are asked for at once come in order', async () => {
  const shop = await unlinked()
  const events = shop.scanQrCode()
  const steps = [events.next(), events.next(), events.next()]
  await steps[0]
  await mock.scan(id)
  const types = (await Promise.all(steps)).map(({ done, value }) => (done ? 'done' : value.type))
  assert.deepEqual(types, ['qrCode', 'authorized', 'done'])
})

test('a flow that failed is over', async () => {
  const shop = await unlinked()
  const events = shop.scanQrCode()
  await events.next()
  const failed = rejection(events.next())
  await mock.waitForSockets(id, 1)
  await mock.expireQr(id)
  assert.ok((await failed) instanceof api.QrExpiredError)
  assert.deepEqual(await events.next(), over)
})

test('the time of a flow is in milliseconds', async () => {
  const shop = await unlinked()
  const error = await rejection(shop.waitUntilAuthorized({ timeout: 60, interval: 20 }))
  assert.equal(error.code, 'timeout')
  assert.match(error.message, /0\.06 s/)
})

test('notifications are acknowledged by asking for the next, or by ack', async () => {
  const shop = await linked(mock, partner, { incomingWebhook: true })
  for (const text of ['one', 'two', 'three']) await mock.receiveMessage(shop.idInstance, { text })
  const left = async () =>
    (await mock.notifications(shop.idInstance)).map(({ body }) => body.messageData.textMessageData.textMessage)
  const notifications = shop.notifications({ receiveTimeout: 5 })
  assert.equal((await notifications.next()).value.text, 'one')
  assert.deepEqual(await left(), ['one', 'two', 'three'])
  assert.equal((await notifications.next()).value.text, 'two')
  assert.deepEqual(await left(), ['two', 'three'])
  assert.equal(await notifications.ack(), undefined)
  assert.deepEqual(await left(), ['three'])
  await notifications.ack()
  assert.deepEqual(await left(), ['three'])
  await notifications.next()
  await notifications.return()
  await notifications.ack()
  assert.deepEqual(await left(), ['three'])
})

test('ack does nothing to what a pending next has acknowledged, and waits for nobody', async () => {
  const shop = await linked(mock, partner, { incomingWebhook: true })
  await mock.receiveMessage(shop.idInstance, { text: 'one' })
  const notifications = shop.notifications({ receiveTimeout: 60 })
  await notifications.next()
  const next = notifications.next()
  await notifications.ack()
  await mock.receiveMessage(shop.idInstance, { text: 'two' })
  assert.equal((await next).done, false)
  assert.equal((await mock.notifications(shop.idInstance)).length, 1)
  await notifications.return()
})

test('ack does nothing to what only the second of two pending next has given', async () => {
  const shop = await linked(mock, partner, { incomingWebhook: true })
  for (const text of ['one', 'two', 'three']) await mock.receiveMessage(shop.idInstance, { text })
  const left = async () => (await mock.notifications(shop.idInstance)).length
  const notifications = shop.notifications({ receiveTimeout: 60 })
  const [first, second] = [notifications.next(), notifications.next()]
  await first
  await notifications.ack()
  await second
  assert.equal(await left(), 2)
  await notifications.ack()
  assert.equal(await left(), 1)
  await notifications.return()
})

test('a long poll hangs up when the loop is left', async () => {
  const shop = await linked(mock, partner)
  const notifications = shop.notifications({ receiveTimeout: 60 })
  const next = notifications.next()
  await mock.waitForRequests({ method: 'receiveNotification', outcome: 'in_progress' })
  await notifications.return()
  assert.deepEqual(await next, over)
  await mock.waitForRequests({ method: 'receiveNotification', outcome: 'hung_up' })
})
