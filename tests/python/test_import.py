"""Importing the package is cheap: it brings nothing along that a call may never need."""

import subprocess
import sys

import pytest

CODE = """
import sys
before = set(sys.modules)
import {module}
print(*sorted(set(sys.modules) - before))
"""


def imported(code: str) -> set[str]:
    program = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(program.stdout.split())


def test_nothing_is_imported_but_our_own_modules_and_what_is_compiled_into_python() -> None:
    by_python = {"atexit"}
    ours = {"greenapi_partner", "greenapi_partner._native", "greenapi_partner.errors"}
    assert imported(CODE.format(module="greenapi_partner")) == ours | by_python


def test_the_program_begins_without_the_package_and_without_what_takes_longer_than_itself() -> None:
    allowed = {"greenapi_partner_program", "importlib", "importlib.machinery", "warnings"}
    frozen = {"importlib._bootstrap", "importlib._bootstrap_external"}
    assert imported(CODE.format(module="greenapi_partner_program")) <= allowed | frozen


BY_ITSELF = """
from greenapi_partner import {first}, PartnerClient, parse_notification
from greenapi_partner.testing import MockServer
with MockServer() as mock, PartnerClient(mock.partner_token, partner_api_url=mock.url, api_url=mock.url) as partner:
    with partner.onboard(name="shop-42") as events:
        print(type(next(events)).__name__)
print(type(parse_notification({{"typeWebhook": "deviceInfo"}})).__name__)
"""


@pytest.mark.parametrize("first", ["Settings", "QrCode"])
def test_a_class_that_is_not_imported_yet_is_found(first: str) -> None:
    assert imported(BY_ITSELF.format(first=first)) == {"Created", "DeviceInfo"}
