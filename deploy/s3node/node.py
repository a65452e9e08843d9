"""A real S3 server for tests: MinIO, built from its source through the Go module proxy. Standard library only.

    python deploy/s3node/node.py prepare --cache DIR
    python deploy/s3node/node.py run --cache DIR [--data DIR] [--port 9000]

`prepare` builds once (three to six minutes of processor; a gigabyte of sources and objects in Go's own caches). The
version is pinned with the digest of its module; Go checks that against its checksum database and every dependency
against the module's go.sum. MinIO is AGPL-3.0: it is built and run for tests, and no part of it ships with us.
"""

from __future__ import annotations

import argparse
import fcntl
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

__all__ = ["ACCESS_KEY", "SECRET_KEY", "S3Node", "S3NodeError", "prepare", "prepared_binary", "start"]

MODULE = "github.com/minio/minio"
VERSION = "v0.0.0-20260212201848-7aac2a2c5b7c"
SUM = "h1:/qdoYujxF5MBLDMVLeiYJ/7fBa1HikX39Dvzb9Ji8pA="
ACCESS_KEY, SECRET_KEY = "wangjian-test", "wangjian-test-secret"
"""Of servers on loopback that live as long as a test."""

_START_SECONDS = 60.0
_LOOK_SECONDS = 0.02
_CURE_GO = "install Go 1.24 or later (apt-get install golang, or the toolchain of its makers)"
_CURE_PREPARE = "make s3 (builds it once)"


class S3NodeError(Exception):
    """The server cannot be built or started; the message names what is missing and the command that cures it."""


class S3Node:
    """A running server; `place` is its host and port. Use as a context manager, or call `stop()` or `kill()`."""

    def __init__(self, process: subprocess.Popen[bytes], place: str, log: Path) -> None:
        self.place = place
        self.log = log
        self._process = process

    def stop(self) -> None:
        """End it in its own way; again does nothing."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As when its machine fails: nothing is written out."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        self._process.send_signal(how)
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def wait(self) -> int:
        """Wait until it ends; its exit code."""
        return self._process.wait()

    def __enter__(self) -> S3Node:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()


def prepared_binary(cache_dir: Path) -> Path | None:
    """The built server of this version, or None when `prepare` has not been run for it."""
    binary = cache_dir.resolve() / VERSION / "minio"
    return binary if binary.is_file() else None


def prepare(cache_dir: Path) -> Path:
    """Build it; at once when that was done before.

    Raises:
        S3NodeError: Go is missing, the module is not the pinned one, or the build failed.
    """
    cache_dir = cache_dir.resolve()
    cache_dir.mkdir(parents=True, exist_ok=True)
    with _lock(cache_dir / "prepare.lock"):
        binary = prepared_binary(cache_dir)
        if binary is not None:
            return binary
        if shutil.which("go") is None:
            raise S3NodeError(f"not installed: go. Cure: {_CURE_GO}")
        _check_sum()
        work = Path(tempfile.mkdtemp(dir=cache_dir, prefix="building-"))
        try:
            _say(f"building {MODULE} {VERSION} (three to six minutes of processor) …")
            flags = {"GOBIN": str(work), "CGO_ENABLED": "0", "GOFLAGS": "-trimpath"}
            _run(["go", "install", "-ldflags=-s -w", f"{MODULE}@{VERSION}"], flags)
            work.rename(cache_dir / VERSION)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return cache_dir / VERSION / "minio"


def start(cache_dir: Path, data_dir: Path, port: int = 0, *, certs_dir: Path | None = None) -> S3Node:
    """Start a server over a folder and return when it serves; port 0 takes any free one. With `certs_dir`
    (`public.crt`, `private.key`) it speaks TLS.

    Raises:
        S3NodeError: Not built, or it ended or stayed silent (its log is named).
    """
    binary = prepared_binary(cache_dir)
    if binary is None:
        raise S3NodeError(f"the S3 test server is not built in {cache_dir}. Cure: {_CURE_PREPARE}")
    data_dir.mkdir(parents=True, exist_ok=True)
    place = f"127.0.0.1:{port or _free_port()}"
    log = data_dir.with_name(f"{data_dir.name}.log")
    certs = certs_dir or data_dir.with_name(f"{data_dir.name}-certs")
    command = [str(binary), "server", str(data_dir), "--address", place, "--certs-dir", str(certs), "--quiet"]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MINIO_")},
        "MINIO_ROOT_USER": ACCESS_KEY,
        "MINIO_ROOT_PASSWORD": SECRET_KEY,
        "MINIO_BROWSER": "off",
        "MINIO_UPDATE": "off",
        "MINIO_CI_CD": "on",
    }
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603  # the server just built, with our own arguments
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment
        )
    node = S3Node(process, place, log)
    _await(process, node, tls=certs_dir is not None)
    return node


def _await(process: subprocess.Popen[bytes], node: S3Node, *, tls: bool) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with suppress(OSError, http.client.HTTPException):
            if tls:
                socket.create_connection(_address(node.place), timeout=5).close()
                return
            with closing(http.client.HTTPConnection(node.place, timeout=5)) as asked:
                asked.request("GET", "/minio/health/live")
                if asked.getresponse().status == 200:
                    return
        time.sleep(_LOOK_SECONDS)
    node.kill()
    tail = "".join(node.log.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)[-15:])
    raise S3NodeError(f"the S3 test server ended or stayed silent; log: {node.log}\n{tail}")


def _address(place: str) -> tuple[str, int]:
    host, _, port = place.rpartition(":")
    return host, int(port)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _check_sum() -> None:
    told = json.loads(_run(["go", "mod", "download", "-json", f"{MODULE}@{VERSION}"], {}))
    if told.get("Sum") != SUM:
        raise S3NodeError(f"{MODULE} {VERSION} is not the one that was pinned: {told.get('Sum')}. Cure: do not use it")


def _run(command: list[str], environment: dict[str, str]) -> str:
    finished = subprocess.run(  # noqa: S603  # go with our own arguments
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
        cwd=tempfile.gettempdir(),
    )
    if finished.returncode != 0:
        tail = "\n".join((finished.stdout + finished.stderr).splitlines()[-12:])
        raise S3NodeError(f"{' '.join(command[:2])} failed. Cure: check GOPROXY and the network\n{tail}")
    return finished.stdout


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Several may prepare at once; the first does it, the others wait."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


def main(arguments: list[str] | None = None) -> int:
    """The command: prepare, or run until interrupted."""
    parser = argparse.ArgumentParser(description="MinIO for tests, built through the Go module proxy.")
    parser.add_argument("action", choices=("prepare", "run"))
    parser.add_argument("--cache", type=Path, required=True, help="where the built server is kept")
    parser.add_argument("--data", type=Path, default=None, help="data folder of a run (a temporary one without it)")
    parser.add_argument("--port", type=int, default=9000)
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the server ends with us
    try:
        binary = prepare(options.cache)
        if options.action == "prepare":
            sys.stdout.write(f"{binary}\n")
            return 0
        with (
            tempfile.TemporaryDirectory() as scratch,
            start(options.cache, options.data or Path(scratch) / "s3", options.port) as node,
        ):
            sys.stdout.write(f"http://{node.place}\n")
            sys.stdout.flush()
            return node.wait()
    except S3NodeError as exc:
        sys.stderr.write(f"{exc}\n")
        return 3
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    raise SystemExit(main())
