"""What docs/conventions.md promises of modules and no other tool holds."""

from __future__ import annotations

import tomllib
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
LONGEST = 400
TABLES = {
    "api/examples.py": "an example of every answer",
    "evidence/standalone/verify.py": "one file that a court runs without us",
    "leads/rules/over_time_examples.py": "texts",
    "matching/constants.py": "written by the fit",
    "matching/data/counties.py": "a table of divisions",
}


def test_modules_are_short_or_say_why_not() -> None:
    rooms = tomllib.loads((TREE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]["packages"]
    lines = {path: path.read_bytes().count(b"\n") for room in rooms for path in (TREE / room).rglob("*.py")}
    long = {str(path.relative_to(TREE)) for path, count in lines.items() if count > LONGEST}
    assert long == set(TABLES)
