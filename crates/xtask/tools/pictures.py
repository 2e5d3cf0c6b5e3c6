# /// script
# requires-python = ">=3.10"
# dependencies = ["pyte==0.8.2", "rich>=14,<16"]
# ///
"""Terminal pictures of the program's page: what a terminal shows after these commands, on an account of the mock.

Run it with the program on the PATH: `python crates/xtask/tools/pictures.py`.
"""

import fcntl
import io
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
from pathlib import Path

import pyte
from rich.console import Console
from rich.text import Text

FOLDER = Path(__file__).parents[3] / "docs/pictures"
WIDTH = 96
PICTURES = {
    "stock": [
        "greenapi-partner instances list --name 'shop-1*'",
        "greenapi-partner inspect --group waiting",
        "greenapi-partner instances list --deleted --json id,name | head -n 3",
    ],
    "cost": [
        "greenapi-partner cost --price 4.50",
        "greenapi-partner cost --price 4.50 --by prefix",
        "greenapi-partner waste --price 4.50",
    ],
    "onboard": ["greenapi-partner onboard shop-42 --yes"],
}


def main() -> None:
    """Records all of them."""
    command = ["greenapi-partner", "mock", "--simulate", "7"]
    mock = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert mock.stdout
    url, token = re.findall(r"(http\S+), partner token (\S+)", mock.stdout.readline())[0]
    account = {"GREENAPI_PARTNER_API_URL": url, "GREENAPI_PARTNER_TOKEN": token}
    environment = {**os.environ, **account, "TERM": "xterm-256color"}
    try:
        for name, commands in PICTURES.items():
            # A code is shown until nobody has scanned it for so long; the picture is of that moment.
            screen = shown(commands, environment, stop_at="replaced" if name == "onboard" else None)
            draw(screen, FOLDER / f"{name}.svg")
            assert token not in (FOLDER / f"{name}.svg").read_text()
    finally:
        mock.terminate()


def shown(commands: list[str], environment: dict[str, str], stop_at: str | None) -> pyte.Screen:
    """What is on a screen after the commands, or once it shows a word."""
    screen = pyte.Screen(WIDTH, 60)
    stream = pyte.ByteStream(screen)
    for command in commands:
        stream.feed(f"$ {command}\r\n".encode())
        pid, terminal = pty.fork()
        if pid == 0:
            os.execvpe("sh", ["sh", "-c", command], environment)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 60, WIDTH, 0, 0))
        while read := piece(terminal):
            stream.feed(read)
            if stop_at and any(stop_at in line for line in screen.display):
                os.killpg(pid, signal.SIGINT)
                break
        os.waitpid(pid, 0)
    return screen


def piece(terminal: int) -> bytes:
    """What comes next; nothing at the end."""
    select.select([terminal], [], [], 60)
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def draw(screen: pyte.Screen, file: Path) -> None:
    """The screen as SVG, as far as there is something on it."""
    last = max(row for row, line in enumerate(screen.display) if line.strip())
    colours = {"force_terminal": True, "color_system": "truecolor"}
    console = Console(record=True, width=WIDTH, file=io.StringIO(), **colours)
    for row in range(last + 1):
        line = Text()
        for column in range(WIDTH):
            cell = screen.buffer[row][column]
            line.append(cell.data or " ", style=style(cell))
        console.print(line, soft_wrap=False, crop=True)
    console.save_svg(str(file), title="greenapi-partner", unique_id=file.stem)


def style(cell: pyte.screens.Char) -> str:
    """The colours of a cell, as rich calls them."""

    def colour(name: str) -> str:
        return f"#{name}" if re.fullmatch("[0-9a-f]{6}", name) else {"brown": "yellow"}.get(name, name)

    words = [] if cell.fg == "default" else [colour(cell.fg)]
    words += [] if cell.bg == "default" else ["on", colour(cell.bg)]
    return " ".join(["bold", *words] if cell.bold else words)


if __name__ == "__main__":
    main()
