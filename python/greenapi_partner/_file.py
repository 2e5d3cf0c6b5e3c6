"""A file to upload, in any of the ways that a program has one."""

from __future__ import annotations

import os
from typing import BinaryIO, TypeAlias

File: TypeAlias = bytes | bytearray | memoryview | str | os.PathLike[str] | BinaryIO
"""Its bytes, its path, or a file that is open in binary mode."""
