"""Display in notebooks and terminals. A QR code that nobody may use any more is left in neither."""

import asyncio
import io
import sys
import threading
import types
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import put_in

from greenapi_partner import (
    AsyncInstanceClient,
    AsyncPartnerClient,
    Authorized,
    ConfigurationError,
    InstanceClient,
    PartnerClient,
    QrCode,
    show_in_terminal,
)
from greenapi_partner.testing import MockServer

PICTURE = "iVBOR"
"""How a PNG begins in base64."""


class Notebook:
    """What IPython is asked to show: one list of drawings for each output."""

    def __init__(self) -> None:
        self.outputs: list[list[dict[str, str]]] = []

    @property
    def drawings(self) -> list[str]:
        (output,) = self.outputs
        return [drawing["text/html"] for drawing in output]


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Notebook:
    """IPython in place of the real one, so that each drawing is seen."""
    shown = Notebook()

    class DisplayHandle:
        def display(self, bundle: dict[str, str], *, raw: bool) -> None:
            assert raw
            shown.outputs.append([bundle])

        def update(self, bundle: dict[str, str], *, raw: bool) -> None:
            assert raw
            shown.outputs[-1].append(bundle)

    ipython, display = types.ModuleType("IPython"), types.ModuleType("IPython.display")
    ipython.get_ipython = lambda: None  # type: ignore[attr-defined]
    display.DisplayHandle = DisplayHandle  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    return shown


@pytest.fixture
def customer(mock: MockServer, shop: InstanceClient) -> Iterator[None]:
    """Scans as soon as there is a code to see."""

    def scan() -> None:
        mock.wait_for_sockets(shop.id_instance)
        mock.scan(shop.id_instance, phone=79001234567)

    thread = threading.Thread(target=scan)
    thread.start()
    yield
    thread.join()


@pytest.mark.usefixtures("customer")
def test_a_flow_is_one_output_that_ends_with_who_was_linked(notebook: Notebook, partner: PartnerClient) -> None:
    partner.onboard(name="shop-42")._ipython_display_()
    assert any("shop-42: instance" in drawing for drawing in notebook.drawings)
    assert any('alt="QR code to scan"' in drawing and PICTURE in drawing for drawing in notebook.drawings)
    assert all('role="status"' in drawing for drawing in notebook.drawings)
    assert "Linked: 79001234567 (Mock phone)" in notebook.drawings[-1]
    assert (PICTURE in notebook.drawings[-1]) is False
    assert all((PICTURE in drawing["text/plain"]) is False for drawing in notebook.outputs[0])


def test_an_error_is_shown_in_words_in_the_same_place(
    notebook: Notebook, mock: MockServer, shop: InstanceClient
) -> None:
    mock.set_state(shop.id_instance, "suspended")
    shop.authorize()._ipython_display_()
    assert "SuspendedError: " in notebook.drawings[-1]
    assert 'role="alert"' in notebook.drawings[-1]


def test_a_passkey_is_told_without_the_link_that_holds_a_token(
    notebook: Notebook, mock: MockServer, partner: PartnerClient
) -> None:
    mock.add_instance(name="shop-77", passkey=True)
    mock.set_options(customer={"scansAfterMs": 0})
    partner.onboard(name="shop-77")._ipython_display_()
    assert any("WhatsApp asks this account for its passkey." in drawing for drawing in notebook.drawings)
    assert "Linked: 79001234567" in notebook.drawings[-1]
    assert not any("qr.green-api.com" in drawing for drawing in notebook.drawings)


def test_names_are_escaped(notebook: Notebook, mock: MockServer, partner: PartnerClient) -> None:
    mock.add_instance(name="<script>", phone="79001234567")
    partner.onboard(name="<script>")._ipython_display_()
    assert "&lt;script&gt;: instance" in notebook.drawings[-1]
    assert "<script>" not in notebook.drawings[-1]


