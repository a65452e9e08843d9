"""PostgreSQL, Elasticsearch and an S3 server as real processes on loopback, each of which can be killed and started
again with its data and on its port: the engines of the scale-out (docs/operations), without Docker."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.node_programs import load_node_program

__all__ = ["Engines"]

TREE = Path(__file__).resolve().parents[2]
_PROGRAMS = {"postgresql": "pgnode", "elasticsearch": "testnode", "s3": "s3node"}


class Engines:
    """The three, over `folder`. Use as a context manager; `kill` and `start_again` take a name of `names`."""

    names = tuple(_PROGRAMS)

    def __init__(self, folder: Path, *, say: Callable[[str], None]) -> None:
        self._folder = folder
        self._say = say
        self._nodes: dict[str, Any] = {}
        self._ports: dict[str, int] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Engines:
        for name in self.names:
            self._say(f"starting {name} …")
            self._start(name)
        return self

    def __exit__(self, *_exception: object) -> None:
        for node in self._nodes.values():
            node.stop()

    @property
    def environment(self) -> dict[str, str]:
        """The settings that put everything on them."""
        s3 = load_node_program("s3node")
        return {
            "WANGJIAN_STORES__RECORDS_URL": self._nodes["postgresql"].url(),
            "WANGJIAN_STORES__INDEX_URL": f"elasticsearch://127.0.0.1:{self._ports['elasticsearch']}/wangjian",
            "WANGJIAN_STORES__BLOBS_URL": f"s3+http://127.0.0.1:{self._ports['s3']}/evidence",
            "WANGJIAN_S3__ACCESS_KEY": s3.ACCESS_KEY,
            "WANGJIAN_S3__SECRET_KEY": s3.SECRET_KEY,
            "WANGJIAN_S3__CREATE_BUCKET": "true",
        }

    @property
    def ports(self) -> tuple[int, ...]:
        """Where they listen, on loopback."""
        return tuple(self._ports.values())

    def reached_at(self, host: str) -> dict[str, str]:
        """`environment` for those who reach them at another address, with an archive that they share."""
        told = {name: value.replace("127.0.0.1:", f"{host}:") for name, value in self.environment.items()}
        archive = told["WANGJIAN_STORES__BLOBS_URL"].removesuffix("evidence") + "archive"
        return {**told, "WANGJIAN_STORES__ARCHIVE_URL": archive, "WANGJIAN_SURVEY__HAND_OVER_SECONDS": "5"}

    def kill(self, name: str) -> None:
        """As when its machine fails."""
        node = self._nodes[name]
        if name == "elasticsearch":
            os.kill(node.process_id, signal.SIGKILL)
            node.stop()
        else:
            node.kill()

    def start_again(self, name: str) -> float:
        """With its data, on its port; how many seconds until it served."""
        began = time.monotonic()
        self._start(name)
        return time.monotonic() - began

    def _start(self, name: str) -> None:
        program = load_node_program(_PROGRAMS[name])
        cache, port = TREE / ".cache" / _PROGRAMS[name], self._ports.get(name, 0)
        program.prepare(cache)
        folder = self._folder / name
        if name == "postgresql":
            node = program.start(cache, folder, port, durable=True)
            self._ports[name] = node.port
        elif name == "elasticsearch":
            node = program.start(cache, folder, port)
            self._ports[name] = int(node.url.rsplit(":", 1)[1])
        else:
            node = program.start(cache, folder, port)
            self._ports[name] = int(node.place.rsplit(":", 1)[1])
        self._nodes[name] = node
