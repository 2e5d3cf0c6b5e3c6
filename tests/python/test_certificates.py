"""A firm's authority: the variable that the users of requests have set is read here too."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import TESTS

from greenapi_partner import AsyncPartnerClient, ConfigurationError
from greenapi_partner.testing import MockServer

TLS = TESTS / "tls"
AUTHORITY = TLS / "authority.pem"
VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def url(mock: MockServer) -> AsyncIterator[str]:
    """A TLS server that passes everything on to the mock."""
    upstream = urlsplit(mock.url)
    connections: list[asyncio.Future[None]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        over = asyncio.get_running_loop().create_future()
        connections.append(over)
        inside, outside = await asyncio.open_connection(upstream.hostname, upstream.port)
        await asyncio.gather(pump(reader, outside), pump(inside, writer), return_exceptions=True)
        await asyncio.gather(outside.wait_closed(), writer.wait_closed(), return_exceptions=True)
        over.set_result(None)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "server.pem", TLS / "server.key")
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    yield f"https://localhost:{server.sockets[0].getsockname()[1]}"
    server.close()
    await asyncio.gather(*connections)  # whoever was connected is gone by now


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
async def test_what_requests_trusts_is_trusted(
    mock: MockServer, url: str, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(AUTHORITY))
    async with AsyncPartnerClient(mock.partner_token, partner_api_url=url) as client:
        assert len(await client.get_instances()) == 0


async def test_the_variable_may_name_a_folder(
    mock: MockServer, url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "firm.pem").write_text(AUTHORITY.read_text())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path))
    async with AsyncPartnerClient(mock.partner_token, partner_api_url=url) as client:
        assert len(await client.get_instances()) == 0


async def test_curls_counts_only_where_that_of_requests_is_not_set(
    mock: MockServer, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(AUTHORITY))
    monkeypatch.setenv("CURL_CA_BUNDLE", "/nowhere/ca.pem")
    async with AsyncPartnerClient(mock.partner_token, partner_api_url=url) as client:
        assert len(await client.get_instances()) == 0


def test_one_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    with pytest.raises(ConfigurationError, match=r"^REQUESTS_CA_BUNDLE: /nowhere/ca\.pem cannot be read: "):
        AsyncPartnerClient("gac.0123456789")


async def test_a_server_that_nobody_vouches_for_gets_nothing(mock: MockServer, url: str) -> None:
    async with AsyncPartnerClient(mock.partner_token, partner_api_url=url) as client:
        with pytest.raises(ConfigurationError, match="the certificate of the host localhost is not trusted") as caught:
            await client.create_instance(name="shop-42")
    assert (caught.value.code, caught.value.retryable) == ("configuration", False)
    assert mock.requests() == []
