"""Logging: whoever listens to `logging.getLogger("greenapi_partner")` hears every request; nobody else pays for it."""

import logging
import re
import sys
import threading

import child
import pytest

from greenapi_partner import AsyncPartnerClient, PartnerClient
from greenapi_partner.testing import MockServer

LOGGER = "greenapi_partner"


def heard(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == LOGGER]


def test_a_request_is_a_record(partner: PartnerClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, LOGGER)
    partner.get_instances()
    (record,) = heard(caplog)
    fields = vars(record)
    assert fields["operation"] == "getInstances"
    assert fields["path"] == "/partner/getInstances/{partnerToken}"
    assert (fields["status"], fields["attempt"], record.levelname) == (200, 1, "DEBUG")
    assert isinstance(fields["milliseconds"], int)


def test_a_program_sees_what_happened_without_a_formatter_of_its_own(mock: MockServer) -> None:
    mock.add_instance(idInstance=7, apiTokenInstance="0" * 50, timeCreated="2024-01-22T05:45:14Z")
    mock.faults("logout", {"status": 403, "body": ""})
    code = """
    logging.basicConfig(level="DEBUG", format="%(levelname)s %(message)s")
    logging.getLogger("asyncio").disabled = True
    partner.offboard(7)
    """
    lines = child.run(code, mock, imports="import logging").stderr.splitlines()
    expected = [
        r"DEBUG getInstances: answered \(status 200, attempt 1, \d+ ms\)",
        r"DEBUG logout of 7: answered \(status 403, attempt 1, \d+ ms\)",
        r"WARNING logout of 7: could not log out before deleting: .* \(unauthorized\)",
        r"DEBUG deleteInstanceAccount of 7: answered \(status 200, attempt 1, \d+ ms\)",
    ]
    assert len(lines) == len(expected), lines
    assert all(re.fullmatch(pattern, line) for pattern, line in zip(expected, lines, strict=True)), lines


def test_every_attribute_is_on_every_record(
    mock: MockServer, partner: PartnerClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, LOGGER)
    mock.faults("getInstances", {"named": "rate_limited", "retryAfter": "0"})
    partner.get_instances()
    ours = [vars(record).keys() - vars(logging.makeLogRecord({})).keys() for record in heard(caplog)]
    assert len(ours) == 3
    assert ours[0] == ours[1] == ours[2]
    assert {"operation", "id_instance", "code", "wait_milliseconds", "rate_limit"} < ours[0]


async def test_an_awaited_request_is_a_record_too(
    async_partner: AsyncPartnerClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, LOGGER)
    await async_partner.get_instances()
    assert [vars(record)["operation"] for record in heard(caplog)] == ["getInstances"]


def test_every_try_is_a_record(mock: MockServer, partner: PartnerClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, LOGGER)
    mock.faults("getInstances", {"named": "rate_limited", "retryAfter": "0"})
    partner.get_instances()
    tries = [(vars(record)["status"], vars(record)["attempt"]) for record in heard(caplog)]
    assert [one for one in tries if one[0] is not None] == [(429, 1), (200, 2)]


@pytest.mark.parametrize("level", [logging.INFO, logging.WARNING, logging.CRITICAL])
def test_a_listener_hears_no_more_than_asked_for(
    partner: PartnerClient, caplog: pytest.LogCaptureFixture, level: int
) -> None:
    caplog.set_level(level, LOGGER)
    partner.get_instances()
    assert heard(caplog) == []


def test_the_level_is_asked_for_at_each_call(partner: PartnerClient, caplog: pytest.LogCaptureFixture) -> None:
    for level, records in [(logging.WARNING, 0), (logging.DEBUG, 1), (logging.WARNING, 1)]:
        caplog.set_level(level, LOGGER)
        partner.get_instances()
        assert len(heard(caplog)) == records


def test_a_warning_is_heard_by_default(mock: MockServer, caplog: pytest.LogCaptureFixture) -> None:
    PartnerClient("no-partner-token", partner_api_url=mock.url)
    (record,) = heard(caplog)
    assert record.levelname == "WARNING"
    assert "gac." in record.message
    assert "no-partner-token" not in record.message


def test_a_host_that_cannot_be_used_is_warned_of_where_the_client_is_made(
    mock: MockServer, partner: PartnerClient, caplog: pytest.LogCaptureFixture
) -> None:
    known = {"idInstance": 1101728000, "apiTokenInstance": "0" * 50}
    mock.faults("createInstance", {"body": known | {"apiUrl": "undefined"}})
    mock.faults("getInstances", {"body": [known | {"mediaUrl": "http://remote.example"}]})
    created, listed = partner.create_instance(name="shop-42"), partner.get_instances()[0]
    for of, name in [(created, "apiUrl"), (listed, "mediaUrl")]:
        caplog.clear()
        partner.instance(of)
        (record,) = heard(caplog)
        assert record.levelname == "WARNING"
        assert name in record.message


def test_a_program_that_never_heard_of_logging_sees_warnings_and_does_not_import_it_before(mock: MockServer) -> None:
    code = """
    partner.get_instances()
    print("logging" in sys.modules)
    PartnerClient("no-partner-token", partner_api_url=partner.partner_api_url)
    """
    # asyncio would import logging.
    program = child.run(code, mock, imports="import sys")
    assert program.stdout == "False\n"
    assert "gac." in program.stderr


def test_a_handler_that_calls_the_client_is_told_so(partner: PartnerClient, caplog: pytest.LogCaptureFixture) -> None:
    caught: list[Exception] = []

    class Calling(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            try:
                partner.get_instances()
            except RuntimeError as error:
                caught.append(error)

    handler = Calling()
    logger = logging.getLogger(LOGGER)
    logger.addHandler(handler)
    try:
        caplog.set_level(logging.DEBUG, LOGGER)
        assert len(partner.get_instances()) == 0
    finally:
        logger.removeHandler(handler)
    assert "from inside one of its own calls" in str(caught[0])


def test_a_listener_that_fails_does_not_fail_the_call(
    partner: PartnerClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(logging.Filter):
        def filter(self, record: logging.LogRecord) -> bool:
            raise ValueError("broken on purpose")

    reported: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda failure: reported.append(str(failure.exc_value)))
    logger, broken = logging.getLogger(LOGGER), Broken()
    logger.addFilter(broken)
    try:
        caplog.set_level(logging.DEBUG, LOGGER)
        assert len(partner.get_instances()) == 0
    finally:
        logger.removeFilter(broken)
    assert reported == ["broken on purpose"]


def test_records_come_from_many_threads(partner: PartnerClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, LOGGER)
    threads = [threading.Thread(target=partner.get_instances) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(heard(caplog)) == 8
