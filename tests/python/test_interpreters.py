"""A process may hold several interpreters, or import the package anew: its errors are caught wherever it is let in."""

import subprocess
import sys

import child
import pytest

BEGIN = """
import importlib, sys, textwrap

try:
    from _interpreters import create, destroy, run_string
except ImportError:  # before Python 3.13
    from _xxsubinterpreters import create as create_older, destroy, run_string

    def create(kind):
        return create_older(isolated=kind == "isolated")

def import_elsewhere(kind):
    other = create(kind)
    run_string(other, textwrap.dedent('''
        try:
            import greenapi_partner
        except ImportError as refused:
            print(refused, flush=True)
        else:
            print("imported", flush=True)
    '''))
    destroy(other)

def fail():
    import greenapi_partner
    from greenapi_partner import GreenApiError, PartnerClient
    from greenapi_partner.errors import ConfigurationError
    try:
        PartnerClient("gac.token", partner_api_url="http://example.com")  # no tokens over plain http
    except GreenApiError as error:
        print("caught", type(error) is ConfigurationError is greenapi_partner.ConfigurationError, flush=True)
"""

OURS = (
    "greenapi_partner works in the main interpreter of a process only, and this is a subinterpreter: "
    "set `WSGIApplicationGroup %{GLOBAL}` (mod_wsgi) or `single-interpreter` (uWSGI), or give it a process of its own"
)
PYTHONS = "module greenapi_partner._native does not support loading in subinterpreters"
"""What Python says by itself, from 3.12 on, where the other one has a lock of its own."""

REFUSED = {"legacy": OURS, "isolated": PYTHONS if sys.version_info >= (3, 12) else OURS}
"""mod_wsgi makes the kind that is now called legacy."""


def printed(code: str) -> list[str]:
    command = [sys.executable, "-X", "dev", "-c", f"{BEGIN}\n{code}"]
    program = subprocess.run(command, capture_output=True, text=True, timeout=child.LONGEST, check=False)
    assert (program.returncode, program.stderr) == (0, "")
    return program.stdout.splitlines()


@pytest.mark.parametrize("kind", REFUSED)
def test_an_import_elsewhere_is_refused_and_changes_nothing(kind: str) -> None:
    code = f"fail(); import_elsewhere({kind!r}); import_elsewhere({kind!r}); fail()"
    assert printed(code) == ["caught True", REFUSED[kind], REFUSED[kind], "caught True"]


@pytest.mark.parametrize("kind", REFUSED)
def test_an_import_elsewhere_does_not_spoil_the_one_that_comes_after(kind: str) -> None:
    code = f"import_elsewhere({kind!r}); fail(); import_elsewhere({kind!r}); fail()"
    assert printed(code) == [REFUSED[kind], "caught True", REFUSED[kind], "caught True"]


def test_the_package_may_be_imported_anew() -> None:
    code = """
fail()
for name in [name for name in sys.modules if name.startswith("greenapi_partner")]:
    del sys.modules[name]
fail()
"""
    assert printed(code) == ["caught True", "caught True"]


def test_the_package_may_be_reloaded() -> None:
    code = """
fail()
for name in "greenapi_partner.errors", "greenapi_partner":
    importlib.reload(sys.modules[name])
fail()
"""
    assert printed(code) == ["caught True", "caught True"]