def test_no_code_stays_where_it_was_stopped(
    notebook: Notebook, mock: MockServer, shop: InstanceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from greenapi_partner import _display

    show = _display._View.show

    def interrupted(self: Any, event: Any) -> None:
        show(self, event)
        if isinstance(event, QrCode):
            raise KeyboardInterrupt

    monkeypatch.setattr(_display._View, "show", interrupted)
    with pytest.raises(KeyboardInterrupt):
        shop.authorize()._ipython_display_()
    assert PICTURE in notebook.drawings[-2]
    assert "Stopped before a phone was linked." in notebook.drawings[-1]
    assert (PICTURE in notebook.drawings[-1]) is False


async def test_an_asynchronous_flow_is_shown_by_a_task(
    notebook: Notebook, mock: MockServer, async_shop: AsyncInstanceClient
) -> None:
    from greenapi_partner import _display

    async_shop.authorize()._ipython_display_()
    assert len(notebook.drawings) == 1  # it has returned at once
    await asyncio.to_thread(mock.wait_for_sockets, async_shop.id_instance)
    mock.scan(async_shop.id_instance, phone=79001234567)
    await asyncio.gather(*_display._TASKS)
    assert "Linked: 79001234567" in notebook.drawings[-1]
    assert (PICTURE in notebook.drawings[-1]) is False


def test_a_qr_code_is_a_picture(shop: InstanceClient) -> None:
    qr = shop.qr()
    png, metadata = qr._repr_png_()
    assert png == qr.png
    assert metadata == {"width": 264, "alt": "QR code to scan"}
    assert qr.data_url.startswith(f"data:image/png;base64,{PICTURE}")


def test_a_qr_code_can_be_drawn_and_read(mock: MockServer, shop: InstanceClient) -> None:
    qr = shop.qr()
    assert qr.text == mock.instance(shop.id_instance)["qrPayload"]
    assert qr.svg().startswith("<svg")
    assert "\u2580" in qr.terminal()
    assert qr == shop.qr()
    assert len({qr, shop.qr()}) == 1
    mock.refresh_qr(shop.id_instance)
    assert qr != shop.qr()
    assert (qr.text in f"{qr!r}") is False


def test_a_model_is_a_table(mock: MockServer) -> None:
    shop = InstanceClient(*put_in(mock, phone="79001234567"), api_url=mock.url)
    assert "<th>phone</th><td>79001234567</td>" in shop.get_wa_settings()._repr_html_()


def test_a_real_notebook_is_saved_without_a_code(
    mock: MockServer, shop: InstanceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    nbclient = pytest.importorskip("nbclient", reason="a notebook's kernel is installed on one Python only")
    nbformat = pytest.importorskip("nbformat")
    # A kernel logs the cells that it runs: a token does not belong into one.
    monkeypatch.setenv("SHOP_TOKEN", shop.api_token_instance)
    made = f"({shop.id_instance}, os.environ['SHOP_TOKEN'], api_url={mock.url!r}, pacing=False)"
    cells = [
        f"""
        import os
        from greenapi_partner import AsyncInstanceClient, InstanceClient
        shop = InstanceClient{made}
        display(shop.authorize())
        """,
        f"""
        other = AsyncInstanceClient{made}
        await other.logout()
        display(other.authorize(interval=0.01))
        await other.wait_until_authorized(interval=0.01)
        from greenapi_partner import _display
        import asyncio
        done = await asyncio.gather(*_display._TASKS)
        """,
    ]
    lines = ["\n".join(line.strip() for line in cell.strip().splitlines()) for cell in cells]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in lines])

    def customer() -> None:
        for count in range(1, len(cells) + 1):
            mock.wait_for_requests("scanQrCode", count=count, outcome="answered")
            mock.wait_for_sockets(shop.id_instance)
            mock.scan(shop.id_instance, phone=79001234567)

    thread = threading.Thread(target=customer)
    thread.start()
    nbclient.NotebookClient(notebook, timeout=60).execute()
    thread.join()
    for cell in notebook.cells:
        (output,) = cell.outputs
        assert "Linked: 79001234567" in output["data"]["text/html"]
    assert (PICTURE in nbformat.writes(notebook)) is False


# Terminals.


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.usefixtures("customer")
def test_a_terminal_shows_a_flow_in_place_and_gives_who_was_linked(shop: InstanceClient) -> None:
    terminal = Terminal()
    linked = show_in_terminal(shop.authorize(), terminal)
    assert isinstance(linked, Authorized)
    assert linked.phone == "79001234567"
    assert "\u2580" in terminal.getvalue()  # half blocks
    assert "\x1b[" in terminal.getvalue()  # and what goes back over them


def test_a_log_gets_one_drawing_after_the_other(mock: MockServer, capsys: pytest.CaptureFixture[str]) -> None:
    shop = InstanceClient(*put_in(mock, phone="79001234567"), api_url=mock.url)
    assert isinstance(show_in_terminal(shop.authorize()), Authorized)
    assert "79001234567" in capsys.readouterr().out


def test_a_terminal_raises_what_the_flow_raises(mock: MockServer, shop: InstanceClient) -> None:
    mock.faults("scanQrCode", {"status": 404})
    with pytest.raises(ConfigurationError):
        show_in_terminal(shop.scan_qr_code(), Terminal())


async def test_an_asynchronous_flow_is_drawn_by_whoever_awaits_it(
    mock: MockServer, async_partner: AsyncPartnerClient
) -> None:
    mock.add_instance(name="shop-42", phone="79001234567")
    terminal = Terminal()
    linked = await show_in_terminal(async_partner.onboard(name="shop-42"), terminal)
    assert isinstance(linked, Authorized)
    assert "shop-42" in terminal.getvalue()
