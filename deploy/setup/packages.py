"""Python packages: a virtual environment in the tree, filled from the lock files with their digests checked.

pip is used as the machine has it set up (its mirror, certificates and time limits are obeyed).
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import platform
import shutil
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from machine import apt_install, can_apt
from progress import StepError, run

__all__ = ["check_python", "install_packages"]

_AT_ONCE = 3
_STAMP = "wangjian-setup.json"
_VENV_CURE = "apt-get install -y python3-venv"


def check_python() -> str:
    """The interpreter at hand and its venv module.

    Raises:
        StepError: The venv module is not there and cannot be installed.
    """
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        if not can_apt():
            raise StepError("Python 缺少 venv 模块", cure=_VENV_CURE)
        apt_install(["python3-venv"], failure="Python 的 venv 模块未能安装")
    return f"Python {'.'.join(str(part) for part in sys.version_info[:3])}"


def install_packages(tree: Path, *, for_tests: bool) -> str:
    """Fill `.venv` from the lock file and put the project itself into it.

    Raises:
        StepError: The environment could not be made or a package not be had.
    """
    venv = tree / ".venv"
    wanted = _digest(tree)
    if _is_current(venv, wanted, for_tests=for_tests):
        return "已是最新"
    _make(venv, tree)
    stamp = venv / _STAMP
    stamp.unlink(missing_ok=True)
    lock = tree / ("requirements-dev.lock" if for_tests else "requirements.lock")
    _install_locked(tree, [tree / "deploy/setup/build.lock", lock])
    _pip(tree, "project", ["--no-deps", "--no-build-isolation", "--editable", str(tree)])
    stamp.write_text(json.dumps({"digest": wanted, "for_tests": for_tests}), encoding="utf-8")
    return f"已安装 {lock.read_text(encoding='utf-8').count('==')} 个包"


def _install_locked(tree: Path, locks: Sequence[Path]) -> None:
    """Several pips, each with its share of the packages: one alone waits for the network half of the time and unpacks
    on one processor the other half. A lock names everything, so that none has to look for what another brings."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        shares = [
            pool.submit(_pip, tree, f"lock-{number}", ["--require-hashes", "--no-deps", "-r", str(share)])
            for number, share in enumerate(_shares(tree, locks), start=1)
        ]
    for share in shares:
        share.result()


def _shares(tree: Path, locks: Sequence[Path]) -> list[Path]:
    """Files that hold the packages of the locks dealt out in turn; each package is a line and its digests below it."""
    packages: dict[str, str] = {}
    for lock in locks:
        for line in lock.read_text(encoding="utf-8").splitlines(keepends=True):
            if not line.startswith(" "):
                pinned = line
                packages[pinned] = ""
            packages[pinned] += line
    folder = tree / ".cache/setup"
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for first in range(min(_AT_ONCE, len(packages))):
        found.append(folder / f"share-{first + 1}.lock")
        found[-1].write_text("".join(list(packages.values())[first::_AT_ONCE]), encoding="utf-8")
    return found


def _digest(tree: Path) -> str:
    """What the environment was made from: locks, project file, interpreter and place (its scripts hold the path)."""
    found = hashlib.sha256(f"{sys.version}\n{tree}\n".encode())
    for name in ("requirements.lock", "requirements-dev.lock", "deploy/setup/build.lock", "pyproject.toml"):
        found.update((tree / name).read_bytes())
    return found.hexdigest()


def _is_current(venv: Path, wanted: str, *, for_tests: bool) -> bool:
    try:
        stamp = json.loads((venv / _STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    enough = bool(stamp.get("for_tests")) or not for_tests
    return stamp.get("digest") == wanted and enough and os.access(venv / "bin/python", os.X_OK)


def _make(venv: Path, tree: Path) -> None:
    if os.access(venv / "bin/pip", os.X_OK) and _made_by_this_python(venv):
        return
    shutil.rmtree(venv, ignore_errors=True)
    run(
        [sys.executable, "-m", "venv", str(venv)],
        log=tree / ".cache/setup/venv.log",
        failure="虚拟环境未能建立",
        cure=f"{_VENV_CURE}，并检查 {tree} 可写、有剩余空间",
    )


def _made_by_this_python(venv: Path) -> bool:
    try:
        lines = (venv / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    return any(line.replace(" ", "") == f"version={platform.python_version()}" for line in lines)


def _pip(tree: Path, name: str, arguments: list[str]) -> None:
    command = [str(tree / ".venv/bin/python"), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    run(
        [*command, *arguments],
        log=tree / f".cache/setup/pip-{name}.log",
        failure="程序包未能安装",
        cure="检查网络与 pip 源（pip config list）后再执行一次同一命令，已下载的不会重来",
    )
