"""The operators' notebook runs from top to bottom against the mock, and shows what it should and no token."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from greenapi_partner.testing import MockServer

NOTEBOOK = Path(__file__).parents[2] / "python/notebooks/ops.ipynb"
TOKEN = re.compile(r"\b(gac\.)?[0-9a-f]{46,50}\b")


VARIABLES = ("GREENAPI_PARTNER_TOKEN", "GREENAPI_PARTNER_API_URL", "GREENAPI_API_URL", "GREENAPI_MEDIA_URL")
SWITCH = "CHANGE_ACCOUNT = ON_MOCK"
CHANGING = ("createInstance", "deleteInstanceAccount", "logout", "reboot", "setSettings", "updateApiToken")


def run_in(folder: Path, environment: dict[str, str], switch: str = SWITCH) -> list[Any]:
    """The cells of code, run in this folder with these variables."""
    for name in ("nbclient", "pandas", "matplotlib"):
        pytest.importorskip(name, reason="what a notebook needs is installed on one Python only")
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    (cell,) = [cell for cell in notebook.cells if SWITCH in cell.source]
    cell.source = cell.source.replace(SWITCH, switch)
    with pytest.MonkeyPatch.context() as patch:
        for name in VARIABLES:
            patch.delenv(name, raising=False)
        for name, value in environment.items():
            patch.setenv(name, value)
        nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """The cells of code, run as they are, without any account."""
    return run_in(tmp_path_factory.mktemp("notebook"), {})


@pytest.fixture
def account() -> Iterator[MockServer]:
    """What stands for an account of the operator's: the notebook does not know that it is a mock."""
    customer = {"phone": "79001234567", "scansAfterMs": 1500}
    with MockServer(customer=customer, instanceRateLimits=False) as mock:
        mock.simulate(seed=7, days=100, instances=20)
        yield mock


def variables(account: MockServer) -> dict[str, str]:
    return {"GREENAPI_PARTNER_TOKEN": account.partner_token, "GREENAPI_PARTNER_API_URL": account.url}


def changes(account: MockServer) -> list[str]:
    return [method for method in CHANGING if account.requests(method)]


def shown(cells: list[Any], words: str, kind: str) -> str:
    """What the cell with these words has shown."""
    (cell,) = [cell for cell in cells if words in cell.source]
    outputs = [output for output in cell.outputs if kind in output.get("data", {}) or output.get("name") == kind]
    return "".join(output.get("text") or output["data"][kind] for output in outputs)


def test_it_is_committed_without_results() -> None:
    assert '"outputs": []' in NOTEBOOK.read_text()
    assert '"output_type"' not in NOTEBOOK.read_text()


def test_it_draws_states_and_costs(cells: list[Any]) -> None:
    assert shown(cells, "by state", "image/png")
    assert shown(cells, "Cost per day", "image/png")
    assert re.search(r"so far [\d.]+ in \d+ days; this month will be [\d.]+", shown(cells, "Cost per day", "stdout"))


def test_it_cleans_up_what_it_has_said_it_would(cells: list[Any]) -> None:
    (saving,) = re.findall(r"(\d+) instances: ", shown(cells, "if_deleted", "stdout"))
    assert int(saving) > 0
    assert shown(cells, "dry_run=True", "text/html").count("planned") == int(saving)
    (before, after) = re.findall(r"(\d+) live before, (\d+) after", shown(cells, "live before", "stdout"))[0]
    assert int(before) - int(after) == int(saving)


def test_it_links_a_phone(cells: list[Any]) -> None:
    assert "Linked: 79001234567" in shown(cells, "partner.onboard", "text/html")


def test_no_token_is_saved_with_it(cells: list[Any]) -> None:
    assert TOKEN.search("".join(f"{cell.outputs}" for cell in cells)) is None


def test_run_all_changes_nothing_in_an_account_and_shows_what_it_would_do(account: MockServer, tmp_path: Path) -> None:
    before = account.instances()
    cells = run_in(tmp_path, variables(account))
    assert account.instances() == before
    assert changes(account) == []
    (saving,) = re.findall(r"(\d+) instances: ", shown(cells, "if_deleted", "stdout"))
    assert int(saving) > 0
    assert "nothing in the account is changed" in shown(cells, SWITCH, "stdout")
    assert "the switch is off, so nothing was deleted" in shown(cells, "done = run.collect()", "stdout")
    assert shown(cells, "done = run.collect()", "text/html").count("planned") == int(saving)
    assert "planned" in shown(cells, "partner.onboard", "text/html")
    assert list(tmp_path.glob("*.journal*")) == []


def test_with_the_switch_on_it_cleans_up_and_onboards_month_after_month(account: MockServer, tmp_path: Path) -> None:
    """Last month's journal is of other instances, and the customer has the same name."""
    for _ in range(2):
        cells = run_in(tmp_path, variables(account), "CHANGE_ACCOUNT = True")
        assert "deleted:" in shown(cells, "done = run.collect()", "stdout")
        assert "Linked: 79001234567" in shown(cells, "partner.onboard", "text/html")
        # Next month somebody has been forgotten again.
        account.add_instance(name="forgotten", createdAt=f"{datetime.now(timezone.utc) - timedelta(days=40):%FT%TZ}")
    journals = sorted(path.name for path in tmp_path.glob("*.journal"))
    assert len(journals) == 2
    assert all(re.fullmatch(r"clean-up-20\d\d-\d\d-\d\d-\d{6}\.journal", name) for name in journals), journals
    named = [one for one in account.instances() if one["name"] == "new-shop" and not one.get("deletedAt")]
    assert len(named) == 1
