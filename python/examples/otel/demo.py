"""A call below a span of your own, on the console.

    GREENAPI_PARTNER_TOKEN=gac.… python demo.py

It lists the account's instances: nothing is created.
"""

import greenapi_otel
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import ConsoleMetricExporter, PeriodicExportingMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor

from greenapi_partner import PartnerClient


def main() -> None:
    spans, values = TracerProvider(), MeterProvider([PeriodicExportingMetricReader(ConsoleMetricExporter())])
    spans.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter()))
    trace.set_tracer_provider(spans)
    metrics.set_meter_provider(values)
    greenapi_otel.instrument()

    with trace.get_tracer("demo").start_as_current_span("look"), PartnerClient() as partner:
        partner.get_instances()

    spans.shutdown()
    values.shutdown()


if __name__ == "__main__":
    main()
