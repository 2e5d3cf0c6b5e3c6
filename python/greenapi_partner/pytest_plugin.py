"""The pytest fixture `greenapi_mock`, which installing the package brings along."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .testing import MockServer


@pytest.fixture
def greenapi_mock() -> Iterator[MockServer]:
    """A partner account in a box, a new one for each test: see `greenapi_partner.testing.MockServer`."""
    from .testing import MockServer

    with MockServer() as server:
        yield server
