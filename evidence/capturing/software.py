"""What the capture rests on: our code, the packages beside it, the system's, and programs, each by its digest."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import threading
from importlib import metadata
from pathlib import Path
from typing import Any

import evidence
import network
import records

__all__ = ["FileDigests", "code_sha256", "packages", "release_record", "system_packages"]

_ROOMS = (evidence, network, records)
_DPKG = Path("/var/lib/dpkg/status")


class FileDigests:
    """SHA-256 of large programs, computed anew only when the file's place, size or times have changed."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, int, int, int], str] = {}
        self._lock = threading.Lock()

    def of(self, path: Path) -> str:
        """The digest in hexadecimal, or 无法读取."""
        try:
            found = path.resolve(strict=True)
            stat = found.stat()
            key = (str(found), stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
            with self._lock:
                known = self._known.get(key)
            if known is None:
                with found.open("rb") as file:
                    known = hashlib.file_digest(file, "sha256").hexdigest()
                with self._lock:
                    self._known[key] = known
        except OSError:
            return "无法读取"
        return known


def code_sha256() -> str:
    """One digest over every source file of the rooms that make evidence."""
    digest = hashlib.sha256()
    for room in _ROOMS:
        folder = Path(str(room.__file__)).parent
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.relative_to(folder.parent).as_posix().encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def release_record() -> tuple[bool | None, str]:
    """Whether the code is what was installed with its release, or what its checkout's commit holds, and in words; None
    when there is neither, or the checkout has changes of its own: that is work under way, and proves nothing."""
    names = tuple(str(room.__name__) for room in _ROOMS)
    files = metadata.distribution("wangjian").files or ()
    ours = [file for file in files if file.hash is not None and file.suffix == ".py" and file.parts[0] in names]
    if not ours:
        return _checkout_record(Path(str(evidence.__file__)).parent.parent)
    changed = []
    for file in ours:
        assert file.hash is not None
        try:
            content = Path(str(file.locate())).read_bytes()
        except OSError:
            content = b""
        found = base64.urlsafe_b64encode(hashlib.new(file.hash.mode, content).digest()).rstrip(b"=").decode()
        if found != file.hash.value:
            changed.append(str(file))
    if changed:
        return False, f"与发布记录不符：{'、'.join(changed[:5])}"
    return True, f"{len(ours)} 个文件与发布记录一致"


def _checkout_record(root: Path) -> tuple[bool | None, str]:
    """The same of a git checkout: every source file by its own digest against that of the commit, not by its dates."""
    names = [str(room.__name__) for room in _ROOMS]
    commit = _git(root, "rev-parse", "HEAD").strip()
    tracked = _git(root, "ls-tree", "-r", "-z", "HEAD", "--", *names)
    lines = [line.split("\t", 1) for line in tracked.split("\0") if line.endswith(".py")]
    told = {path: fields.split(" ")[2] for fields, path in lines}
    if not commit or not told:
        return None, "开发安装，没有发布记录，也读不到源码库的提交，无从比对"
    found = {
        path.relative_to(root).as_posix(): _blob_id(path, long=len(commit) == 64)
        for name in names
        for path in (root / name).rglob("*.py")
    }
    changed = sorted(path for path in found.keys() | told.keys() if found.get(path) != told.get(path))
    if changed:
        return None, f"源码检出，与提交 {commit[:12]} 不同：{'、'.join(changed[:5])} 等 {len(changed)} 个文件"
    return True, f"源码检出，{len(found)} 个文件与提交 {commit} 一致"


def _blob_id(path: Path, *, long: bool) -> str:
    content = path.read_bytes()
    digest = hashlib.new("sha256" if long else "sha1", b"blob %d\0" % len(content), usedforsecurity=False)
    digest.update(content)
    return digest.hexdigest()


def _git(root: Path, *words: str) -> str:
    """What the command says; nothing when there is none, or the folder is no checkout of its user."""
    command = shutil.which("git")
    if command is None:
        return ""
    given: dict[str, Any] = {"cwd": root, "stdin": subprocess.DEVNULL, "capture_output": True, "timeout": 10}
    try:
        done = subprocess.run([command, *words], **given, check=False)  # noqa: S603  # our own words, no shell
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def packages() -> str:
    """Digest over `name==version` of every Python package installed beside us, one a line, sorted."""
    folders = {Path(str(metadata.distribution(name).locate_file(""))) for name in ("playwright", "cryptography")}
    names = sorted(
        {
            path.name.removesuffix(".dist-info").replace("-", "==", 1)
            for at in folders
            for path in at.glob("*.dist-info")
        }
    )
    digest = hashlib.sha256("".join(f"{name}\n" for name in names).encode()).hexdigest()
    return f"{len(names)} 个，清单 SHA-256 {digest}"


def system_packages(status: Path = _DPKG) -> str:
    """The same of the system's packages, from the records of dpkg."""
    try:
        content = status.read_bytes()
    except OSError:
        return "没有 dpkg 记录"
    return f"{content.count(b'Package: ')} 个，dpkg 记录 SHA-256 {hashlib.sha256(content).hexdigest()}"
