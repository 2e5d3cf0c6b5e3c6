// No token in anything that a program prints without asking for one.

import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { api, rejection, startMock } from './helper.mjs'

const partnerToken = 'gac.ca0a51e5ca0a51e5ca0a51e5ca0a51e5ca0a51e5ca0a51'
const instanceToken = 'ca0a51e9ca0a51e9ca0a51e9ca0a51e9ca0a51e9ca0a51e9ca'
const webhookUrlToken = 'canary-of-the-webhook'
const proxyPassword = 'canary-of-the-proxy'
const canaries = /ca0a51e5|ca0a51e9|canary-of/

const mock = await startMock({ partnerToken })
const partner = new api.PartnerClient({ partnerToken, partnerApiUrl: mock.url, maxRetries: 0 })

/** All the ways in which a value ends up in a log. */
function printed(value) {
  const deep = { depth: Number.POSITIVE_INFINITY, showHidden: true, maxArrayLength: null }
  return [
    inspect(value),
    inspect(value, deep),
    inspect([{ value }], deep),
    String(value),
    JSON.stringify(value),
    JSON.stringify({ value }),
    value?.stack,
  ].join('\n')
}

test('a client shows no token', () => {
  const proxied = new api.PartnerClient({
    partnerToken,
    partnerApiUrl: mock.url,
    proxy: `http://user:${proxyPassword}@127.0.0.1:1`,
  })
  assert.doesNotMatch(printed(partner), canaries)
  assert.doesNotMatch(printed(proxied), canaries)
})

test('no error shows a secret that is given as a number, or by a class', async () => {
  const number = 987654321
  class Config {
    get webhookUrlToken() {
      return webhookUrlToken
    }
    get secret() {
      return webhookUrlToken
    }
  }
  const shop = new api.InstanceClient({ idInstance: 5, apiTokenInstance: instanceToken, apiUrl: mock.url })
  const body = '{"typeWebhook":"x"}'
  for (const call of [
    () => shop.sendAuthorizationCode(number),
    () => shop.sendAuthorizationCode({ code: number }),
    () => shop.sendAuthorizationPassword(number),
    () => api.parseNotification(body, { authorization: 'x', webhookUrlToken: number }),
    () => api.parseNotification(body, { authorization: number, webhookUrlToken: 'x' }),
    () => api.parseNotification(body, new Config()),
    () => api.verifyEvent('{}', {}, { secret: number }),
    () => api.verifyEvent('{}', {}, new Config()),
    () => new api.PartnerClient({ partnerToken: number }),
    () => new api.PartnerClient({ partnerToken, proxy: number }),
    () => new api.InstanceClient({ idInstance: 5, apiTokenInstance: number }),
    () => new api.Store(number),
  ]) {
    const error = await rejection((async () => call())())
    assert.match(error.code, /^(invalid_request|configuration)$/)
    assert.doesNotMatch(printed(error), /canary-of|987654321/)
  }
})

test('a created instance shows no token, and gives it when asked', async () => {
  await mock.faults('createInstance', { body: { idInstance: 1, apiTokenInstance: instanceToken } })
  const created = await partner.createInstance({ name: 'a', webhookUrlToken })
  assert.doesNotMatch(printed(created), canaries)
  assert.equal(created.apiTokenInstance, instanceToken)
  assert.equal(created.toJSON({ includeTokens: true }).apiTokenInstance, instanceToken)
})

test('an instance and a list show no token', async () => {
  await mock.reset()
  await mock.faults('getInstances', { body: [{ idInstance: 1, apiTokenInstance: instanceToken, name: 'a' }] })
  const list = await partner.getInstances()
  const [instance] = list
  assert.equal(instance.apiTokenInstance, instanceToken)
  for (const value of [instance, list, list.live, list.toArray()]) assert.doesNotMatch(printed(value), canaries)
})

const echoes = {
  'a refusal that echoes the tokens': { body: { code: 400, description: `bad ${partnerToken} ${webhookUrlToken}` } },
  'a page that echoes the path': { status: 502, text: `<html>/partner/createInstance/${partnerToken}</html>` },
  'a redirect that echoes the path': {
    status: 302,
    headers: { location: `http://127.0.0.1:1/partner/createInstance/${partnerToken}` },
  },
  'an answer that is no JSON': { text: `garbage ${partnerToken}` },
  'a cut connection': { cut: 'after_request' },
}
for (const [name, fault] of Object.entries(echoes)) {
  test(`${name} shows no token`, async () => {
    await mock.reset()
    const records = []
    const note = (record) => records.push(record)
    subscribe(api.diagnosticsChannel, note)
    await mock.faults('createInstance', fault)
    const error = await rejection(partner.createInstance({ name: 'a', webhookUrlToken }))
    unsubscribe(api.diagnosticsChannel, note)
    assert.ok(error instanceof api.GreenApiError)
    assert.doesNotMatch(printed(error), canaries)
    assert.notEqual(records.length, 0)
    assert.doesNotMatch(printed(records), canaries)
  })
}

