"""A real Elasticsearch node for tests, put together from the jars on Maven Central. Standard library only.

    python deploy/testnode/node.py prepare --cache DIR
    python deploy/testnode/node.py run --cache DIR [--data DIR] [--port 9200]

`prepare` downloads and assembles once (a stamp tells); Maven's own settings say where from and through which proxy.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

__all__ = ["NodeError", "TestNode", "missing_tools", "prepare", "prepared_home", "start", "start_cluster"]

_HERE = Path(__file__).resolve().parent
_POM = _HERE / "pom.xml"
_SOURCE = _HERE / "EsNode.java"
_LAYOUT = b"1"  # raise it when _assemble puts things elsewhere: homes made before are then made anew
_START_SECONDS = 120.0
_JAVA_OPTIONS = (
    "-Xms256m",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Djava.awt.headless=true",
    "-Dlog4j2.formatMsgNoLookups=true",
)
_CURE_TOOLS = "apt-get install -y --no-install-recommends default-jdk-headless maven"
_CURE_PREPARE = "python deploy/testnode/node.py prepare --cache DIR"


class NodeError(Exception):
    """The node cannot be prepared or started; the message names what is missing and the command that cures it."""


class TestNode:
    """A running node; `url` is its HTTP address. Use as a context manager or call `stop()`."""

    __test__ = False  # the name is no test class to pytest

    def __init__(self, process: subprocess.Popen[str], url: str, log: Path) -> None:
        self.url = url
        self.log = log
        self.process_id = process.pid
        self._process = process

    def stop(self) -> None:
        """End the node and wait for it; again does nothing."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    @property
    def stopped(self) -> bool:
        """Whether it has ended, by `stop` or by itself."""
        return self._process.poll() is not None

    def wait(self) -> int:
        """Wait until the node ends; its exit code."""
        return self._process.wait()

    def __enter__(self) -> TestNode:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()


def missing_tools() -> tuple[str, ...]:
    """Which of the programs that `prepare` runs are not installed."""
    return tuple(name for name in ("java", "javac", "mvn") if shutil.which(name) is None)


def prepared_home(cache_dir: Path) -> Path | None:
    """The assembled home for this pom and source, or None when `prepare` has not been run for them."""
    home = cache_dir.resolve() / f"home-{_recipe()}"
    return home if (home / "stamp").is_file() else None


def prepare(cache_dir: Path) -> Path:
    """Download the jars and assemble the home; at once when that was done before.

    Raises:
        NodeError: java, javac or mvn is missing, or the download or the compilation failed.
    """
    cache_dir = cache_dir.resolve()
    cache_dir.mkdir(parents=True, exist_ok=True)
    with _lock(cache_dir / "prepare.lock"):
        home = prepared_home(cache_dir)
        if home is not None:
            return home
        missing = missing_tools()
        if missing:
            raise NodeError(f"not installed: {', '.join(missing)}. Cure: {_CURE_TOOLS}")
        work = Path(tempfile.mkdtemp(dir=cache_dir, prefix="assembling-"))
        try:
            _assemble(work)
            home = cache_dir / f"home-{_recipe()}"
            shutil.rmtree(home, ignore_errors=True)
            work.rename(home)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return home


def start(cache_dir: Path, data_dir: Path, port: int = 0, *, java_options: tuple[str, ...] = _JAVA_OPTIONS) -> TestNode:
    """Start a node from the prepared home and return when it serves; port 0 takes any free one.

    Raises:
        NodeError: Not prepared, java is missing, or the node ended or stayed silent (its log is named).
    """
    return _await(*_launch(cache_dir, data_dir, [str(port)], java_options))


def start_cluster(
    cache_dir: Path, data_dir: Path, count: int = 3, *, java_options: tuple[str, ...] = _JAVA_OPTIONS
) -> list[TestNode]:
    """Several nodes on loopback that form one cluster, each with a folder of its own; raises as `start`."""
    names, ports = [f"n{number}" for number in range(1, count + 1)], _free_ports(2 * count)
    seeds = ",".join(f"127.0.0.1:{port}" for port in ports[count:])
    launched = [
        _launch(cache_dir, data_dir / name, [str(port), name, str(transport), ",".join(names), seeds], java_options)
        for name, port, transport in zip(names, ports, ports[count:], strict=False)
    ]
    try:
        return [_await(process, log) for process, log in launched]
    except NodeError:
        for process, _log in launched:
            process.kill()
            process.wait()
        raise


