"""Run a block of Python from a document.

As in a notebook, `await` may stand at the top level.
"""

import ast
import asyncio
import inspect
import sys
from pathlib import Path

path = Path(sys.argv[1])
code = compile(path.read_text(), path.name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
result = eval(code, {"__name__": "__main__"})
if inspect.iscoroutine(result):
    asyncio.run(result)
