"""The set-up says what it lacks with the cure, leaves stdout alone, and does nothing twice."""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

TREE = Path(__file__).resolve().parents[2]
SETUP = TREE / "deploy/setup"


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """The set-up's modules, as `python deploy/setup/setup.py` finds them."""
    monkeypatch.syspath_prepend(str(SETUP))

    def load(name: str) -> ModuleType:
        return importlib.import_module(name)

    yield load
    for name in ("machine", "packages", "progress", "steps"):
        sys.modules.pop(name, None)


@pytest.fixture
def small_tree(tmp_path: Path) -> Path:
    """A tree with the set-up and lock files that name one package."""
    tree = tmp_path / "tree"
    shutil.copytree(SETUP, tree / "deploy/setup", ignore=shutil.ignore_patterns("__pycache__"))
    (tree / "pyproject.toml").write_text("[project]\nname = 'x'\nversion = '1'\n")
    for name in ("requirements.lock", "requirements-dev.lock"):
        (tree / name).write_text(f"no-such-package-here==1.0 \\\n    --hash=sha256:{'0' * 64}\n")
    return tree


def test_package_that_cannot_be_had_is_named_with_the_cure(small_tree: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(small_tree / "deploy/setup/setup.py"), "--for", "run"],
        capture_output=True,
        text=True,
        env={**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ""},
        timeout=120,
    )
    assert done.returncode == 3
    assert done.stdout == ""
    assert "缺：程序包未能安装" in done.stderr
    assert "解决：检查网络与 pip 源" in done.stderr
    assert "Traceback" not in done.stderr


def test_current_environment_is_left_alone(small_tree: Path, module, monkeypatch: pytest.MonkeyPatch) -> None:
    packages = module("packages")
    python = small_tree / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    stamp = {"digest": packages._digest(small_tree), "for_tests": False}
    (small_tree / ".venv/wangjian-setup.json").write_text(json.dumps(stamp))
    monkeypatch.setattr(packages, "run", lambda *_, **__: pytest.fail("a program was started"))
    assert packages.install_packages(small_tree, for_tests=False) == "已是最新"


def test_locks_are_dealt_out_whole_each_package_once(module, tmp_path: Path) -> None:
    packages = module("packages")
    locks = [TREE / "deploy/setup/build.lock", TREE / "requirements-dev.lock"]
    shares = [path.read_text() for path in packages._shares(tmp_path, locks)]
    dealt = [part for share in shares for part in re.split(r"^(?=\S)", share, flags=re.MULTILINE) if part]
    held = [part for lock in locks for part in re.split(r"^(?=\S)", lock.read_text(), flags=re.MULTILINE) if part]
    assert len(shares) == 3
    assert sorted(dealt) == sorted(set(held))


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml", "deploy/setup/build.lock"])
def test_changed_lock_makes_the_environment_stale(small_tree: Path, module, name: str) -> None:
    packages = module("packages")
    before = packages._digest(small_tree)
    with (small_tree / name).open("a") as file:
        file.write("# changed\n")
    assert packages._digest(small_tree) != before


def test_environment_for_running_is_not_enough_for_tests(small_tree: Path, module) -> None:
    packages = module("packages")
    venv = small_tree / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin/python").symlink_to(sys.executable)
    (venv / "wangjian-setup.json").write_text(json.dumps({"digest": "d", "for_tests": False}))
    assert packages._is_current(venv, "d", for_tests=False)
    assert not packages._is_current(venv, "d", for_tests=True)


@pytest.mark.parametrize(
    ("step", "cure"),
    [
        ("install_java", "default-jdk-headless maven"),
        ("install_test_node", "prepare --cache"),
        ("install_postgres", "apt-get install -y postgresql"),
        ("install_viewer", "poppler-utils"),
        ("install_browser", "chromium-headless-shell"),
    ],
)
def test_part_that_is_away_is_named_with_the_cure(
    tmp_path: Path, module, monkeypatch: pytest.MonkeyPatch, step: str, cure: str
) -> None:
    """On a machine with nothing on its path: no apt-get either, so nothing is installed."""
    machine, progress = module("machine"), module("progress")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PLAYWRIGHT_BROWSERS_PATH", raising=False)
    monkeypatch.setattr(machine, "_POSTGRES", tmp_path)
    (tmp_path / "deploy/testnode").mkdir(parents=True)
    with pytest.raises(progress.StepError) as caught:
        getattr(machine, step)(tmp_path)
    assert cure in caught.value.cure


def test_make_prints_nothing_but_the_program(tmp_path: Path) -> None:
    """`make demo` may be piped into a JSON reader: its recipes are silent and the set-up's words go to stderr."""
    shutil.copy(TREE / "Makefile", tmp_path)
    (tmp_path / "deploy/setup").mkdir(parents=True)
    (tmp_path / "deploy/setup/setup.py").write_text("print('words of the set-up')\n")
    program = tmp_path / ".venv/bin/wangjian"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\necho "{\\"words\\": \\"$*\\"}"\n')
    program.chmod(0o755)
    done = subprocess.run(
        ["make", "demo", "DEMO_ARGS=--no-serve --json"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == {"words": "demo --no-serve --json"}
    assert "words of the set-up" in done.stderr


def test_both_locks_agree_and_carry_digests() -> None:
    """What is tested is what is run: a package of both lock files has the same version in both."""

    def pinned(name: str) -> set[tuple[str, str]]:
        lines = (TREE / name).read_text(encoding="utf-8").splitlines()
        found = [
            line.split(" ")[0].partition("==") for line in lines if "==" in line and not line.startswith((" ", "#"))
        ]
        assert sum("--hash=sha256:" in line for line in lines) >= len(found)
        return {(package, version) for package, _, version in found}

    runtime, dev = pinned("requirements.lock"), pinned("requirements-dev.lock")
    assert runtime
    assert runtime <= dev


_MAKE = """#!/bin/sh
[ "$1" = test ] && echo "3 passed"
[ "$1" = check-types ] && echo "Found 1 error"
echo "$1 $WANGJIAN_TEST_REQUIRE" >>asked
[ "$1" != "$FAILING" ]
"""


@pytest.mark.parametrize("failing", ["", "setup-test", "check-style", "check-types", "test"])
def test_ci_does_every_step_requires_every_part_and_fails_with_any(tmp_path: Path, failing: str) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(TREE / ".ci/run", tmp_path / ".ci/run")
    make = tmp_path / "bin/make"
    make.parent.mkdir()
    make.write_text(_MAKE)
    make.chmod(0o755)
    environment = {**os.environ, "PATH": f"{make.parent}:{os.environ['PATH']}", "FAILING": failing}
    done = subprocess.run([tmp_path / ".ci/run"], capture_output=True, text=True, env=environment, timeout=60)
    assert (done.returncode != 0) == bool(failing), done
    if failing in ("", "check-types", "test"):
        assert done.stdout.splitlines()[-1] == "3 passed"
        steps = ["check-style", "check-types", "setup-test", "test"]
        assert sorted((tmp_path / "asked").read_text().splitlines()) == [f"{step} all" for step in steps]
    assert ("Found 1 error" in done.stdout) == (failing == "check-types")


def test_check_does_what_ci_does() -> None:
    asked = subprocess.run(["make", "--dry-run", "check"], capture_output=True, text=True, cwd=TREE, check=True).stdout
    for step in ("ruff format --check .", "ruff check .", "mypy", "lint-imports"):
        assert step in asked
