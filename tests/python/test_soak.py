"""Soak: under mixed traffic with faults, a process holds no more after a while than before.

`SOAK_SECONDS=3600 pytest tests/python/test_soak.py` is the long form; `cargo xtask soak python` runs it.
"""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from greenapi_partner.testing import MockServer

pytestmark = pytest.mark.skipif(
    "SOAK_SECONDS" not in os.environ and sys.version_info[:2] != (3, 11),
    reason="it takes its time, on one Python only",
)

ROUNDS = 24
SECONDS = float(os.environ.get("SOAK_SECONDS", "0"))

Held = dict[str, int]

ALLOWED: Held = {"memory": 3 << 19, "files": 4, "threads": 1}
"""How much more the last third may hold than the one before it, by the medians of both.

Memory: pages of which a part is free are resident, and what the client remembers of its creations, 10,000 of them for
10 minutes, is less than half of it in so short a time. Files: as many connections as may be idle in a pool, or cut
just now. Threads: none comes and goes but that of a watch.
"""


def grown(rounds: list[Held]) -> dict[str, tuple[float, float]]:
    """What the last third of the rounds holds more of than the second one, and how much each; the first warms up."""
    third = len(rounds) // 3
    assert third > 0, f"{len(rounds)} rounds tell nothing"
    found = {}
    for what, allowed in ALLOWED.items():
        middle, last = (
            statistics.median(held[what] for held in part) for part in (rounds[third : 2 * third], rounds[2 * third :])
        )
        if last - middle > allowed:
            found[what] = (middle, last)
    return found


def test_growth_is_found_and_noise_is_not() -> None:
    noise = [
        {"memory": (50 << 20) + (number % 3 << 19), "files": 20 + number % 4, "threads": 9} for number in range(30)
    ]
    assert grown(noise) == {}
    assert grown([{**held, "memory": held["memory"] * 5} for held in noise[:10]] + noise) == {}
    for what, by in [("memory", 1 << 19), ("files", 1), ("threads", 1)]:
        leak = [{**held, what: held[what] + number * by} for number, held in enumerate(noise)]
        assert list(grown(leak)) == [what]


def test_mixed_traffic_with_faults_holds_no_more_after_a_while(mock: MockServer) -> None:
    environment = {
        **os.environ,
        "GREENAPI_PARTNER_TOKEN": mock.partner_token,
        "GREENAPI_PARTNER_API_URL": mock.url,
        "GREENAPI_API_URL": mock.url,
        # Each thread may have a heap of its own otherwise, and what one of them keeps free looks like growth.
        "MALLOC_ARENA_MAX": "1",
    }
    command = [sys.executable, str(Path(__file__).with_name("soak.py")), str(ROUNDS), str(SECONDS)]
    program = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=SECONDS + 300, check=False
    )
    assert program.returncode == 0, program.stderr
    rounds = [json.loads(line) for line in program.stdout.splitlines()]
    print(f"{len(rounds)} rounds:", *(round(held["memory"] / 2**20, 1) for held in rounds))
    assert grown(rounds) == {}
