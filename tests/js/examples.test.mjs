// The examples of the operations, which the types' docs and the reference show, run as they stand.

import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { api, clientOf, readJson, startMock } from './helper.mjs'

const AsyncFunction = (async () => {}).constructor
const contract = readJson('tests/contract.json')
const operations = [contract.instance_operations, contract.operations, contract.functions, contract.fleet].flat()
const examples = operations.filter((operation) => operation.examples?.node)

const telegram = ['startAuthorization', 'sendAuthorizationCode', 'sendAuthorizationPassword']
const ofTelegram = [...telegram, 'getAccountSettings', 'checkAccount']
const withoutPhone = ['qr', 'getAuthorizationCode', 'scanQrCode', 'authorize', 'waitUntilAuthorized', ...telegram]
/** What goes on until its client is closed. */
const endless = ['notifications', 'watch', 'deliver']

// The files that they send, and where they put what they get.
process.chdir(mkdtempSync(join(tmpdir(), 'examples-')))
for (const file of ['invoice.pdf', 'bill.pdf']) writeFileSync(file, '%PDF-')
writeFileSync('logo.jpg', Buffer.from([0xff, 0xd8, 0xff]))

const mock = await startMock()

/** An instance as the example has it, the first of the account, and its client. */
async function prepare(name, partner) {
  await mock.reset()
  const fields = {
    name: 'shop-1',
    settings: { incomingWebhook: 'yes' },
    ...(ofTelegram.includes(name) && { typeInstance: 'telegram' }),
    ...(!withoutPhone.includes(name) && { phone: '79001234567' }),
    ...(name === 'sendAuthorizationPassword' && { password: "the account's password", state: 'pendingPassword' }),
  }
  await mock.addInstance(fields)
  const shop = partner.instance((await partner.getInstances()).at(0))
  const ofGroup = /group|admin/i.test(name) && name !== 'createGroup'
  if (ofGroup) await shop.createGroup({ groupName: 'Staff', chatIds: ['79001112233@c.us'] })
  if (/notification/i.test(name)) await mock.receiveMessage(1101000001, { text: 'Hello' })
  return shop
}

/** What a customer does while it runs. */
async function meanwhile(name, partner) {
  let id = 1101000001
  if (name === 'onboard') {
    await mock.waitForRequests({ method: 'createInstance' })
    id = (await mock.instances()).at(-1).idInstance
  }
  if (['scanQrCode', 'authorize', 'onboard'].includes(name)) {
    await mock.waitForSockets(id)
    await mock.scan(id, '79001234567')
  }
  if (name === 'waitUntilAuthorized') {
    await mock.waitForRequests({ method: 'getStateInstance' })
    await mock.scan(id, '79001234567')
  }
  if (name === 'notifications') {
    await mock.waitForRequests({ method: 'deleteNotification' })
    partner.close()
  }
  if (name === 'deliver') {
    await mock.waitForRequests({ method: 'getInstances', count: 2 })
    partner.close()
  }
  if (name === 'watch') {
    await mock.waitForRequests({ method: 'getInstances', count: 2 })
    await mock.addInstance({ name: 'new' })
    const { length } = await mock.requests('getInstances')
    await mock.waitForRequests({ method: 'getInstances', count: length + 3 })
    partner.close()
  }
}

/** The example with the code that upstream sent, and without long waits. */
async function source(name, example, shop) {
  if (name === 'deliver') return example.replace('states: true', 'interval: 20')
  if (name !== 'sendAuthorizationCode') return example.replace(/interval: [\d_]+/, 'interval: 20')
  await shop.startAuthorization('79001234567')
  return example.replace('12345', (await mock.instance(shop.idInstance)).phoneCode)
}

for (const { name, examples: found } of examples) {
  test(`the example of ${name} runs`, async () => {
    const partner = clientOf(mock, { apiUrl: mock.url, mediaUrl: mock.url })
    const shop = await prepare(name, partner)
    const said = []
    const tell = (...words) => said.push(words)
    const names = {
      ...api,
      // Its token and its address are in the environment.
      PartnerClient: function PartnerClient(options) {
        return clientOf(mock, options)
      },
      partner,
      shop,
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      console: { log: tell, table: tell },
      ask: async () => "the account's password",
      save: tell,
      show: tell,
      redirect: tell,
      notification: name === 'deleteNotification' ? await shop.receiveNotification() : undefined,
    }
    const code = await source(name, found.node, shop)
    const run = new AsyncFunction(...Object.keys(names), `{ ${code}\n}`)(...Object.values(names))
    const ended = endless.includes(name) ? assert.rejects(run, api.ConfigurationError) : run
    await Promise.all([ended, meanwhile(name, partner)])
    partner.close()
  })
}
