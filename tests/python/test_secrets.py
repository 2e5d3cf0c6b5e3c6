"""No token leaves by a side door: a repr, an error, a traceback, a pickle, a log."""

import logging
import pickle
import traceback
from typing import Any

import pytest

from greenapi_partner import AsyncPartnerClient, GreenApiError, PartnerClient
from greenapi_partner.testing import MockServer

TOKEN = "gac." + "ca0a12" * 7 + "ca0a"
WEBHOOK_TOKEN = "canary-webhook-token"
PROXY_PASSWORD = "canary-proxy-password"

REFUSALS: list[dict[str, Any]] = [
    {"status": 400, "text": f"no such path: /partner/createInstance/{TOKEN}, {WEBHOOK_TOKEN}"},
    {"status": 404, "body": {"statusCode": 404, "message": f"Cannot POST /partner/createInstance/{TOKEN}"}},
    {"body": {"code": 401, "description": f"Unauthorized: {TOKEN}"}},
    {"status": 302, "headers": {"location": f"http://127.0.0.1:1/{TOKEN}"}},
    {"cut": "after_request"},
    {"cut": "truncated_body"},
    {"named": "garbage"},
]


@pytest.fixture
def secret_mock() -> Any:
    with MockServer(partner_token=TOKEN) as server:
        yield server


def everything_shown(error: GreenApiError) -> str:
    shown: list[object] = [repr(error), str(error), error.description, vars(error), pickle.dumps(error)]
    shown.append("".join(traceback.TracebackException.from_exception(error, capture_locals=False).format()))
    return "\n".join(map(str, shown))


def assert_no_secret(text: str) -> None:
    for secret in (TOKEN, WEBHOOK_TOKEN, PROXY_PASSWORD):
        # The secret itself must not be in the report of a failure either.
        assert (secret in text) is False


@pytest.mark.parametrize("fault", REFUSALS, ids=range(len(REFUSALS)))
def test_an_error_shows_no_token(
    secret_mock: MockServer, caplog: pytest.LogCaptureFixture, fault: dict[str, Any]
) -> None:
    caplog.set_level(1)
    partner = PartnerClient(TOKEN, partner_api_url=secret_mock.url)
    secret_mock.faults("createInstance", fault)
    with pytest.raises(GreenApiError) as raised:
        partner.create_instance(name="shop-42", webhook_url_token=WEBHOOK_TOKEN)
    assert_no_secret(everything_shown(raised.value))
    assert_no_secret("\n".join(str(vars(record)) for record in caplog.records))


async def test_a_day_of_calls_logs_no_token(secret_mock: MockServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with AsyncPartnerClient(TOKEN, partner_api_url=secret_mock.url) as partner:
        created = await partner.create_instance(name="shop-42", webhook_url_token=WEBHOOK_TOKEN)
        listed = await partner.get_instances()
        await partner.delete_instance_account(created.id_instance)
        shown = [repr(partner), repr(created), repr(listed), repr(listed[0]), repr(listed[0].to_dict())]
    ours = [str(vars(record)) for record in caplog.records if record.name == "greenapi_partner"]
    assert len(ours) == 3
    text = "\n".join(shown + ours)
    assert_no_secret(text)
    assert (created.api_token_instance in text) is False


def test_a_proxys_password_is_not_shown(secret_mock: MockServer) -> None:
    partner = PartnerClient(TOKEN, proxy=f"http://me:{PROXY_PASSWORD}@127.0.0.1:1", max_retries=0)
    with pytest.raises(GreenApiError) as raised:
        partner.get_instances(timeout=5)
    assert_no_secret(everything_shown(raised.value) + repr(partner))


@pytest.mark.parametrize("client", [PartnerClient, AsyncPartnerClient])
def test_a_client_is_not_pickled(client: Any) -> None:
    with pytest.raises(TypeError, match="holds a token") as raised:
        pickle.dumps(client(TOKEN))
    assert_no_secret(str(raised.value))
