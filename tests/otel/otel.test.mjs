// What a program's back end is sent, with the SDK's exporters in memory.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, beforeEach, test } from 'node:test'
import { pathToFileURL } from 'node:url'

/** The example, in whose folder the packages are installed. */
const example = process.env.OTEL_EXAMPLE
const require = createRequire(join(example, 'package.json'))
const { metrics, SpanKind, SpanStatusCode, trace, context } = require('@opentelemetry/api')
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks')
const sdkMetrics = require('@opentelemetry/sdk-metrics')
const { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-base')
const { NotFoundError, OutcomeUnknownError, PartnerClient, UnauthorizedError } = require('greenapi_partner')
const { MockServer } = require('greenapi_partner/testing')
const { instrument } = await import(pathToFileURL(join(example, 'greenapi-otel.mjs')))

const rateLimited = { named: 'rate_limited', retryAfter: '0' }

const exporter = new InMemorySpanExporter()
const reader = new sdkMetrics.MetricReader({
  aggregationTemporalitySelector: () => sdkMetrics.AggregationTemporality.DELTA,
})
reader.onShutdown = reader.onForceFlush = async () => {}
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }))
metrics.setGlobalMeterProvider(new sdkMetrics.MeterProvider({ readers: [reader] }))
instrument()

const mock = await MockServer.start({ warmUp: [], instanceRateLimits: false })
after(() => mock.close())

/** A new one for each test: a client remembers what it has created, and the list. */
let partner

beforeEach(async () => {
  await mock.reset()
  partner = new PartnerClient({
    partnerToken: mock.partnerToken,
    partnerApiUrl: mock.url,
    apiUrl: mock.url,
    pacing: false,
  })
  await values()
  exporter.reset()
})

afterEach(() => partner.close())

function tries() {
  return exporter.getFinishedSpans().filter(({ kind }) => kind === SpanKind.CLIENT)
}

/** What the instruments have counted since the last time, by their names. */
async function values() {
  const { resourceMetrics } = await reader.collect()
  const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics)
  const used = all.filter(({ dataPoints }) => dataPoints.length > 0)
  return Object.fromEntries(used.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints]))
}

function nanoseconds([seconds, rest]) {
  return BigInt(seconds) * 1_000_000_000n + BigInt(rest)
}

test('a try is a span and a duration', async () => {
  await partner.getInstances()
  const [span, ...more] = tries()
  assert.deepEqual(more, [])
  const few = { 'greenapi.operation': 'getInstances', 'http.response.status_code': 200 }
  assert.deepEqual([span.name, span.status.code], ['getInstances', SpanStatusCode.UNSET])
  assert.deepEqual(span.attributes, { ...few, 'url.template': '/partner/getInstances/{partnerToken}' })

  const counted = await values()
  assert.deepEqual(Object.keys(counted), ['http.client.request.duration'])
  const [{ attributes, value }] = counted['http.client.request.duration']
  assert.deepEqual([attributes, value.count], [few, 1])
  assert.deepEqual(value.buckets.boundaries.slice(0, 3), [0.005, 0.01, 0.025])
  assert.equal(nanoseconds(span.endTime) - nanoseconds(span.startTime), BigInt(Math.round(value.sum * 1e9)))
})

test('a span lasts as long as its try', async () => {
  await mock.faults('getInstances', { delayMs: 300 })
  const before = Date.now()
  await partner.getInstances()
  const [{ startTime, endTime }] = tries()
  const [start, end] = [startTime, endTime].map((time) => Number(nanoseconds(time) / 1_000_000n))
  assert.ok(before - 1 <= start && start + 300 <= end && end <= Date.now(), `${before} ${start} ${end}`)
})

test('a 429 and what is tried again are two spans and a retry', async () => {
  await mock.faults('getInstances', rateLimited)
  await partner.getInstances()
  assert.deepEqual(
    tries().map(({ status, attributes }) => [
      status.code,
      attributes['error.type'],
      attributes['http.request.resend_count'],
    ]),
    [
      [SpanStatusCode.ERROR, '429', undefined],
      [SpanStatusCode.UNSET, undefined, 1],
    ],
  )
  const counted = await values()
  const statuses = counted['http.client.request.duration'].map((one) => one.attributes['http.response.status_code'])
  assert.deepEqual(statuses.sort(), [200, 429])
  const [{ value, attributes }] = counted['greenapi.client.retries']
  assert.deepEqual(
    { value, attributes },
    { value: 1, attributes: { 'greenapi.operation': 'getInstances', 'greenapi.code': 'rate_limited' } },
  )
})

