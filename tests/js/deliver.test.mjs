// Events: delivered to a receiver, and verified in the user's own web framework.

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { inspect } from 'node:util'
import { api, clientOf, startMock } from './helper.mjs'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const body = '{"type":"instance.linked","timestamp":"2026-11-29T18:00:00Z","data":{"idInstance":7}}'
const mock = await startMock()
const folder = mkdtempSync(join(tmpdir(), 'greenapi-deliver-'))
after(() => rmSync(folder, { recursive: true }))

/** The headers of an event, signed by Node's own HMAC. */
function signed(of = body, seconds = 0) {
  const timestamp = String(Math.floor(Date.now() / 1000) + seconds)
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const signature = createHmac('sha256', key).update(`evt_1.${timestamp}.${of}`).digest('base64')
  return { 'webhook-id': 'evt_1', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
}

test('a change is delivered until it is taken, and verified', async () => {
  const posted = []
  const server = createServer(async (request, response) => {
    posted.push(api.verifyEvent(await buffer(request), request.headers, { secret }))
    response.writeHead(posted.length === 1 ? 500 : 204).end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  after(() => server.close())
  const url = `http://127.0.0.1:${server.address().port}/events`
  const partner = clientOf(mock)
  const spool = join(folder, 'events.spool')
  const run = partner.deliver({ url, secret }, { spool, interval: 20 })
  const next = run.next()
  // The first list is kept before the second is asked for.
  while ((await mock.requests('getInstances')).length < 2);
  const idInstance = 1101000001
  await mock.addInstance({ idInstance, name: 'shop-42' })
  const { value } = await next
  assert.ok(value instanceof api.Delivery)
  assert.deepEqual([value.type, value.idInstance, value.attempts], ['instance.created', idInstance, 2])
  assert.deepEqual(
    posted.map(({ id }) => id),
    [value.id, value.id],
  )
  assert.ok(posted[0] instanceof api.WebhookEvent)
  assert.deepEqual([posted[0].type, posted[0].data.idInstance], ['instance.created', idInstance])
  assert.ok(posted[0].timestamp instanceof Date)
  run.stop()
  assert.equal((await run.next()).done, true)
  assert.doesNotMatch(inspect(run) + readFileSync(spool, 'utf8'), /MfKQ9r8G/)
})

test('what makes no sense is refused, without the address and the secret', async () => {
  const partner = clientOf(mock)
  for (const [given, options, code] of [
    [{ url: 'http://127.0.0.1:9/canary', secret }, {}, 'configuration'],
    [{ url: 'http://canary.example/', secret }, { spool: join(folder, 'a') }, 'configuration'],
    [{ url: 'http://127.0.0.1:9/canary', secret: 'canary' }, { spool: join(folder, 'a') }, 'configuration'],
  ]) {
    await assert.rejects(partner.deliver(given, options).next(), (error) => {
      assert.equal(error.code, code)
      assert.doesNotMatch(inspect(error), /canary/)
      return true
    })
  }
  assert.throws(() => partner.deliver({ url: 'http://127.0.0.1:9/' }, {}), { code: 'invalid_request' })
})

for (const [name, headers] of Object.entries({
  "Node's": signed(),
  'in capitals': Object.fromEntries(Object.entries(signed()).map(([key, value]) => [key.toUpperCase(), value])),
  'a list of values': {
    ...signed(),
    'webhook-signature': ['v1,bm90IGl0', signed()['webhook-signature']],
    cookie: undefined,
  },
  'of fetch': new Headers(signed()),
  'a Map': new Map(Object.entries(signed())),
}))
  test(`headers are read: ${name}`, () => {
    const event = api.verifyEvent(body, headers, { secret })
    assert.deepEqual([event.id, event.type, event.data], ['evt_1', 'instance.linked', { idInstance: 7 }])
  })

test('a body is the bytes or the text that came, and not what was parsed', () => {
  for (const given of [
    body,
    Buffer.from(body),
    new TextEncoder().encode(body),
    new TextEncoder().encode(body).buffer,
  ]) {
    assert.equal(api.verifyEvent(given, signed(), { secret }).id, 'evt_1')
  }
  for (const given of [JSON.parse(body), undefined, 7, new Request('http://a.example', { method: 'POST', body })]) {
    assert.throws(() => api.verifyEvent(given, signed(), { secret }), { code: 'invalid_request', message: /that came/ })
  }
})

test('the vector of the specification passes', () => {
  const headers = {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  }
  const event = api.verifyEvent('{"test": 2432232314}', headers, { secret, tolerance: 1e13 })
  assert.deepEqual([event.id, event.type], ['msg_p5jXN8AQM9LWM0D4loKWxJek', null])
  assert.throws(() => api.verifyEvent('{"test": 2432232314}', headers, { secret }), api.UnauthorizedError)
})

for (const [name, code, ...given] of [
  ['another body', 'unauthorized', `${body} `, signed(), { secret }],
  ['too old', 'unauthorized', body, signed(body, -301), { secret }],
  ['ahead of the clock', 'unauthorized', body, signed(body, 310), { secret }],
  ['another secret', 'unauthorized', body, signed(), { secret: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
  ['no headers', 'invalid_request', body, {}, { secret }],
  ['headers that are none', 'invalid_request', body, 'webhook-id', { secret }],
  ['a secret that is none', 'configuration', body, signed(), { secret: 'canary' }],
  ['no secret', 'configuration', body, signed(), { secret: undefined }],
  ['no options', 'configuration', body, signed()],
])
  test(`an event is refused: ${name}`, () => {
    assert.throws(
      () => api.verifyEvent(...given),
      (error) => {
        assert.equal(error.code, code)
        assert.doesNotMatch(inspect(error), /canary|MfKQ9r8G/)
        return true
      },
    )
  })
