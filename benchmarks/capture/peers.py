"""ArchiveBox 0.7.4 and single-file-cli 2.0.83 on the same page: had from PyPI and npm, each in a place of its own.

`python benchmarks/capture/peers.py` sets them up under .cache/capture-peers. ArchiveBox refuses root: it is run as
`nobody`, in a fresh collection each time. Both are told not to check certificates, as the page's root is its own.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["HOME", "Run", "archivebox", "measured", "single_file"]

HOME = Path(__file__).resolve().parents[2] / ".cache" / "capture-peers"
_ARCHIVEBOX = HOME / "abox/bin/archivebox"
_SINGLE_FILE = HOME / "sf/node_modules/.bin/single-file"
_SINGLE_FILE_SECONDS = 90.0
"""It hangs now and then and must be ended: that run then lacks its file."""
_WANTED = {
    "PDF": "output.pdf",
    "截图": "screenshot.png",
    "DOM": "output.html",
    "单文件": "singlefile.html",
    "WARC": "warc",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run: wall and processor seconds of the whole process tree, bytes written, and what it did not make."""

    seconds: float
    cpu_seconds: float
    size_bytes: int
    missing: tuple[str, ...]


def measured(command: list[str], *, user: str | None = None, most: float = 600.0, **more: Any) -> tuple[float, float]:
    """Wall and processor seconds of a command and everything it waited for; ended with its group after `most`."""
    before, began = _children(), time.perf_counter()
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, user=user, start_new_session=True, **quiet, **more) as process:
        try:
            process.wait(most)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
    return time.perf_counter() - began, _children() - before


def archivebox(url: str, browser: str) -> Run | None:
    """`archivebox add --depth=0` with PDF, screenshot, DOM, single file and wget's WARC; None when it is not there."""
    if not _ARCHIVEBOX.is_file():
        return None
    user = "nobody" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # the other user must reach it
        if user:
            shutil.chown(folder, user)
        home = Path(folder) / "collection"
        home.mkdir()
        if user:
            shutil.chown(home, user)
        environment = {
            "HOME": folder,
            "PATH": f"{_ARCHIVEBOX.parent}:/usr/bin:/bin",
            "CHROME_BINARY": browser,
            "CHROME_SANDBOX": "False",
            "CHECK_SSL_VALIDITY": "False",
            "SAVE_ARCHIVE_DOT_ORG": "False",
            "SAVE_MEDIA": "False",
            "SAVE_GIT": "False",
            "SAVE_FAVICON": "False",
            "SINGLEFILE_BINARY": str(_SINGLE_FILE),
            "NODE_BINARY": shutil.which("node") or "",
        }
        measured([str(_ARCHIVEBOX), "init"], user=user, cwd=home, env=environment)
        seconds, cpu = measured([str(_ARCHIVEBOX), "add", "--depth=0", url], user=user, cwd=home, env=environment)
        made = next(iter((home / "archive").glob("*/")), home / "archive")
        missing = tuple(name for name, path in _WANTED.items() if not (made / path).exists())
        return Run(seconds=seconds, cpu_seconds=cpu, size_bytes=_size(made), missing=missing)


def single_file(url: str, browser: str) -> Run | None:
    """`single-file URL out.html`; None: not there."""
    if not _SINGLE_FILE.exists():
        return None
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "page.html"
        arguments = '["--no-sandbox","--ignore-certificate-errors"]'
        command = [str(_SINGLE_FILE), url, str(out), "--browser-executable-path", browser, "--browser-args", arguments]
        seconds, cpu = measured(command, cwd=folder, most=_SINGLE_FILE_SECONDS)
        there = out.is_file() and out.stat().st_size > 0
        size = out.stat().st_size if there else 0
        return Run(seconds=seconds, cpu_seconds=cpu, size_bytes=size, missing=() if there else ("单文件",))


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def set_up() -> None:
    """Fetch both."""
    HOME.mkdir(parents=True, exist_ok=True)
    if not _ARCHIVEBOX.is_file():
        # Debian's own Python: another user must be able to run it.
        subprocess.run(["/usr/bin/python3", "-m", "venv", str(HOME / "abox")], check=True)
        subprocess.run([str(HOME / "abox/bin/pip"), "install", "-q", "archivebox==0.7.4"], check=True)
    if not _SINGLE_FILE.exists() and shutil.which("npm"):
        subprocess.run(["npm", "install", "--prefix", str(HOME / "sf"), "single-file-cli@2.0.83"], check=True)


if __name__ == "__main__":
    set_up()
    sys.stdout.write(f"{HOME}\n")
