"""Webhooks, in the user's own web framework."""

import json
from datetime import datetime, timezone
from types import MappingProxyType
from typing import Any

import pytest

from greenapi_partner import (
    ConfigurationError,
    InvalidRequestError,
    StateInstanceChanged,
    UnauthorizedError,
    UnknownNotification,
    parse_notification,
)

BODY = {"typeWebhook": "stateInstanceChanged", "timestamp": 1748000000, "stateInstance": "authorized"}
TOKEN = "s3cret-webhook-token"


@pytest.mark.parametrize(
    "given",
    [
        json.dumps(BODY).encode(),
        bytearray(json.dumps(BODY).encode()),
        memoryview(json.dumps(BODY).encode()),
        json.dumps(BODY),
        BODY,
        MappingProxyType(BODY),
    ],
    ids=["bytes", "bytearray", "memoryview", "text", "dict", "mapping"],
)
def test_a_body_is_read_in_any_form(given: Any) -> None:
    notification = parse_notification(given)
    assert isinstance(notification, StateInstanceChanged)
    assert notification.state_instance == "authorized"
    assert notification.timestamp == datetime.fromtimestamp(1748000000, timezone.utc)
    assert notification.body == BODY
    assert notification.receipt_id is None


@pytest.mark.parametrize("header", [f"Bearer {TOKEN}", f"Basic {TOKEN}", TOKEN])
def test_the_header_is_checked(header: str) -> None:
    assert parse_notification(BODY, header, TOKEN).type_webhook == "stateInstanceChanged"


@pytest.mark.parametrize("token", [None, "", " "])
def test_a_token_that_is_not_set_opens_no_door(token: Any) -> None:
    for header in (None, "", "Bearer guess"):
        with pytest.raises(ConfigurationError):
            parse_notification(BODY, header, token)
        with pytest.raises(ConfigurationError):
            parse_notification(BODY, authorization=header, webhook_url_token=token)
    assert parse_notification(BODY, "Bearer guess").type_webhook == "stateInstanceChanged"


def test_a_token_that_was_cut_inside_a_character_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="half a surrogate pair"):
        parse_notification(BODY, f"Bearer {TOKEN}\ud83d", f"{TOKEN}\ud83d")


def test_a_mapping_that_json_cannot_hold_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="body holds what JSON cannot hold"):
        parse_notification({**BODY, "at": datetime.now(timezone.utc)})


@pytest.mark.parametrize("header", [None, "", "Bearer", f"Bearer {TOKEN}x", TOKEN[:-1], f"{TOKEN}\ud83d", "\udcff"])
def test_a_wrong_header_is_an_error_without_the_token(header: str | None) -> None:
    with pytest.raises(UnauthorizedError) as raised:
        parse_notification(BODY, header, TOKEN)
    assert (TOKEN in f"{raised.value!r}{vars(raised.value)}") is False


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", "\ud800", 7, None, {"typeWebhook": 7}], ids=repr)
def test_what_is_no_notification_is_refused(body: Any) -> None:
    with pytest.raises(InvalidRequestError):
        parse_notification(body)


def test_a_type_that_is_new_is_kept_whole() -> None:
    notification = parse_notification({"typeWebhook": "somethingNew", "data": {"a": [1, None]}})
    assert isinstance(notification, UnknownNotification)
    assert notification.body is not None
    assert notification.body["data"] == {"a": [1, None]}
    assert notification.to_dict()["type_webhook"] == "somethingNew"