const misplaced = {
  'options that are a token': () => new api.PartnerClient(partnerToken),
  'a token with white space': () => new api.PartnerClient({ partnerToken: `${partnerToken} x` }),
  'a URL with a token inside': () => new api.PartnerClient({ partnerToken, partnerApiUrl: `no url ${partnerToken}` }),
  'a proxy that is no URL': () => new api.PartnerClient({ partnerToken, proxy: `no url ${proxyPassword}` }),
  'a timeout that is a token': () => new api.PartnerClient({ partnerToken, timeout: partnerToken }),
}
for (const [name, make] of Object.entries(misplaced)) {
  test(`the error of ${name} shows none`, () => {
    assert.throws(make, (error) => {
      assert.ok(error instanceof api.ConfigurationError)
      assert.doesNotMatch(printed({ message: error.message, fields: error.toJSON() }), canaries)
      return true
    })
  })
}

test('the error of an id that is a token shows none', async () => {
  const error = await rejection(partner.getInstance(partnerToken))
  assert.equal(error.code, 'invalid_request')
  assert.doesNotMatch(printed(error), canaries)
})

test("an instance's client, its flows and its events show no token", async () => {
  await mock.reset()
  await mock.addInstance({ idInstance: 1101000042, apiTokenInstance: instanceToken })
  const shop = partner.instance(1101000042, instanceToken)
  const own = new api.InstanceClient({ idInstance: 1101000042, apiTokenInstance: instanceToken, apiUrl: mock.url })
  assert.equal(shop.apiTokenInstance, instanceToken)
  const events = partner.onboard({ name: 'b' }, { interval: 20 })
  const { value: created } = await events.next()
  for (const value of [shop, own, events, created, events.instance, shop.notifications()]) {
    assert.doesNotMatch(printed(value), canaries)
    assert.ok(!printed(value).includes(events.instance.apiTokenInstance))
  }
  await events.return()
})

test('what an instance is asked for shows no token in errors and records', async () => {
  const records = []
  const note = (record) => records.push(record)
  subscribe(api.diagnosticsChannel, note)
  const shop = partner.instance(1101000099, instanceToken)
  const qr = await partner.instance(1101000042, instanceToken).qr()
  const errors = [
    await rejection(shop.getStateInstance()),
    await rejection(shop.sendAuthorizationPassword('canary-of-the-password')),
    await rejection(shop.call('getChats', { query: { token: instanceToken } })),
    await rejection(shop.authorize({ interval: 20, timeout: 100 }).next()),
  ]
  unsubscribe(api.diagnosticsChannel, note)
  assert.notEqual(records.length, 0)
  for (const value of [...errors, records]) {
    assert.doesNotMatch(printed(value), canaries)
    assert.ok(!printed(value).includes(qr.text))
  }
})

test('files hold no token and are for their owner alone', { skip: process.platform === 'win32' }, async (t) => {
  await mock.reset()
  const folder = mkdtempSync(join(tmpdir(), 'greenapi-secrets-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [kept, temporary, usual] = [join(folder, 'kept'), join(folder, 'tmp'), process.env.TMPDIR]
  mkdirSync(kept)
  mkdirSync(temporary)
  process.env.TMPDIR = temporary
  t.after(() => {
    if (usual === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = usual
  })
  const look = async () => {
    const tokens = [partnerToken, webhookUrlToken, ...(await mock.instances()).map((one) => one.apiTokenInstance)]
    for (const name of readdirSync(kept)) {
      let content
      let mode
      try {
        content = readFileSync(join(kept, name))
        mode = statSync(join(kept, name)).mode
      } catch (error) {
        // SQLite takes those beside it away when the run is over.
        assert.equal(error.code, 'ENOENT')
        continue
      }
      // By numbers: a token must not be in the report of a failure.
      assert.deepEqual([name, tokens.flatMap((token, at) => (content.includes(token) ? [at] : []))], [name, []])
      assert.deepEqual([name, mode & 0o077], [name, 0])
    }
  }
  const stored = new api.PartnerClient({ partnerToken, partnerApiUrl: mock.url, store: join(kept, 'store') })
  const ledger = await api.Ledger.open(join(kept, 'ledger'))
  const run = stored.createInstances([{ name: 'shop-1', webhookUrlToken }], { journal: join(kept, 'journal') })
  for await (const item of run) {
    assert.equal(item.status, 'done')
    // While the run has it open: SQLite keeps files beside it.
    await look()
  }
  await stored.ensureInstance({ name: 'shop-2', webhookUrlToken })
  await ledger.record(await stored.getInstances())
  await look()
  ledger.close()
  stored.close()
  await look()
  for (const name of ['journal', 'ledger', 'store']) assert.ok(readdirSync(kept).includes(name), name)
  assert.deepEqual(readdirSync(temporary), [])
})
