"""Machines of an office, each with a disk, a /tmp, a host name and a network of its own, out of one that is shared.

A machine is a set of name spaces of the kernel: its folder stands at the same place on each, over every other folder
of the test lies an empty one, and what it reaches it reaches over the network: a bridge, an address each. What stays
shared is the kernel (and with it the clock and process numbers) and the installed program.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["GATE", "Machine", "NoMachinesError", "Relay", "machines"]

TREE = Path(__file__).resolve().parents[2]
GATE = "10.213.77.1"
"""Where the bridge, and on it the engines and the market, are reached from every machine."""
_BRIDGE = "wj-office"
_SEEN = Path("/run/wangjian-machine")
"""Where a machine sees its own folder; the same path on each, as in life."""
_NAMESPACES = ("--mount", "--uts", "--net")
_SET_UP = """
set -e
mount --bind "$1" "$2"
for hidden in "$3" /tmp /var/tmp /dev/shm; do
  if [ -d "$hidden" ]; then mount -t tmpfs -o mode=1777 tmpfs "$hidden"; fi
done
hostname "$4"
ip link set lo up
echo ready
exec sleep infinity
"""
_PIECE = 1 << 16
_PATIENCE = {
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE): 1,
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE): 30,
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL): 10,
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT): 3,
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT): 60_000,
}


class NoMachinesError(Exception):
    """The system does not let us make name spaces; the message says what it said."""


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine. `folder` is its disk as seen from outside, `address` where it is reached."""

    name: str
    folder: Path
    address: str
    process_id: int
    plug: str

    @property
    def data_dir(self) -> Path:
        """Its data directory, as seen from outside."""
        return self.folder / "data"

    @property
    def environment(self) -> dict[str, str]:
        """What a process there finds; its data directory as it sees it itself."""
        browsers = Path.home() / ".cache" / "ms-playwright"  # installed with the program, whatever HOME is
        return {
            "HOME": str(_SEEN / "home"),
            "TMPDIR": "/tmp",  # an empty one of its own
            "WANGJIAN_DATA_DIR": str(_SEEN / "data"),
            **({"PLAYWRIGHT_BROWSERS_PATH": str(browsers)} if browsers.is_dir() else {}),
        }

    def command(self, words: Sequence[str]) -> list[str]:
        """The command, run there in the program's folder; signals reach the program itself."""
        inside = ["sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", str(TREE), *words]
        return ["nsenter", "--target", str(self.process_id), *_NAMESPACES, "--", *inside]

    def cut(self) -> None:
        """Off the network: nothing is answered, nobody is told."""
        _run("ip", "link", "set", self.plug, "down")

    def join(self) -> None:
        """On the network again."""
        _run("ip", "link", "set", self.plug, "up")

    def says(self, *words: str) -> str:
        """What a command there prints; empty when it fails."""
        told = subprocess.run(self.command(words), capture_output=True, text=True, check=False)
        return told.stdout.strip() if told.returncode == 0 else ""


class Relay:
    """Lets machines reach, at the bridge's address, what serves on a port of loopback here."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._listening = [_listening(port) for port in ports]
        for one in self._listening:
            threading.Thread(target=self._accept, args=(one,), daemon=True).start()

    def stop(self) -> None:
        """Nobody gets through any more; what is open ends with its peers."""
        for one in self._listening:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self, listening: socket.socket) -> None:
        port = listening.getsockname()[1]
        while True:
            try:
                caller, _ = listening.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", port), timeout=10)
            except OSError:
                caller.close()
                continue
            server.settimeout(None)
            for one in (caller, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for option, value in _PATIENCE.items():  # as the engines have it for who calls them without a relay
                caller.setsockopt(*option, value)
            for source, target in ((caller, server), (server, caller)):
                threading.Thread(target=_pass_on, args=(source, target), daemon=True).start()


@contextlib.contextmanager
def machines(scratch: Path, names: Sequence[str]) -> Iterator[dict[str, Machine]]:
    """Machines of these names, their disks under `scratch`, until the block ends.

    Raises:
        NoMachinesError: Name spaces or bridges cannot be made here (needs root).
    """
    _run("ip", "link", "add", _BRIDGE, "type", "bridge")
    held: list[subprocess.Popen[str]] = []
    _SEEN.mkdir(exist_ok=True)
    try:
        _run("ip", "addr", "add", f"{GATE}/24", "dev", _BRIDGE)
        _run("ip", "link", "set", _BRIDGE, "up")
        made = {}
        for number, name in enumerate(names, start=1):
            folder = scratch / "machines" / name
            for part in ("data", "home"):
                (folder / part).mkdir(parents=True)
            held.append(_held(folder, scratch, name))
            address = f"{GATE.rpartition('.')[0]}.{10 + number}"
            plug = _connect(held[-1].pid, number, address)
            made[name] = Machine(name, folder, address, held[-1].pid, plug)
        yield made
    finally:
        for one in held:
            one.kill()
            one.wait()
        _run("ip", "link", "del", _BRIDGE)
        with contextlib.suppress(OSError):
            _SEEN.rmdir()


def _held(folder: Path, scratch: Path, name: str) -> subprocess.Popen[str]:
    """The process that holds a machine's name spaces."""
    words = ["unshare", *_NAMESPACES, "sh", "-c", _SET_UP, "sh", str(folder), str(_SEEN), str(scratch), name]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    said = process.stdout.readline()
    if said.strip() != "ready":
        process.kill()
        raise NoMachinesError(f"no name spaces: {said}{process.stdout.read()}")
    return process


def _connect(process_id: int, number: int, address: str) -> str:
    """Plug it into the bridge; the outer end of its cable."""
    outer, inner = f"wj-out{number}", f"wj-in{number}"
    _run("ip", "link", "add", outer, "type", "veth", "peer", "name", inner, "netns", str(process_id))
    _run("ip", "link", "set", outer, "master", _BRIDGE, "up")
    there = ("nsenter", "--target", str(process_id), "--net", "ip")
    _run(*there, "addr", "add", f"{address}/24", "dev", inner)
    _run(*there, "link", "set", inner, "up")
    return outer


def _run(*words: str) -> None:
    if shutil.which(words[0]) is None or os.getuid() != 0:
        raise NoMachinesError(f"needs root and {words[0]} (util-linux, iproute2)")
    told = subprocess.run(words, capture_output=True, text=True, check=False)
    if told.returncode != 0:
        raise NoMachinesError(f"{' '.join(words)}: {told.stderr.strip()}")


def _listening(port: int) -> socket.socket:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((GATE, port))
    listening.listen(64)
    return listening


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    try:
        while piece := source.recv(_PIECE):
            target.sendall(piece)
    except OSError:
        pass
    for one, how in ((target, socket.SHUT_WR), (source, socket.SHUT_RD)):
        with contextlib.suppress(OSError):
            one.shutdown(how)
