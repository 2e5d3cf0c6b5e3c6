// Spans and metrics of greenapi_partner, made of its records with OpenTelemetry's API: your program brings the SDK.
//
//   import { instrument } from './greenapi-otel.mjs'
//
//   instrument() // once, after the SDK is set up
//
// Each try of a request is a span and a duration; retries and warnings are counted. A warning stays a process warning.

import { subscribe } from 'node:diagnostics_channel'
import { metrics, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { diagnosticsChannel } from 'greenapi_partner'

/** Boundaries of the histogram, as the conventions advise. */
const seconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

export function instrument() {
  const tracer = trace.getTracer('greenapi_partner')
  const meter = metrics.getMeter('greenapi_partner')
  const durations = meter.createHistogram('http.client.request.duration', {
    unit: 's',
    description: 'A try of a request.',
    advice: { explicitBucketBoundaries: seconds },
  })
  const retries = meter.createCounter('greenapi.client.retries', {
    unit: '{retry}',
    description: 'Requests that are sent once more.',
  })
  const warnings = meter.createCounter('greenapi.client.warnings', {
    unit: '{warning}',
    description: 'What somebody should look at.',
  })

  subscribe(diagnosticsChannel, (record) => {
    if (record.milliseconds !== null) tried(record, tracer, durations)
    const about = given({ 'greenapi.operation': record.operation, 'greenapi.code': record.code })
    // An event that is posted again goes to your own receiver.
    if (record.waitMilliseconds !== null && record.operation !== 'deliver') retries.add(1, about)
    if (record.level === 'warning') {
      warnings.add(1, about)
      // Since we listen, nobody else says it.
      process.emitWarning(record.message, { type: 'GreenApiWarning' })
    }
  })
}

/** Makes a span of a try that has ended. */
function tried(record, tracer, durations) {
  const { operation, status, milliseconds, attempt, idInstance } = record
  const failed = status === null || status >= 400
  // What the metric has too: few values, so no instance.
  const few = {
    'greenapi.operation': operation,
    'http.response.status_code': status,
    'error.type': failed ? errorType(record) : null,
  }
  durations.record(milliseconds / 1000, given(few))
  const about = {
    'url.template': record.path,
    'http.request.resend_count': attempt > 1 ? attempt - 1 : null,
    'greenapi.id_instance': idInstance === null ? null : String(idInstance),
  }
  const end = Date.now()
  const span = tracer.startSpan(operation, {
    kind: SpanKind.CLIENT,
    attributes: given({ ...few, ...about }),
    startTime: end - milliseconds,
    // The span that is current here may be another call's: the records of several come at once.
    root: true,
  })
  if (failed) span.setStatus({ code: SpanStatusCode.ERROR })
  span.end(end)
}

/** The status, or how it ended without one: of `qr of 7: timed out (attempt 1, 20000 ms)` it is `timed_out`. */
function errorType({ status, message }) {
  if (status !== null) return String(status)
  const [, words] = message.match(/: (.*?) \(/)
  return words.replaceAll(' ', '_')
}

/** Attributes without those that do not apply. */
function given(attributes) {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null))
}
