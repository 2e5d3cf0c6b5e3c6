"""The program `greenapi-partner`, as pip's console script starts it.

A module beside the package, and not in it: importing the package would take longer than most commands do. So would
`typing`, which is for those alone who check types.
"""

import sys
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, ModuleSpec
from os import path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> "NoReturn":
    """Runs the program with the arguments of this process, and ends it."""
    native = path.join(path.dirname(path.abspath(__file__)), "greenapi_partner", "_native")
    file = next(filter(path.exists, (native + suffix for suffix in EXTENSION_SUFFIXES)))
    loader = ExtensionFileLoader("_program", file)
    program = loader.create_module(ModuleSpec("_program", loader, origin=file))
    loader.exec_module(program)
    sys.exit(program.main(["greenapi-partner", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
