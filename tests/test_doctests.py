"""The examples in docstrings are true: of every module that ships."""

from __future__ import annotations

import doctest
import importlib
import tomllib
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]


def _modules_with_examples() -> list[str]:
    """Rooms as pyproject.toml lists them for the type checker."""
    rooms = tomllib.loads((TREE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]["packages"]
    files = [path for room in rooms for path in sorted((TREE / room).rglob("*.py")) if b">>> " in path.read_bytes()]
    return [".".join(path.relative_to(TREE).with_suffix("").parts).removesuffix(".__init__") for path in files]


def test_examples_in_docstrings_hold() -> None:
    modules = _modules_with_examples()
    results = {name: doctest.testmod(importlib.import_module(name)) for name in modules}
    assert sum(found.attempted for found in results.values()) > 200
    assert [name for name, found in results.items() if found.failed] == []
