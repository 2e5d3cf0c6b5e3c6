"""The client of one instance: how it is made, what it is given, what it says of itself."""

import io
import os
import pickle
from pathlib import Path
from typing import Any

import pytest
from conftest import of, put_in

from greenapi_partner import (
    AlreadyAuthorizedError,
    AsyncInstanceClient,
    AsyncPartnerClient,
    ConfigurationError,
    InstanceClient,
    InvalidRequestError,
    PartnerClient,
    qr_page_url,
)
from greenapi_partner.testing import MockServer

BOTH = [InstanceClient, AsyncInstanceClient]


def test_a_partner_makes_one_of_what_it_created_or_listed(mock: MockServer, partner: PartnerClient) -> None:
    created = partner.create_instance(name="shop-42")
    listed = partner.get_instances()[0]
    for shop in (
        partner.instance(created),
        partner.instance(listed),
        partner.instance(created.id_instance, created.api_token_instance),
        partner.instance(id_instance=created.id_instance, api_token_instance=created.api_token_instance),
    ):
        assert isinstance(shop, InstanceClient)
        assert (shop.id_instance, shop.api_token_instance) == (created.id_instance, created.api_token_instance)
        assert (shop.api_url, shop.media_url, shop.closed) == (mock.url, mock.url, False)
    assert partner.instance(created).type_instance == "whatsapp"
    assert len(mock.requests()) == 2


async def test_an_async_partner_makes_an_async_one_and_nothing_is_awaited(async_partner: AsyncPartnerClient) -> None:
    shop = async_partner.instance(1101728000, "token", "https://gateway.example", "https://media.example")
    assert isinstance(shop, AsyncInstanceClient)
    assert (shop.api_url, shop.media_url) == ("https://gateway.example", "https://media.example")


@pytest.mark.parametrize(
    "given", [(1101728000,), ("1101728000x", "token"), (0, "token"), (None,), (True, "token")], ids=str
)
def test_what_is_no_instance_is_refused(partner: PartnerClient, given: Any) -> None:
    with pytest.raises(InvalidRequestError):
        partner.instance(*given)


def test_hosts_go_with_an_id_and_a_token(partner: PartnerClient) -> None:
    created = partner.create_instance(name="shop-42")
    with pytest.raises(InvalidRequestError, match="api_token_instance"):
        partner.instance(created, api_url="https://gateway.example")  # type: ignore[call-overload]


def test_one_needs_no_partner(mock: MockServer) -> None:
    with InstanceClient(*put_in(mock), api_url=mock.url) as shop:
        assert shop.get_state_instance() == "notAuthorized"
    with pytest.raises(ConfigurationError, match="closed"):
        shop.get_state_instance()
    assert repr(shop) == f"<InstanceClient {shop.id_instance} at {mock.url}, closed>"


async def test_an_async_one_needs_no_partner(mock: MockServer) -> None:
    async with AsyncInstanceClient(*put_in(mock), api_url=mock.url) as shop:
        assert await shop.get_state_instance() == "notAuthorized"
    with pytest.raises(ConfigurationError, match="closed"):
        await shop.get_state_instance()


def test_one_that_is_closed_leaves_its_partner_open_and_is_closed_with_it(partner: PartnerClient) -> None:
    created = partner.create_instance(name="shop-42")
    first, second = partner.instance(created), partner.instance(created)
    first.close()
    assert (first.closed, second.closed, partner.closed) == (True, False, False)
    assert len(partner.get_instances()) == 1
    partner.close()
    assert second.closed


