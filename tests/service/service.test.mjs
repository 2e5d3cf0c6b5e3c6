// A service over webhooks, in either language: what it promises its owner, whichever of its processes dies.

import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventsOf, hasWorker, Service, webhookToken } from './helper.mjs'

const chat = '79001234567@c.us'

test('a customer signs up, links a phone, is written to, writes, and leaves', async (t) => {
  const service = await Service.start(t)
  assert.equal((await service.ask('POST', '/customer')).status, 202)

  const kinds = []
  for await (const event of eventsOf(await service.ask('GET', '/connect'))) {
    kinds.push(event.type)
    if (event.type === 'qrCode') {
      const [{ idInstance }] = await service.mock.instances()
      assert.match(event.dataUrl, /^data:image\/png;base64,/)
      await service.mock.scan(idInstance)
    }
  }
  assert.deepEqual(kinds.filter((kind) => kind !== 'waiting').at(0), 'qrCode')
  assert.equal(kinds.at(-1), 'authorized')
  const [{ idInstance }] = await service.mock.instances()
  await service.until(({ state }) => state === 'authorized')

  await service.mock.receiveMessage(idInstance, { text: 'Hello', chatId: chat })
  await service.until(({ messages }) => messages.some(({ state }) => state === 'sent'))
  assert.equal((await service.ask('POST', '/messages', { id: '1', chat, text: 'Your order is here.' })).status, 202)
  const { messages } = await service.until(
    ({ messages }) => messages.filter(({ state }) => state === 'sent').length === 2,
  )
  assert.deepEqual(messages[0], { chat, text: 'You wrote: Hello', state: 'sent' })
  assert.deepEqual(await service.sent(idInstance), ['You wrote: Hello', 'Your order is here.'])

  assert.equal((await service.ask('DELETE', '/customer')).status, 202)
  await service.until(({ ready }) => !ready)
  assert.equal((await service.mock.instances())[0].deleted, true)
  assert.equal((await service.mock.requests('logout')).length, 1)

  const [creation] = await service.mock.requests('createInstance')
  assert.equal(creation.body.webhookUrl, `http://127.0.0.1:${service.door.address().port}/webhook`)
  assert.equal(creation.body.webhookUrlToken, webhookToken)
  await assertNoToken(service, idInstance)
})

test('whatever is asked for twice is done once', async (t) => {
  const service = await Service.start(t)
  await Promise.all([service.ask('POST', '/customer'), service.ask('POST', '/customer')])
  const idInstance = await service.signedUp()
  await service.ask('POST', '/customer')

  const message = { id: 'order-7', chat, text: 'Your order is here.' }
  await Promise.all([service.ask('POST', '/messages', message), service.ask('POST', '/messages', message)])
  const [{ body }] = await told(service, idInstance, { text: 'Hello', chatId: chat })
  for (const _ of [1, 2]) assert.equal((await service.tell(body)).status, 200)
  // What was begun before this has been dealt with by then.
  await service.ask('POST', '/messages', { id: 'last', chat, text: 'Last.' })
  await service.until(({ messages }) => messages.length === 3 && messages.every(({ state }) => state === 'sent'))

  assert.deepEqual((await service.sent(idInstance)).sort(), ['Last.', 'You wrote: Hello', 'Your order is here.'])
  assert.equal((await service.mock.requests('createInstance')).length, 1)
})

test('two hosts that share a store create a customer once', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'store-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const store = join(folder, 'partner.sqlite')
  const one = await Service.start(t, { store })
  const other = await Service.start(t, { store, upstream: one.mock })
  await one.mock.faults('createInstance', { delayMs: 150, times: -1 })
  await Promise.all([one.ask('POST', '/customer'), other.ask('POST', '/customer')])
  await Promise.all([one.until(({ ready }) => ready), other.until(({ ready }) => ready)])
  assert.equal((await one.mock.requests('createInstance')).length, 1)
})

test('nobody but upstream posts to the webhook, and nobody but our pages asks for anything', async (t) => {
  const service = await Service.start(t)
  const idInstance = await service.signedUp()
  const [{ body }] = await told(service, idInstance, { text: 'Hello', chatId: chat })
  const forged = { ...body, idMessage: 'forged' }
  for (const header of ['', 'Bearer', `Bearer ${webhookToken}x`, 'Basic eA=='])
    assert.equal((await service.tell(forged, header)).status, 401, header)
  for (const broken of ['', '[]', '{}', 'x']) assert.equal((await service.tell(broken)).status, 400, broken)
  // Of an instance that is not ours, and of a type that nobody knows: heard, and let go.
  assert.equal((await service.tell({ ...forged, instanceData: { ...body.instanceData, idInstance: 7 } })).status, 200)
  assert.equal((await service.tell({ ...forged, typeWebhook: 'somethingNew' })).status, 200)
  for (const [verb, path] of [
    ['POST', '/customer'],
    ['DELETE', '/customer'],
    ['GET', '/customer'],
    ['GET', '/connect'],
  ])
    for (const headers of [{}, { 'sec-fetch-site': 'cross-site' }])
      assert.equal((await service.ask(verb, path, undefined, headers)).status, 403, `${verb} ${path}`)
  assert.equal((await service.ask('POST', '/messages', { id: 7 })).status, 422)

  await service.until(({ messages }) => messages.every(({ state }) => state === 'sent'))
  assert.deepEqual(await service.sent(idInstance), ['You wrote: Hello'])
  assert.equal((await service.mock.instances())[0].deleted, false)
})

