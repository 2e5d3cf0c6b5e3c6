"""What a program's back end is sent, with the SDK's exporters in memory."""

import asyncio
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import greenapi_otel
import pytest
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import Counter, Histogram, MeterProvider
from opentelemetry.sdk.metrics.export import AggregationTemporality, InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from greenapi_partner import AsyncPartnerClient, NotFoundError, OutcomeUnknownError, PartnerClient, UnauthorizedError
from greenapi_partner.testing import MockServer

LIST_PATH = "/partner/getInstances/{partnerToken}"
RATE_LIMITED = {"named": "rate_limited", "retryAfter": "0"}


class BackEnd:
    """What has come of this test."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        of_this_test = {Counter: AggregationTemporality.DELTA, Histogram: AggregationTemporality.DELTA}
        self.reader = InMemoryMetricReader(preferred_temporality=of_this_test)
        spans = TracerProvider()
        spans.add_span_processor(SimpleSpanProcessor(self.exporter))
        trace.set_tracer_provider(spans)
        metrics.set_meter_provider(MeterProvider([self.reader]))

    def clear(self) -> None:
        self.exporter.clear()
        self.points()

    def tries(self) -> list[ReadableSpan]:
        return [span for span in self.exporter.get_finished_spans() if span.kind is SpanKind.CLIENT]

    def points(self) -> dict[str, list[Any]]:
        data = self.reader.get_metrics_data()
        scopes = [scope for resource in data.resource_metrics for scope in resource.scope_metrics] if data else []
        return {metric.name: list(metric.data.data_points) for scope in scopes for metric in scope.metrics}

    def counted(self, name: str) -> list[tuple[int, dict[str, Any]]]:
        return [(point.value, dict(point.attributes)) for point in self.points().get(name, [])]

    def text(self) -> str:
        data = self.reader.get_metrics_data()
        return "".join(span.to_json() for span in self.exporter.get_finished_spans()) + (data.to_json() if data else "")


@pytest.fixture(scope="module")
def whole() -> BackEnd:
    back_end = BackEnd()
    greenapi_otel.instrument()
    return back_end


@pytest.fixture
def back_end(whole: BackEnd) -> BackEnd:
    whole.clear()
    return whole


@pytest.fixture
def partner(greenapi_mock: MockServer) -> Iterator[PartnerClient]:
    url = greenapi_mock.url
    greenapi_mock.set_options(warm_up=[])
    with PartnerClient(greenapi_mock.partner_token, partner_api_url=url, api_url=url) as partner:
        yield partner


def parent_of(span: ReadableSpan) -> int | None:
    return span.parent and span.parent.span_id


def own_span() -> Any:
    return trace.get_tracer("the tests").start_as_current_span("own")


def test_a_try_is_a_span_and_a_duration(back_end: BackEnd, partner: PartnerClient) -> None:
    partner.get_instances()
    (span,) = back_end.tries()
    few = {"greenapi.operation": "getInstances", "http.response.status_code": 200}
    assert (span.name, span.status.status_code) == ("getInstances", StatusCode.UNSET)
    assert dict(span.attributes or {}) == few | {"url.template": LIST_PATH}
    points = back_end.points()
    assert list(points) == ["http.client.request.duration"]
    (duration,) = points["http.client.request.duration"]
    assert (duration.count, dict(duration.attributes)) == (1, few)
    assert duration.explicit_bounds == greenapi_otel.SECONDS
    assert span.start_time is not None
    assert span.end_time is not None
    assert span.end_time - span.start_time == round(duration.sum * 1e9)


def test_a_span_lasts_as_long_as_its_try(back_end: BackEnd, greenapi_mock: MockServer, partner: PartnerClient) -> None:
    greenapi_mock.faults("getInstances", {"delayMs": 300})
    with own_span() as own:
        partner.get_instances()
    (span,) = back_end.tries()
    assert span.start_time is not None
    assert span.end_time is not None
    # The record counts whole milliseconds.
    assert own.start_time - 1_000_000 <= span.start_time <= span.end_time - 300_000_000 < own.end_time


def test_a_429_and_what_is_tried_again_are_two_spans_and_a_retry(
    back_end: BackEnd, greenapi_mock: MockServer, partner: PartnerClient
) -> None:
    greenapi_mock.faults("getInstances", RATE_LIMITED)
    partner.get_instances()
    shown = [
        (span.status.status_code, *map((span.attributes or {}).get, ["error.type", "http.request.resend_count"]))
        for span in back_end.tries()
    ]
    assert shown == [(StatusCode.ERROR, "429", None), (StatusCode.UNSET, None, 1)]
    points = back_end.points()
    durations = points["http.client.request.duration"]
    assert sorted(dict(point.attributes)["http.response.status_code"] for point in durations) == [200, 429]
    (retry,) = points["greenapi.client.retries"]
    assert retry.value == 1
    assert dict(retry.attributes) == {"greenapi.operation": "getInstances", "greenapi.code": "rate_limited"}


def test_a_refusal_is_a_failed_span(back_end: BackEnd, greenapi_mock: MockServer, partner: PartnerClient) -> None:
    greenapi_mock.faults("deleteInstanceAccount", {"status": 403, "body": ""})
    with pytest.raises(UnauthorizedError):
        partner.delete_instance_account(1101000001)
    (span,) = back_end.tries()
    about = dict(span.attributes or {})
    assert span.status.status_code is StatusCode.ERROR
    assert (about["error.type"], about["http.response.status_code"]) == ("403", 403)
    assert about["greenapi.id_instance"] == "1101000001"


def test_a_refusal_within_a_200_fails_the_span_around_it(back_end: BackEnd, partner: PartnerClient) -> None:
    with pytest.raises(NotFoundError), own_span():
        partner.delete_instance_account(1101000001)
    of_try, own = back_end.exporter.get_finished_spans()
    assert (of_try.name, of_try.status.status_code) == ("deleteInstanceAccount", StatusCode.UNSET)
    assert own.status.status_code is StatusCode.ERROR
    assert [event.name for event in own.events] == ["exception"]


def test_without_an_answer_the_span_says_how_it_ended(
    back_end: BackEnd, greenapi_mock: MockServer, partner: PartnerClient
) -> None:
    greenapi_mock.faults("createInstance", {"cut": "after_action"}, {"hold": True})
    for timeout in (10, 0.3):
        with pytest.raises(OutcomeUnknownError):
            partner.create_instance(name="shop-42", timeout=timeout)
    shown = [dict(span.attributes or {}) for span in back_end.tries()]
    assert [span.status.status_code for span in back_end.tries()] == [StatusCode.ERROR] * 2
    assert [about["error.type"] for about in shown] == ["cut", "timed_out"]
    assert not any("http.response.status_code" in about for about in shown)


def test_a_warning_is_counted_by_its_code(back_end: BackEnd, greenapi_mock: MockServer, partner: PartnerClient) -> None:
    greenapi_mock.add_instance(idInstance=7, timeCreated="2024-01-22T05:45:14Z")
    greenapi_mock.faults("logout", {"status": 403, "body": ""})
    partner.offboard(7)
    about = {"greenapi.operation": "logout", "greenapi.code": "unauthorized"}
    assert back_end.counted("greenapi.client.warnings") == [(1, about)]


def test_an_event_for_a_receiver_is_no_request_of_upstream(
    back_end: BackEnd, greenapi_mock: MockServer, partner: PartnerClient, tmp_path: Path
) -> None:
    statuses = iter([500, 204])

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(next(statuses))
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server, ThreadPoolExecutor() as pool:
        pool.submit(server.serve_forever)
        url = f"http://127.0.0.1:{server.server_port}/events"
        secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        with partner.deliver(url, secret=secret, spool=tmp_path / "events.spool", interval=0.02) as delivered:
            first = pool.submit(next, iter(delivered))
            # The first list is kept before the second is asked for.
            while len(greenapi_mock.requests("getInstances")) < 2:
                pass
            greenapi_mock.add_instance(idInstance=7)
            assert first.result().attempts == 2
        server.shutdown()
    assert {span.name for span in back_end.tries()} == {"getInstances"}
    points = back_end.points()
    assert "greenapi.client.retries" not in points
    (warning,) = points["greenapi.client.warnings"]
    assert (warning.value, dict(warning.attributes)) == (1, {"greenapi.operation": "deliver"})


def test_a_waited_call_is_below_the_callers_span(
    back_end: BackEnd, greenapi_mock: MockServer, partner: PartnerClient
) -> None:
    greenapi_mock.faults("getInstances", RATE_LIMITED)
    with own_span() as own:
        partner.get_instances()
    assert [parent_of(span) for span in back_end.tries()] == [own.context.span_id] * 2


async def test_an_awaited_call_is_a_trace_of_its_own_and_one_in_a_thread_is_not(
    back_end: BackEnd, greenapi_mock: MockServer, partner: PartnerClient
) -> None:
    async with AsyncPartnerClient(greenapi_mock.partner_token, partner_api_url=greenapi_mock.url) as awaited:
        with own_span() as own:
            await awaited.get_instances()
            await asyncio.to_thread(partner.get_instances)
    assert [parent_of(span) for span in back_end.tries()] == [None, own.context.span_id]


def test_what_threads_of_ours_do_is_a_trace_of_its_own(back_end: BackEnd, partner: PartnerClient) -> None:
    with own_span() as own:
        partner.ensure_instance(name="shop-42")
    parents = [(span.name, parent_of(span)) for span in back_end.tries()]
    assert parents == [("getInstances", own.context.span_id), ("createInstance", None)]

    back_end.clear()
    with own_span():
        assert len(list(partner.inspect())) == 1
    parents = [(span.name, parent_of(span)) for span in back_end.tries()]
    assert parents[:2] == [("getInstances", None), ("getStateInstance", None)]


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.WARNING])
@pytest.mark.usefixtures("back_end")
def test_what_is_logged_stays_as_it_was(
    greenapi_mock: MockServer, partner: PartnerClient, caplog: pytest.LogCaptureFixture, level: int
) -> None:
    caplog.set_level(level)
    caplog.handler.setLevel(logging.NOTSET)  # A handler takes whatever it is given.
    id_instance = partner.create_instance(name="shop-42").id_instance
    greenapi_mock.faults("logout", {"status": 403, "body": ""})
    partner.offboard(id_instance)
    logged = {record.levelno for record in caplog.records if record.name == "greenapi_partner"}
    assert logged == {one for one in (logging.DEBUG, logging.WARNING) if one >= level}


@pytest.mark.usefixtures("back_end")
def test_a_level_that_the_logger_had_before_stays_too() -> None:
    logger = logging.Logger("greenapi_partner", logging.INFO)
    logger.parent = logging.Logger("root", logging.WARNING)
    telemetry = greenapi_otel.Telemetry(logger, trace.get_tracer("the tests"), metrics.get_meter("the tests"))
    facts = dict.fromkeys(["operation", "milliseconds", "code", "wait_milliseconds"])
    records = [logging.makeLogRecord({"levelno": level, **facts}) for level in (logging.DEBUG, logging.INFO)]
    assert [telemetry.filter(record) for record in records] == [False, True]


def test_no_token_leaves(back_end: BackEnd, greenapi_mock: MockServer, partner: PartnerClient) -> None:
    shop = partner.create_instance(name="shop-42")
    partner.instance(shop).get_state_instance()
    greenapi_mock.faults("getInstances", {"cut": "before_request"}, RATE_LIMITED)
    partner.get_instances()
    greenapi_mock.faults("logout", {"status": 403, "body": ""})
    partner.offboard(shop.id_instance)
    text = back_end.text()
    assert "/waInstance{idInstance}/getStateInstance/{apiTokenInstance}" in text
    assert "greenapi.client.warnings" in text
    for token in (greenapi_mock.partner_token, shop.api_token_instance):
        assert token
        assert str(token) not in text
