"""Promises of the start of the command line: a command brings its own libraries and no other's."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from wangjian.cli.main import build_app

_TELL = """
import json, sys
from wangjian.cli import main
try:
    main(sys.argv[1:])
except SystemExit as ended:
    print(json.dumps({"code": ended.code, "loaded": sorted(sys.modules)}))
"""


def _commands(word: str = "") -> dict[str, Any]:
    found: dict[str, Any] = typer.main.get_command(build_app(word)).commands  # type: ignore[attr-defined]
    return found


def _words(command: Any) -> list[str]:
    below = getattr(command, "commands", {})
    return [command.name, *(f"{command.name} {word}" for name in below for word in _words(below[name]))]


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    return _commands()


def test_every_word_of_the_help_page_brings_its_command(whole: dict[str, Any]) -> None:
    for word, command in whole.items():
        assert _words(_commands(word)[word]) == _words(command)


@pytest.mark.parametrize("word", ["", "--help", "lead", "不存在", "leads "])
def test_a_word_that_is_no_command_sees_all_of_them(whole: dict[str, Any], word: str) -> None:
    assert list(_commands(word)) == list(whole)


def test_searching_leads_loads_what_it_needs(tmp_path: Path) -> None:
    """numpy among it: facets are counted as arrays (stores/search/counting.py)."""
    done = subprocess.run(
        [sys.executable, "-c", _TELL, "leads", "search", "--data-dir", str(tmp_path), "--json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["code"] == 1
    assert "wangjian.indexing" in told["loaded"]
    heavy = {"openpyxl", "playwright", "scrapy", "twisted.internet.reactor", "docxtpl", "elasticsearch",
             "crawlers.reading", "matching.resolver", "wangjian.flow", "PIL", "fastapi"}  # fmt: skip
    assert heavy.isdisjoint(told["loaded"])
