"""Programs in a process of their own, which share nothing with the test but what they print."""

import contextlib
import subprocess
import sys
import textwrap
from collections.abc import Iterator

from greenapi_partner.testing import MockServer

LONGEST = 60
"""Seconds after which a child counts as hung: far more than any of them takes."""

UNHURRIED = (
    'import logging; logging.getLogger("asyncio").addFilter(lambda record: not record.msg.startswith("Executing"))'
)
"""What keeps asyncio's debug mode from telling that a busy machine took long over a step."""

EVERYTHING = "import asyncio, os, signal, sys, threading"

IN_CHILD = """
def in_child(work):
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        signal.alarm(20)  # a hang ends the child, and is seen below
        work()
        sys.stdout.flush()
        os._exit(0)
    print("child", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""
"""What a program begins with that forks."""


def program(code: str, mock: MockServer, imports: str = EVERYTHING) -> list[str]:
    """The command that runs `code` with two clients on the mock at hand."""
    begin = f"""
    {imports}
    {UNHURRIED if "asyncio" in imports else ""}
    from greenapi_partner import AsyncPartnerClient, PartnerClient
    partner = PartnerClient({mock.partner_token!r}, partner_api_url={mock.url!r})
    async_partner = AsyncPartnerClient({mock.partner_token!r}, partner_api_url={mock.url!r})
    """
    return [sys.executable, "-X", "dev", "-c", textwrap.dedent(begin) + textwrap.dedent(code)]


@contextlib.contextmanager
def started(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """A program that goes on meanwhile, and does not outlive the test."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as program:
        try:
            yield program
        finally:
            program.kill()


def run(code: str, mock: MockServer, imports: str = EVERYTHING) -> subprocess.CompletedProcess[str]:
    """Runs `code` to its end."""
    command = program(code, mock, imports)
    return subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
