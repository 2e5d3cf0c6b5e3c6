"""A file to upload, in any of the ways that a program has one."""

from __future__ import annotations

import os
from typing import BinaryIO, TypeAlias

from .errors import InvalidRequestError

File: TypeAlias = bytes | bytearray | memoryview | str | os.PathLike[str] | BinaryIO
"""Its bytes, its path, or a file that is open in binary mode."""


def opened(file: File, file_name: str | None = None) -> tuple[str, bytes | str]:
    """The file as core takes it: its name, and its bytes or where they are."""
    if isinstance(file, (bytes, bytearray, memoryview)):
        return file_name or NAMELESS, bytes(file)
    if isinstance(file, (str, os.PathLike)):
        return "", os.fsdecode(file)
    content = file.read() if hasattr(file, "read") else None
    if not isinstance(content, bytes):
        given = type(file).__name__
        raise InvalidRequestError(f"file must be bytes, a path or a file open in binary mode, not {given}")
    name = getattr(file, "name", None)
    return file_name or (os.path.basename(name) if isinstance(name, str) else NAMELESS), content


NAMELESS = "file"
