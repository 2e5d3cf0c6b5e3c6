"""An error is a Python exception: it tells, it chains, it survives pickling."""

import copy
import pickle
import traceback

import pytest

from greenapi_partner import (
    GreenApiError,
    NotFoundError,
    OutcomeUnknownError,
    PartnerClient,
    RateLimitedError,
    RequestTimeoutError,
    UnavailableError,
    errors,
)
from greenapi_partner.testing import MockServer

EVERY = [GreenApiError, *GreenApiError.__subclasses__()]


def fields(error: GreenApiError) -> tuple[object, ...]:
    return (
        type(error),
        str(error),
        error.code,
        error.operation,
        error.status,
        error.description,
        error.retryable,
        error.retry_after,
    )


def test_the_fields_are_what_upstream_said(partner: PartnerClient) -> None:
    with pytest.raises(NotFoundError) as raised:
        partner.delete_instance_account(1101728004)
    assert fields(raised.value)[2:] == ("not_found", "deleteInstanceAccount", 200, "Not found", False, None)


def test_retry_after_is_in_seconds(mock: MockServer) -> None:
    mock.faults("getInstances", {"named": "rate_limited", "retryAfter": "7"})
    partner = PartnerClient(mock.partner_token, partner_api_url=mock.url, max_retries=0)
    with pytest.raises(RateLimitedError) as raised:
        partner.get_instances()
    assert raised.value.retry_after == 7.0
    assert isinstance(raised.value.retry_after, float)


def test_the_reasons_are_chained(mock: MockServer) -> None:
    partner = PartnerClient(mock.partner_token, partner_api_url=mock.url, max_retries=0)
    mock.close()
    with pytest.raises(UnavailableError) as raised:
        partner.get_instances()
    assert isinstance(raised.value.__cause__, ConnectionError)
    assert "Connection refused" in "".join(traceback.format_exception(raised.value))


def test_a_lost_reply_of_a_create_is_an_unknown_outcome(mock: MockServer, partner: PartnerClient) -> None:
    mock.faults("createInstance", {"cut": "after_action"})
    with pytest.raises(OutcomeUnknownError) as raised:
        partner.create_instance(name="shop-42")
    assert not raised.value.retryable
    assert len(mock.instances()) == 1


def test_a_timeout_is_also_pythons_own(mock: MockServer, partner: PartnerClient) -> None:
    mock.faults("getInstances", {"hold": True})
    with pytest.raises(TimeoutError) as raised:
        partner.get_instances(timeout=0.1)
    assert type(raised.value) is RequestTimeoutError


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("copied", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])
def test_an_error_survives_copying(kind: type[GreenApiError], copied: object) -> None:
    error = kind("no", operation="createInstance", status=429, description="slow down", retry_after=1.5)
    assert callable(copied)
    assert fields(copied(error)) == fields(error)


def test_a_code_that_this_package_does_not_know_is_kept() -> None:
    error = errors._from_core("brand_new", "no", None, None, None, None, [])
    assert (type(error), error.code) == (GreenApiError, "brand_new")
