"""Documents of operation and security name files and commands that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from wangjian.cli.main import build_app

TREE = Path(__file__).resolve().parents[2]
PAGES = sorted([*(TREE / "docs" / "operations").glob("*.md"), *(TREE / "docs" / "security").glob("*.md")])
PATH = re.compile(
    r"`((?:tests|docs|deploy|wangjian|evidence|network|offices|ui|api|exchange|crawlers|leads)/[^`#\s*…]*)"
)
COMMAND = re.compile(r"wangjian ((?:[a-z-]+ ?)+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_named_files_are_there(page: Path):
    missing = [name for name in PATH.findall(page.read_text(encoding="utf-8")) if not (TREE / name).exists()]
    assert not missing


def test_named_commands_are_there():
    command = typer.main.get_command(build_app())
    for page in PAGES:
        for told in COMMAND.findall(page.read_text(encoding="utf-8")):
            words, place = told.split(), command
            for word in words:
                known = getattr(place, "commands", None)
                if known is None:
                    break
                assert word in known, (page.name, told)
                place = known[word]


def test_threat_model_shows_a_test_for_every_attack():
    rows = [
        line
        for line in (TREE / "docs" / "security" / "threat-model.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and line.count("|") == 6
    ]
    assert len(rows) > 15
    assert all("`tests/" in row for row in rows[1:]), [row for row in rows[1:] if "`tests/" not in row]
