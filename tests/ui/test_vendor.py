"""Files made by others are the ones recorded, all of them, and nothing is fetched from elsewhere."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

import ui

ROOM = Path(ui.__file__).parent
VENDORS = (ROOM / "static" / "vendor", ROOM / "replay" / "vendor")
RECORDED = [
    (folder, entry) for folder in VENDORS for entry in tomllib.loads((folder / "vendor.toml").read_text())["file"]
]


@pytest.mark.parametrize(("folder", "entry"), RECORDED, ids=[entry["path"] for _, entry in RECORDED])
def test_vendored_file_is_the_recorded_one(folder, entry):
    content = (folder / entry["path"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert entry["name"] and entry["version"] and entry["licence"] and entry["npm_integrity"].startswith("sha512-")
    assert (folder / entry["licence_file"]).is_file()


def test_every_vendored_file_is_recorded():
    for folder in VENDORS:
        ours = [entry for place, entry in RECORDED if place == folder]
        known = {"vendor.toml"} | {entry[key] for entry in ours for key in ("path", "licence_file")}
        assert {path.name for path in folder.iterdir()} == known


def test_templates_hold_no_inline_script_style_or_foreign_address():
    for path in sorted((ROOM / "templates").glob("*.html")):
        text = path.read_text()
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path.name
        assert "<style" not in text, path.name
        assert not re.search(r"\sstyle=", text), path.name
        assert not re.search(r"\son[a-z]+=", text), path.name
        assert not re.search(r"\|\s*safe\b|autoescape\s+false|hx-on|hx-vars", text), path.name
        assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", text), path.name


def test_own_files_ask_nothing_of_other_machines():
    for name in ("app.css", "app.js"):
        text = (ROOM / "static" / name).read_text()
        assert not re.search(r"https?://|url\((?!data:)|@import|eval\(|innerHTML|document\.write", text), name