test('a refusal is a failed span', async () => {
  await mock.faults('deleteInstanceAccount', { status: 403, body: '' })
  await assert.rejects(partner.deleteInstanceAccount(1101000001), UnauthorizedError)
  const [{ status, attributes }] = tries()
  assert.equal(status.code, SpanStatusCode.ERROR)
  assert.deepEqual([attributes['error.type'], attributes['http.response.status_code']], ['403', 403])
  assert.equal(attributes['greenapi.id_instance'], '1101000001')
})

test('a refusal within a 200 is a try that was answered', async () => {
  await assert.rejects(partner.deleteInstanceAccount(1101000001), NotFoundError)
  const [{ status, attributes }] = tries()
  assert.deepEqual([status.code, attributes['http.response.status_code']], [SpanStatusCode.UNSET, 200])
})

test('without an answer the span says how it ended', async () => {
  await mock.faults('createInstance', { cut: 'after_action' }, { hold: true })
  for (const timeout of [10_000, 300])
    await assert.rejects(partner.createInstance({ name: 'shop-42' }, { timeout }), OutcomeUnknownError)
  assert.deepEqual(
    tries().map(({ status, attributes }) => [
      status.code,
      attributes['error.type'],
      'http.response.status_code' in attributes,
    ]),
    [
      [SpanStatusCode.ERROR, 'cut', false],
      [SpanStatusCode.ERROR, 'timed_out', false],
    ],
  )
})

test('a warning is counted by its code, and stays a process warning', async () => {
  const warned = []
  const note = (warning) => warned.push(warning.name)
  process.on('warning', note)
  await mock.addInstance({ idInstance: 7, timeCreated: '2024-01-22T05:45:14Z' })
  await mock.faults('logout', { status: 403, body: '' })
  await partner.offboard(7)
  const [{ value, attributes }] = (await values())['greenapi.client.warnings']
  assert.deepEqual(
    { value, attributes },
    { value: 1, attributes: { 'greenapi.operation': 'logout', 'greenapi.code': 'unauthorized' } },
  )
  await new Promise(setImmediate) // Process warnings are delivered on the next tick.
  process.off('warning', note)
  assert.deepEqual(warned, ['GreenApiWarning'])
})

test('an event for a receiver is no request of upstream', async () => {
  const statuses = [500, 204]
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(statuses.shift()).end())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  after(() => server.close())
  const folder = mkdtempSync(join(tmpdir(), 'greenapi-otel-'))
  after(() => rmSync(folder, { recursive: true }))
  const url = `http://127.0.0.1:${server.address().port}/events`
  const run = partner.deliver(
    { url, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
    { spool: join(folder, 'events.spool'), interval: 20 },
  )
  const next = run.next()
  // The first list is kept before the second is asked for.
  while ((await mock.requests('getInstances')).length < 2);
  await mock.addInstance({ idInstance: 7 })
  assert.equal((await next).value.attempts, 2)
  await run.return()
  assert.deepEqual([...new Set(tries().map(({ name }) => name))], ['getInstances'])
  const counted = await values()
  assert.equal(counted['greenapi.client.retries'], undefined)
  const [{ value, attributes }] = counted['greenapi.client.warnings']
  assert.deepEqual([value, attributes], [1, { 'greenapi.operation': 'deliver' }])
})

test('no span is below that of another call', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, at) => mock.addInstance({ name: `shop-${at}` })))
  const all = await partner.getInstances()
  const tracer = trace.getTracer('the tests')
  const look = (one) =>
    tracer.startActiveSpan('own', (own) =>
      partner
        .instance(one)
        .getStateInstance()
        .finally(() => own.end()),
    )
  // Of so many at once a fifth is told while another's span is current.
  for (let round = 0; round < 20; round += 1) await Promise.all(all.toArray().map(look))
  const spans = tries().filter(({ name }) => name === 'getStateInstance')
  assert.equal(spans.length, 400)
  assert.deepEqual([...new Set(spans.map((span) => span.parentSpanContext))], [undefined])
})

test('no token leaves', async () => {
  const shop = await partner.createInstance({ name: 'shop-42' })
  await partner.instance(shop).getStateInstance()
  await mock.faults('getInstances', { cut: 'before_request' }, rateLimited)
  await partner.getInstances()
  await mock.faults('logout', { status: 403, body: '' })
  await partner.offboard(shop.idInstance)
  const spans = exporter
    .getFinishedSpans()
    .map(({ name, attributes, status, events }) => [name, attributes, status, events])
  const text = JSON.stringify([spans, await values()])
  assert.ok(text.includes('/waInstance{idInstance}/getStateInstance/{apiTokenInstance}'))
  assert.ok(text.includes('greenapi.client.warnings'))
  for (const token of [mock.partnerToken, String(shop.apiTokenInstance)]) {
    assert.ok(token.length > 20)
    assert.ok(!text.includes(token))
  }
})