test('a creation that nobody lived to see is found, and not made again', async (t) => {
  const service = await Service.start(t)
  await service.mock.faults('createInstance', { hold: true, act: true })
  await service.ask('POST', '/customer')
  await service.mock.waitForRequests({ method: 'createInstance', outcome: 'held' })
  await service.lose()
  await service.run()
  await service.until(({ ready }) => ready)
  assert.equal((await service.mock.requests('createInstance')).length, 1)
  assert.equal((await service.mock.instances()).length, 1)
})

test('a creation whose worker died is taken up by another', {
  skip: !hasWorker && 'it works in one process',
}, async (t) => {
  const service = await Service.start(t)
  await service.mock.faults('createInstance', { hold: true, act: true })
  await service.ask('POST', '/customer')
  await service.mock.waitForRequests({ method: 'createInstance', outcome: 'held' })
  service.loseWorker()
  await service.until(({ ready }) => ready)
  assert.equal((await service.mock.requests('createInstance')).length, 1)
  assert.equal((await service.mock.instances()).length, 1)
})

test('a customer who leaves before anybody lived to see his creation pays for none', async (t) => {
  const service = await Service.start(t)
  await service.mock.faults('createInstance', { hold: true, act: true })
  await service.ask('POST', '/customer')
  await service.mock.waitForRequests({ method: 'createInstance', outcome: 'held' })
  await service.ask('DELETE', '/customer')
  await service.lose()
  await service.run()
  await service.mock.waitForRequests({ method: 'deleteInstanceAccount' })
  await service.until(({ signedUp, ready }) => !signedUp && !ready)
  assert.deepEqual(
    (await service.mock.instances()).map(({ deleted }) => deleted),
    [true],
  )
})

test('a message that nobody lived to see sent is not sent again, and those behind it are', async (t) => {
  const service = await Service.start(t)
  const idInstance = await service.signedUp()
  await service.mock.faults('sendMessage', { hold: true, act: true })
  await service.ask('POST', '/messages', { id: '1', chat, text: 'One' })
  await service.mock.waitForRequests({ method: 'sendMessage', outcome: 'held' })
  await service.lose()
  await service.run()
  await service.ask('POST', '/messages', { id: '1', chat, text: 'One' })
  await service.ask('POST', '/messages', { id: '2', chat, text: 'Two' })
  const { messages } = await service.until(({ messages }) => messages.at(-1).state === 'sent')
  assert.deepEqual(
    messages.map(({ text, state }) => [text, state]),
    [
      ['One', 'sending'],
      ['Two', 'sent'],
    ],
  )
  assert.deepEqual(await service.sent(idInstance), ['One', 'Two'])
})

test('what comes in while nobody is there is told again, and answered', async (t) => {
  const service = await Service.start(t)
  const idInstance = await service.signedUp()
  const [{ body }] = await told(service, idInstance, { text: 'Hello', chatId: chat })
  await service.until(({ messages }) => messages.every(({ state }) => state === 'sent'))
  await service.lose()
  await assert.rejects(service.tell({ ...body, idMessage: 'later' }))
  await service.run()
  assert.equal((await service.tell({ ...body, idMessage: 'later' })).status, 200)
  await service.until(({ messages }) => messages.length === 2 && messages.every(({ state }) => state === 'sent'))
  assert.equal((await service.sent(idInstance)).length, 2)
})

/** Lets a message come in. Gives what upstream posted of it. */
async function told(service, idInstance, message) {
  await service.mock.receiveMessage(idInstance, message)
  const { messages } = await service.until(({ messages }) => messages.some(({ text }) => text.startsWith('You wrote')))
  assert.ok(messages.length > 0)
  return service.heard.filter(({ body }) => body.typeWebhook === 'incomingMessageReceived')
}

/** Nothing that the service printed or keeps has a token in it. */
async function assertNoToken(service, idInstance) {
  const { apiTokenInstance } = await service.mock.instance(idInstance)
  const kept = readdirSync(service.data).map((name) => readFileSync(join(service.data, name), 'latin1'))
  for (const token of [service.mock.partnerToken, apiTokenInstance, webhookToken])
    for (const text of [service.printed, ...kept]) assert.ok(!text.includes(token), 'there is a token in it')
}
