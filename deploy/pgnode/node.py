"""A real PostgreSQL server for tests, from Debian's packages, on loopback. Standard library only.

    python deploy/pgnode/node.py prepare --cache DIR
    python deploy/pgnode/node.py run --cache DIR [--data DIR] [--port 5432] [--durable]

`prepare` makes an empty cluster once (two seconds); each server begins as a copy of it, or goes on from its own folder.
A server never runs as root: started by root it runs as `postgres`, else as whoever starts it. Its socket and data stand
in one folder of its own. Without `--durable` it does not wait for the disk (fsync off): a kill of the server loses
nothing, the power would.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

__all__ = ["DATABASE", "GUARDED", "USER", "PgNode", "PgNodeError", "binaries", "prepare", "start"]

USER = DATABASE = "wangjian"
"""Of servers on loopback: whoever reaches the port is let in."""
GUARDED = "guarded"
"""But a role of this name, where somebody makes it, is asked for its password."""

_SYSTEM_USER = "postgres"
_PACKAGES = Path("/usr/lib/postgresql")
_START_SECONDS = 60.0
_LOOK_SECONDS = 0.02
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "autovacuum_naptime": "10s",
    "log_min_messages": "warning",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
_NOT_DURABLE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
_CURE = "以 root 执行 apt-get install -y postgresql-15（或本机发行版的 postgresql），不需要启动它的服务"


class PgNodeError(Exception):
    """The server cannot be had or started; the message names what is missing and the command that cures it."""


@dataclass(frozen=True, slots=True)
class _Runs:
    """Whose process the server is; None when it is ours."""

    user_id: int | None = None
    group_id: int | None = None

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603  # PostgreSQL's own programs with our arguments
            command,
            capture_output=True,
            text=True,
            check=False,
            user=self.user_id,
            group=self.group_id,
            extra_groups=None if self.user_id is None else [],
            cwd="/",
            env=_environment(),
        )

    def give(self, folder: Path) -> None:
        """Make everything in a folder theirs."""
        if self.user_id is None or self.group_id is None:
            return
        for place, _folders, files in os.walk(folder):
            for path in (place, *(os.path.join(place, name) for name in files)):
                os.chown(path, self.user_id, self.group_id)


class PgNode:
    """A running server; `place` is its host and port. Use as a context manager, or call `stop()` or `kill()`."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, folder: Path, programs: Path) -> None:
        self.port = port
        self.place = f"127.0.0.1:{port}"
        self.folder = folder
        self.log = folder / "log"
        self._process = process
        self._programs = programs

    def url(self, database: str = DATABASE) -> str:
        """Where one of its databases is, as `stores.records_url` takes it."""
        return f"postgresql://{USER}@{self.place}/{database}"

    @property
    def process_id(self) -> int:
        """Of the server's first process, which the others end with."""
        return self._process.pid

    def stop(self) -> None:
        """End it in its own way, whoever is connected; again does nothing."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """As when its machine fails: nothing is written out, nobody is told."""
        self._end(signal.SIGKILL)

    def sql(self, statements: str, *, database: str = DATABASE) -> str:
        """Run statements as the owner of everything; what they answer, a line a row.

        Raises:
            PgNodeError: The server refused them.
        """
        command = [str(self._programs / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1"]
        command += ["-p", str(self.port), "-U", USER, "-d", database, "-c", statements]
        finished = _Runs().run(command)
        if finished.returncode != 0:
            raise PgNodeError(f"the server refused: {finished.stderr.strip()}")
        return finished.stdout.strip()

    def wait(self) -> int:
        """Wait until it ends; its exit code."""
        return self._process.wait()

    def _end(self, how: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            self._process.send_signal(how)
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> PgNode:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()


def binaries() -> Path:
    """The folder of the newest server installed.

    Raises:
        PgNodeError: There is none.
    """
    found = [path.parent for path in _PACKAGES.glob("*/bin/postgres") if (path.parent / "initdb").is_file()]
    if found:
        return max(found, key=lambda path: tuple(int(part) for part in path.parent.name.split(".") if part.isdigit()))
    on_path = shutil.which("postgres")
    if on_path is not None and shutil.which("initdb"):
        return Path(on_path).resolve().parent
    raise PgNodeError(f"not installed: postgres, initdb. Cure: {_CURE}")


def prepare(cache_dir: Path) -> Path:
    """Make the empty cluster servers begin as; at once when that was done before.

    Raises:
        PgNodeError: PostgreSQL is not installed, there is no user to run it as, or initdb failed.
    """
    programs, runs = binaries(), _whose()
    cache_dir = cache_dir.resolve()
    cache_dir.mkdir(parents=True, exist_ok=True)
    made = cache_dir / f"empty-{programs.parent.name}"
    with _lock(cache_dir / "prepare.lock"):
        if made.is_dir():
            return made
        with tempfile.TemporaryDirectory(prefix="wangjian-pg-") as scratch:
            os.chmod(scratch, 0o755)  # noqa: S103  # another user makes the cluster inside
            place = Path(scratch) / "made"
            place.mkdir()
            runs.give(place)
            command = [str(programs / "initdb"), "-D", str(place / "data"), "-U", USER, "-A", "trust"]
            command += ["-E", "UTF8", "--locale=C", "--wal-segsize=4", "--no-sync"]
            finished = runs.run(command)
            if finished.returncode != 0:
                raise PgNodeError(f"initdb failed: {finished.stderr.strip()[-400:]}. Cure: {_CURE}")
            shutil.copytree(place / "data", f"{made}.partial", dirs_exist_ok=True)
        Path(f"{made}.partial").rename(made)
    return made


def start(cache_dir: Path, folder: Path | None = None, port: int = 0, *, durable: bool = False) -> PgNode:
    """Start a server and return when it serves, with the database `DATABASE` in it; port 0 takes any free one.

    Args:
        folder: Where its data stands, goes on standing and is taken up again; a temporary one of its own without it.
        durable: Wait for the disk at each commit.

    Raises:
        PgNodeError: Not installed, or it ended or stayed silent (its log is named).
    """
    programs, runs = binaries(), _whose()
    empty = prepare(cache_dir)
    folder = (folder or Path(tempfile.mkdtemp(prefix="wangjian-pg-"))).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "data").is_dir():
        shutil.copytree(empty, folder / "data.partial", dirs_exist_ok=True)
        os.chmod(folder / "data.partial", 0o700)
        access = folder / "data.partial" / "pg_hba.conf"
        asked = f"host all {GUARDED} 127.0.0.1/32 scram-sha-256\n"
        access.write_text(asked + access.read_text(encoding="utf-8"), encoding="utf-8")
        (folder / "data.partial").rename(folder / "data")
    runs.give(folder)
    if runs.run(["test", "-r", f"{folder}/data/PG_VERSION"]).returncode != 0:
        raise PgNodeError(f"{_SYSTEM_USER} cannot enter {folder}. Cure: --data on a path everybody may pass through")
    port = port or _free_port()
    node = PgNode(_started(programs, runs, folder, port=port, durable=durable), port, folder, programs)
    _await(node, programs)
    if DATABASE not in node.sql("SELECT datname FROM pg_database", database="postgres").splitlines():
        node.sql(f"CREATE DATABASE {DATABASE}", database="postgres")
    return node


def _started(programs: Path, runs: _Runs, folder: Path, *, port: int, durable: bool) -> subprocess.Popen[bytes]:
    settings = {**_SETTINGS, **({} if durable else _NOT_DURABLE), "port": str(port)}
    settings["unix_socket_directories"] = str(folder)
    command = [str(programs / "postgres"), "-D", str(folder / "data")]
    command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("ab") as output:
        return subprocess.Popen(  # noqa: S603  # PostgreSQL's own server with our arguments
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            user=runs.user_id,
            group=runs.group_id,
            extra_groups=None if runs.user_id is None else [],
            cwd="/",
            env=_environment(),
        )


def _await(node: PgNode, programs: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    asked = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(node.port)]
    while time.monotonic() < until and node._process.poll() is None:
        if _Runs().run(asked).returncode == 0:
            return
        time.sleep(_LOOK_SECONDS)
    node.kill()
    tail = "".join(node.log.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)[-15:])
    raise PgNodeError(f"the PostgreSQL test server ended or stayed silent; log: {node.log}\n{tail}")


def _whose() -> _Runs:
    if os.geteuid() != 0:
        return _Runs()
    try:
        entry = pwd.getpwnam(_SYSTEM_USER)
    except KeyError as exc:
        raise PgNodeError(f"no user {_SYSTEM_USER} to run the server as. Cure: {_CURE}") from exc
    return _Runs(entry.pw_uid, entry.pw_gid)


def _environment() -> dict[str, str]:
    """Without what tells PostgreSQL's programs of another server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Several may prepare at once; the first does it, the others wait."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def main(arguments: list[str] | None = None) -> int:
    """The command: prepare, or run until interrupted."""
    parser = argparse.ArgumentParser(description="PostgreSQL for tests, from the packages of the machine.")
    parser.add_argument("action", choices=("prepare", "run"))
    parser.add_argument("--cache", type=Path, required=True, help="where the empty cluster is kept")
    parser.add_argument("--data", type=Path, default=None, help="data folder of a run (a temporary one without it)")
    parser.add_argument("--port", type=int, default=5432)
    parser.add_argument("--durable", action="store_true", help="wait for the disk at each commit")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the server ends with us
    try:
        if options.action == "prepare":
            sys.stdout.write(f"{prepare(options.cache)}\n")
            return 0
        with start(options.cache, options.data, options.port, durable=options.durable) as node:
            sys.stdout.write(f"{node.url()}\n")
            sys.stdout.flush()
            try:
                return node.wait()
            finally:
                if options.data is None:
                    node.stop()
                    shutil.rmtree(node.folder, ignore_errors=True)
    except PgNodeError as exc:
        sys.stderr.write(f"{exc}\n")
        return 3
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    raise SystemExit(main())
