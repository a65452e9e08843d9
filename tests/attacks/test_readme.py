"""The steps of the readme inside a package, done as they are written, by the tools they name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.attacks.making import Office, Shape, make_package

README = Path(__file__).parents[2] / "evidence" / "readme-zh.txt"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("court")
    office = Office.open(tmp_path_factory.mktemp("office"))
    make_package(folder / "证据包.wacz", Shape(seed=2), office)
    office.records.close()
    (folder / "anchors.pem").write_text(office.anchors_pem)
    _run(_commands()[1], folder)
    return folder


def _commands() -> list[str]:
    """Every line of the readme that is a command, without the words that explain it."""
    found = []
    for line in README.read_text(encoding="utf-8").splitlines():
        words = line.strip().split("（")[0].strip()
        words = words.removeprefix("1. 解包：")
        if words.startswith(("unzip ", "sha256sum ", "openssl ", "(cd ", "python3 ")):
            found.append(words)
    return found


def _run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True)


def test_the_readme_has_the_steps_that_matter() -> None:
    commands = _commands()
    for word in ("python3 verify.py", "unzip", "sha256sum -c", "openssl dgst -sm3", "-verify", "openssl ts -verify"):
        assert any(word in command for command in commands), word


@pytest.mark.parametrize("command", _commands()[2:], ids=lambda command: " ".join(command.split()[:3]))
def test_each_step_of_the_readme_says_yes(command: str, unpacked: Path) -> None:
    if "-verify key.pem" in command:
        _run(next(one for one in _commands() if "-pubkey" in one), unpacked)
    done = _run(command, unpacked)
    assert done.returncode == 0, done.stderr
    assert "FAILED" not in done.stdout


def test_the_steps_of_the_readme_say_no_to_a_change(unpacked: Path) -> None:
    page = unpacked / "包" / "evidence" / "page.html"
    content = page.read_bytes()
    page.write_bytes(content + b"<p>")
    try:
        assert _run(next(one for one in _commands() if "sha256sum -c" in one), unpacked).returncode == 1
    finally:
        page.write_bytes(content)


def test_the_program_runs_alone_in_an_empty_folder(unpacked: Path, tmp_path: Path) -> None:
    """-I: nothing of ours on its path, and no setting of the environment; no network is asked for by what it imports."""
    program = tmp_path / "verify.py"
    program.write_bytes((unpacked / "包" / "evidence" / "verify.py").read_bytes())
    words = [
        sys.executable,
        "-I",
        "verify.py",
        str(unpacked / "证据包.wacz"),
        "--anchors",
        str(unpacked / "anchors.pem"),
    ]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, env={})
    assert (done.returncode, "全部通过" in done.stdout) == (0, True), done.stdout + done.stderr
    assert "import socket" not in program.read_text(encoding="utf-8")
