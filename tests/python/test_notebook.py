"""The operators' notebook runs from top to bottom against the mock, and shows what it should and no token."""

import re
from pathlib import Path
from typing import Any

import pytest

NOTEBOOK = Path(__file__).parents[2] / "python/notebooks/ops.ipynb"
TOKEN = re.compile(r"\b(gac\.)?[0-9a-f]{46,50}\b")


@pytest.fixture(scope="module")
def cells() -> list[Any]:
    """The cells of code, run."""
    for name in ("nbclient", "pandas", "matplotlib"):
        pytest.importorskip(name, reason="what a notebook needs is installed on one Python only")
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    patch = pytest.MonkeyPatch()
    for name in ("GREENAPI_PARTNER_TOKEN", "GREENAPI_PARTNER_API_URL", "GREENAPI_API_URL", "GREENAPI_MEDIA_URL"):
        patch.delenv(name, raising=False)
    try:
        nbclient.NotebookClient(notebook, timeout=120).execute()
    finally:
        patch.undo()
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


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