def _launch(
    cache_dir: Path, data_dir: Path, arguments: list[str], java_options: tuple[str, ...]
) -> tuple[subprocess.Popen[str], Path]:
    home = prepared_home(cache_dir)
    if home is None:
        raise NodeError(f"the test node is not assembled in {cache_dir}. Cure: {_CURE_PREPARE}")
    java = shutil.which("java")
    if java is None:
        raise NodeError(f"not installed: java. Cure: {_CURE_TOOLS}")
    data_dir = data_dir.resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    classpath = f"{home / 'classes'}{os.pathsep}{home / 'lib'}{os.sep}*"
    command = [java, *java_options, "-cp", classpath, "EsNode", str(home), str(data_dir / "data"), *arguments]
    process = subprocess.Popen(  # noqa: S603  # our own java with our own arguments
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return process, data_dir / "node.log"


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _await(process: subprocess.Popen[str], log: Path) -> TestNode:
    """Copy the node's output to its log, here until it serves, in a thread from then on."""
    assert process.stdout is not None
    impatience = threading.Timer(_START_SECONDS, process.kill)
    impatience.start()
    writer = log.open("w", encoding="utf-8")
    try:
        for line in process.stdout:
            writer.write(line)
            found = re.match(r"LISTENING (\S+)$", line)
            if found:
                writer.flush()
                threading.Thread(target=_drain, args=(process.stdout, writer), daemon=True).start()
                return TestNode(process, f"http://{found[1]}", log)
    finally:
        impatience.cancel()
    writer.close()
    process.wait()
    tail = "".join(log.read_text(encoding="utf-8").splitlines(keepends=True)[-15:])
    raise NodeError(f"the node ended with code {process.returncode} before it served; log: {log}\n{tail}")


def _drain(output: IO[str], log: IO[str]) -> None:
    with log, contextlib.suppress(ValueError):  # stop() closes the pipe under us
        for line in output:
            log.write(line)
            log.flush()


def _assemble(home: Path) -> None:
    jars = home / "jars"
    _say("downloading the jars of the Elasticsearch test node (about 40 MB) …")
    _run(["mvn", "-B", "-q", "-f", str(_POM), "dependency:copy-dependencies", f"-DoutputDirectory={jars}"], "download")
    library, module, classes = home / "lib", home / "modules" / "transport-netty4", home / "classes"
    for folder in (library, module, classes, home / "config"):
        folder.mkdir(parents=True)
    for jar in jars.iterdir():
        # The HTTP and transport layer is a module with a class loader of its own.
        jar.rename((module if jar.name.startswith(("netty-", "transport-netty4-")) else library) / jar.name)
    jars.rmdir()
    (module / "plugin-descriptor.properties").write_text(_descriptor(), encoding="utf-8")
    _say("compiling the launcher …")
    _run(["javac", "-nowarn", "-cp", f"{library}{os.sep}*", "-d", str(classes), str(_SOURCE)], "compile")
    (home / "stamp").write_text(_recipe() + "\n", encoding="utf-8")


def _descriptor() -> str:
    version = _version()
    lines = {
        "description": "Netty 4 transport",
        "version": version,
        "name": "transport-netty4",
        "classname": "org.elasticsearch.transport.netty4.Netty4Plugin",
        "java.version": "17",
        "elasticsearch.version": version,
        "has.native.controller": "false",
    }
    return "".join(f"{name}={value}\n" for name, value in lines.items())


def _version() -> str:
    found = re.search(r"<elasticsearch\.version>([^<]+)<", _POM.read_text(encoding="utf-8"))
    assert found is not None, "pom.xml names no elasticsearch.version"
    return found[1]


def _recipe() -> str:
    return hashlib.sha256(_LAYOUT + _POM.read_bytes() + _SOURCE.read_bytes()).hexdigest()[:12]


def _run(command: list[str], step: str) -> None:
    finished = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # fixed programs
    if finished.returncode != 0:
        tail = "\n".join((finished.stdout + finished.stderr).splitlines()[-12:])
        cure = "check the network and ~/.m2/settings.xml (mirror, proxy), then run prepare again"
        raise NodeError(
            f"{step} failed: {' '.join(command[:1])} ended with {finished.returncode}. Cure: {cure}\n{tail}"
        )


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Several test workers may prepare at once; the first does it, the others wait."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


def main(arguments: list[str] | None = None) -> int:
    """The command: prepare, or run until interrupted."""
    parser = argparse.ArgumentParser(description="Elasticsearch node for tests, assembled from Maven Central.")
    parser.add_argument("action", choices=("prepare", "run"))
    parser.add_argument("--cache", type=Path, required=True, help="where the assembled node is kept")
    parser.add_argument("--data", type=Path, default=None, help="data folder of a run (a temporary one without it)")
    parser.add_argument("--port", type=int, default=9200)
    options = parser.parse_args(arguments)
    try:
        home = prepare(options.cache)
        if options.action == "prepare":
            sys.stdout.write(f"{home}\n")
            return 0
        with (
            tempfile.TemporaryDirectory() as scratch,
            start(options.cache, options.data or Path(scratch), options.port) as node,
        ):
            sys.stdout.write(f"{node.url}\n")
            sys.stdout.flush()
            return node.wait()
    except NodeError as exc:
        sys.stderr.write(f"{exc}\n")
        return 3
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    raise SystemExit(main())