def test_hosts_are_read_from_the_environment(mock: MockServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GREENAPI_API_URL", mock.url)
    monkeypatch.setenv("GREENAPI_MEDIA_URL", mock.url + "/media")
    shop = InstanceClient(*put_in(mock))
    assert (shop.api_url, shop.media_url) == (mock.url, mock.url + "/media")


@pytest.mark.parametrize("client", BOTH)
@pytest.mark.parametrize(
    "options",
    [
        {"api_token_instance": ""},
        {"api_token_instance": "a b"},
        {"api_url": "http://api.green-api.com"},
        {"media_url": ""},
        {"timeout": 0},
        {"max_retries": 10**30},
        {"max_response_size": 0},
        {"ca_file": "/nowhere/ca.pem"},
    ],
    ids=str,
)
def test_one_that_cannot_be_is_a_configuration_error(client: Any, options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        client(**{"id_instance": 1101728000, "api_token_instance": "token", **options})


@pytest.mark.parametrize("client", BOTH)
def test_one_is_not_pickled_and_shows_no_token(client: Any) -> None:
    shop = client(1101728000, "a-secret-token")
    with pytest.raises(TypeError, match="holds a token") as raised:
        pickle.dumps(shop)
    assert ("a-secret-token" in f"{raised.value} {shop!r}") is False
    assert shop.api_token_instance == "a-secret-token"


def test_its_address_for_a_browser_has_the_token_in_it(shop: InstanceClient) -> None:
    assert qr_page_url(shop) == shop.qr_page_url()
    assert shop.qr_page_url().endswith(f"/waInstance{shop.id_instance}/{shop.api_token_instance}")


def test_a_new_token_is_used_from_then_on(shop: InstanceClient) -> None:
    before = shop.api_token_instance
    after = shop.update_api_token()
    assert shop.api_token_instance == after != before
    assert shop.get_state_instance() == "notAuthorized"


def test_an_argument_that_will_not_do_is_refused_before_it_is_sent(mock: MockServer, shop: InstanceClient) -> None:
    refused: list[Any] = [
        lambda: shop.send_message("", "Hello"),
        lambda: shop.send_message("79001234567@c.us", 7),  # type: ignore[arg-type]
        lambda: shop.send_message("79001234567@c.us", "Hello", typing_time=1),
        lambda: shop.get_authorization_code("7900"),
        lambda: shop.check_whatsapp(1.5),  # type: ignore[arg-type]
        lambda: shop.get_state_instance(timeout=0),
        lambda: shop.notifications(receive_timeout=-1),
        lambda: next(shop.authorize(phone_number=object())),  # type: ignore[arg-type]
        lambda: shop.call("no such"),
        lambda: shop.call("getChats", verb="PUT"),  # type: ignore[arg-type]
        lambda: shop.set_settings(),
    ]
    for call in refused:
        with pytest.raises(InvalidRequestError):
            call()
    with pytest.raises(TypeError, match="unexpected keyword argument 'linkPreview'"):
        shop.send_message("79001234567@c.us", "Hello", linkPreview=True)  # type: ignore[call-arg]
    assert mock.requests() == []


class PathOf(os.PathLike[str]):
    def __init__(self, path: Path) -> None:
        self.path = path

    def __fspath__(self) -> str:
        return str(self.path)


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.read_bytes(),
        lambda path: bytearray(path.read_bytes()),
        lambda path: memoryview(path.read_bytes()),
        str,
        lambda path: path,
        PathOf,
        lambda path: path.open("rb"),
        lambda path: io.BytesIO(path.read_bytes()),
    ],
    ids=["bytes", "bytearray", "memoryview", "str", "Path", "PathLike", "open file", "BytesIO"],
)
def test_a_file_is_given_in_any_way_that_a_program_has_one(
    mock: MockServer, shop: InstanceClient, tmp_path: Path, make: Any
) -> None:
    mock.scan(shop.id_instance)
    path = tmp_path / "bill.pdf"
    path.write_bytes(b"%PDF-\x00\xff")
    file = make(path)
    shop.send_file_by_upload("79001234567@c.us", file, file_name="bill.pdf")
    if isinstance(file, io.IOBase):
        file.close()
    (message,) = mock.messages(shop.id_instance)
    sent = {name: message["body"][name] for name in ("fileName", "fileSize", "mimeType")}
    assert sent == {"fileName": "bill.pdf", "fileSize": 7, "mimeType": "application/pdf"}


@pytest.mark.parametrize("file", [7, None, ["a"], io.StringIO("text")], ids=lambda file: type(file).__name__)
def test_what_is_no_file_is_refused(mock: MockServer, shop: InstanceClient, file: Any) -> None:
    with pytest.raises(InvalidRequestError, match="file"):
        shop.set_profile_picture(file)
    assert mock.requests() == []


def test_a_file_that_is_not_there_is_refused(mock: MockServer, shop: InstanceClient) -> None:
    with pytest.raises(InvalidRequestError, match="nowhere"):
        shop.send_file_by_upload("79001234567@c.us", "/nowhere/bill.pdf")
    assert mock.requests() == []


def test_it_keeps_pace_unless_told_otherwise(mock: MockServer) -> None:
    of(mock)
    id_instance, token = put_in(mock)
    shop = InstanceClient(id_instance, token, api_url=mock.url)
    shop.reboot()
    # Upstream takes a reboot a second; there is no time to wait for the next.
    with pytest.raises(Exception, match="rate") as raised:
        shop.reboot(timeout=0.01)
    assert getattr(raised.value, "retry_after", None) is not None
    InstanceClient(id_instance, token, api_url=mock.url, pacing=False).reboot(timeout=30)


async def test_an_awaited_error_is_of_its_class(mock: MockServer, async_shop: AsyncInstanceClient) -> None:
    mock.scan(async_shop.id_instance)
    with pytest.raises(AlreadyAuthorizedError):
        await async_shop.qr()


async def test_a_call_that_is_not_awaited_is_told_by_its_name(
    mock: MockServer, async_shop: AsyncInstanceClient
) -> None:
    with pytest.warns(RuntimeWarning, match=r"AsyncInstanceClient\.send_message was never awaited: nothing was sent"):
        async_shop.send_message("79001234567@c.us", "Hello")
    assert mock.requests() == []
