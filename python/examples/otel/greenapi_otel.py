"""Spans and metrics of greenapi_partner, made of its log records with OpenTelemetry's API: your program brings the SDK.

    import greenapi_otel

    greenapi_otel.instrument()  # once, after logging is set up

Each try of a request is a span and a duration; retries and warnings are counted. What is logged stays as it was.
"""

import logging
from typing import Any

from opentelemetry import metrics, trace
from opentelemetry.metrics import Meter
from opentelemetry.trace import SpanKind, StatusCode, Tracer

LIBRARY = "greenapi_partner"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)  # as the conventions advise


def instrument() -> None:
    logger = logging.getLogger(LIBRARY)
    logger.addFilter(Telemetry(logger, trace.get_tracer(LIBRARY), metrics.get_meter(LIBRARY)))
    logger.setLevel(logging.DEBUG)


class Telemetry(logging.Filter):
    """Hears every record, and lets those pass that would be logged without it."""

    def __init__(self, logger: logging.Logger, tracer: Tracer, meter: Meter) -> None:
        super().__init__()
        self.level, self.parent, self.tracer = logger.level, logger.parent or logger, tracer
        self.durations = meter.create_histogram(
            "http.client.request.duration", "s", "A try of a request.", explicit_bucket_boundaries_advisory=SECONDS
        )
        self.retries = meter.create_counter("greenapi.client.retries", "{retry}", "Requests that are sent once more.")
        self.warnings = meter.create_counter("greenapi.client.warnings", "{warning}", "What somebody should look at.")

    def filter(self, record: logging.LogRecord) -> bool:
        facts = vars(record)
        if facts["milliseconds"] is not None:
            self.tried(record, facts)
        about = given({"greenapi.operation": facts["operation"], "greenapi.code": facts["code"]})
        # An event that is posted again goes to your own receiver.
        if facts["wait_milliseconds"] is not None and facts["operation"] != "deliver":
            self.retries.add(1, about)
        if record.levelno >= logging.WARNING:
            self.warnings.add(1, about)
        return record.levelno >= (self.level or self.parent.getEffectiveLevel())

    def tried(self, record: logging.LogRecord, facts: dict[str, Any]) -> None:
        """Makes a span of a try that has ended. Below the current span, if it is the caller's thread that tells it."""
        status, milliseconds, resent = facts["status"], facts["milliseconds"], facts["attempt"] - 1
        failed = status is None or status >= 400
        # What the metric has too: few values, so no instance.
        few = {
            "greenapi.operation": facts["operation"],
            "http.response.status_code": status,
            "error.type": error_type(status, record.getMessage()) if failed else None,
        }
        self.durations.record(milliseconds / 1000, given(few))
        about = {
            "url.template": facts["path"],
            "http.request.resend_count": resent or None,
            "greenapi.id_instance": facts["id_instance"] and str(facts["id_instance"]),
        }
        end = int(record.created * 1e9)
        span = self.tracer.start_span(
            facts["operation"],
            kind=SpanKind.CLIENT,
            attributes=given(few | about),
            start_time=end - milliseconds * 1_000_000,
        )
        if failed:
            span.set_status(StatusCode.ERROR)
        span.end(end)


def error_type(status: int | None, message: str) -> str:
    """The status, or how it ended without one: of `qr of 7: timed out (attempt 1, 20000 ms)` it is `timed_out`."""
    if status is not None:
        return str(status)
    words = message.partition(": ")[2].partition(" (")[0]
    return words.replace(" ", "_")


def given(attributes: dict[str, Any]) -> dict[str, Any]:
    """Attributes without those that do not apply."""
    return {name: value for name, value in attributes.items() if value is not None}
