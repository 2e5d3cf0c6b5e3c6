"""Stubs: what an editor shows is what `help()` says."""

import ast
import inspect
from importlib.resources import files
from typing import Any

import pytest

from greenapi_partner import _native

STUB = ast.parse((files("greenapi_partner") / "_native.pyi").read_text(encoding="utf-8"))
CLASSES = {node.name: node for node in STUB.body if isinstance(node, ast.ClassDef)}


def words(doc: str | None) -> list[str]:
    return inspect.cleandoc(doc or "").split()


def test_the_stub_has_every_class() -> None:
    assert {name for name in vars(_native) if inspect.isclass(getattr(_native, name))} == set(CLASSES)


@pytest.mark.parametrize("name", CLASSES)
def test_a_docstring_of_the_stub_is_the_compiled_one(name: str) -> None:
    compiled: Any = getattr(_native, name)
    assert words(ast.get_docstring(CLASSES[name])) == words(compiled.__doc__)
    members = [node for node in CLASSES[name].body if isinstance(node, ast.FunctionDef)]
    for member in members:
        if not member.name.startswith("_"):
            assert words(ast.get_docstring(member)) == words(getattr(compiled, member.name).__doc__), member.name


def test_a_docstring_of_a_function_is_the_compiled_one() -> None:
    functions = {node.name: node for node in STUB.body if isinstance(node, ast.FunctionDef)}
    assert functions.keys() == {"parse_notification", "verify_event"}
    for name, node in functions.items():
        assert words(ast.get_docstring(node)) == words(getattr(_native, name).__doc__), name
