// A call, on the console.
//
//   GREENAPI_PARTNER_TOKEN=gac.… node demo.mjs
//
// It lists the account's instances: nothing is created.

import { metrics, trace } from '@opentelemetry/api'
import { ConsoleMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, ConsoleSpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { PartnerClient } from 'greenapi_partner'
import { instrument } from './greenapi-otel.mjs'

const spans = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(new ConsoleSpanExporter())] })
const exporter = new ConsoleMetricExporter()
const values = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] })
trace.setGlobalTracerProvider(spans)
metrics.setGlobalMeterProvider(values)
instrument()

const partner = new PartnerClient()
await partner.getInstances()
partner.close()

await spans.shutdown()
await values.shutdown()
