"""An answer that ends, or pauses, after any of its bytes: half of one is no answer, and no creation is sent again."""

import asyncio
import json
import socket
import struct
import traceback
from collections import Counter

import pytest

from greenapi_partner import AsyncPartnerClient, GreenApiError

# Of the looks of upstream's.
PARTNER_TOKEN = "gac.ca11ab1eca11ab1eca11ab1eca11ab1eca11ab1eca11ab"
TOKEN = "ca11ab1e5ca11ab1e5ca11ab1e5ca11ab1e5ca11ab1e5ca11a"
CREATED = {"idInstance": 1101728000, "apiTokenInstance": TOKEN, "typeInstance": "whatsapp"}
ANSWERS = {"create_instance": CREATED, "get_instances": [CREATED]}
AT_ONCE = 32
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class CuttingHost:
    """Sends an answer only so far, or in two pieces; each request says in its path how: `/<way>/<bytes>/…`."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self.requests: Counter[tuple[str, int]] = Counter()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = [line.split(b":")[1] for line in head.lower().splitlines() if line.startswith(b"content-length:")]
        await reader.readexactly(int(length[0]) if length else 0)
        _, way, size, _ = head.split(b" ")[1].decode().split("/", 3)
        self.requests[way, int(size)] += 1
        is_first = self.requests[way, int(size)] == 1
        writer.write(self._answer[: int(size)] if is_first else self._answer)
        if is_first and way == "split":
            for _ in range(4):  # each gives the client a turn to read what there is
                await asyncio.sleep(0)
            writer.write(self._answer[int(size) :])
        if is_first and way == "reset":
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        writer.close()


async def ended(url: str, operation: str) -> tuple[str, str]:
    """How the call ends, and all that its error tells. Its client's budget no other call has spent."""
    async with AsyncPartnerClient(PARTNER_TOKEN, partner_api_url=url, timeout=30) as partner:
        try:
            await getattr(partner, operation)(**({"name": "shop-42"} if operation == "create_instance" else {}))
        except GreenApiError as error:
            return error.code, "".join(traceback.format_exception(error)) + repr(error) + str(vars(error))
    return "success", ""


@pytest.mark.parametrize("operation", ANSWERS)
async def test_each_byte_of_an_answer(operation: str) -> None:
    body = json.dumps(ANSWERS[operation]).encode()
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    host, turns = CuttingHost(answer), asyncio.Semaphore(AT_ONCE)
    server = await asyncio.start_server(host.serve, "127.0.0.1")
    port = server.sockets[0].getsockname()[1]

    async def wrong(way: str, size: int) -> str | None:
        async with turns:
            code, told = await ended(f"http://127.0.0.1:{port}/{way}/{size}", operation)
        if way == "split" or size == len(answer):
            expected = ("success", 1)
        else:
            expected = ("outcome_unknown", 1) if operation == "create_instance" else ("success", 2)
        got = (code, host.requests[way, size])
        return None if got == expected and "ca11ab1e" not in told else f"{way} after {size}: {got}, not {expected}"

    cases = [(way, size) for way in ("close", "reset", "split") for size in range(len(answer) + 1)]
    # After all of it, a reset is one of a connection that nobody needs any more.
    cases.remove(("reset", len(answer)))
    problems = [problem for problem in await asyncio.gather(*(wrong(*case) for case in cases)) if problem]
    server.close()
    assert not problems, "\n".join(problems)
