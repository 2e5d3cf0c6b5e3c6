"""Programs in a process of their own, which share nothing with the test but what they print."""

import subprocess
import sys
import textwrap

from greenapi_partner.testing import MockServer

LONGEST = 60
"""Seconds after which a child counts as hung: far more than any of them takes."""

EVERYTHING = "import asyncio, os, signal, sys, threading"


def program(code: str, mock: MockServer, imports: str = EVERYTHING) -> list[str]:
    """The command that runs `code` with two clients on the mock at hand."""
    begin = f"""
    {imports}
    from greenapi_partner import AsyncPartnerClient, PartnerClient
    partner = PartnerClient({mock.partner_token!r}, partner_api_url={mock.url!r})
    async_partner = AsyncPartnerClient({mock.partner_token!r}, partner_api_url={mock.url!r})
    """
    return [sys.executable, "-X", "dev", "-c", textwrap.dedent(begin) + textwrap.dedent(code)]


def run(code: str, mock: MockServer, imports: str = EVERYTHING) -> subprocess.CompletedProcess[str]:
    """Runs `code` to its end."""
    command = program(code, mock, imports)
    return subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
