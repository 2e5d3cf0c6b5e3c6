"""The examples run as they stand, and do what they say."""

import os
import subprocess
import sys
from pathlib import Path

import child
import pytest

from greenapi_partner.testing import MockServer

EXAMPLES = Path(__file__).resolve().parents[2] / "python" / "examples"

ONBOARDED = ["sent", "received", "offboarded"]
PRINTED = {
    "onboard_demo.py": ONBOARDED,
    "partner_demo.py": ["created", "listed", "found", "deleted", "listed", "refused"],
    "partner_demo_asyncio.py": ["ready", "deleted"],
}


def test_every_example_is_run() -> None:
    assert {path.name for path in EXAMPLES.glob("*.py")} == set(PRINTED)


@pytest.mark.parametrize("name", PRINTED)
def test_an_example_does_what_it_says(mock: MockServer, name: str) -> None:
    mock.set_options(customer={"scansAfterMs": 200, "replies": "Hello yourself"})
    environment = {"GREENAPI_PARTNER_TOKEN": mock.partner_token, "GREENAPI_PARTNER_API_URL": mock.url}
    program = subprocess.run(
        [sys.executable, EXAMPLES / name],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=child.LONGEST,
        check=False,
    )
    assert (program.returncode, program.stderr) == (0, "")
    printed = [line.split()[0] for line in program.stdout.splitlines() if line.strip()]
    assert printed[-len(PRINTED[name]) :] == PRINTED[name]
    assert all(instance["deleted"] for instance in mock.instances())
