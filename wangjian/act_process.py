"""`python -m wangjian.act_process`: one try of a page in the browser, told on standard input by wangjian/acting.py.

The browser, and whatever the page does to it, lives and dies with this process. Screenshots are written into the folder
named in the task, each under its SHA-256; the record of the try is one line of JSON on standard output.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import structlog

from crawlers.acts.task import ActTask
from crawlers.acts.visiting import try_page
from records.base import Record
from records.errors import WangJianError

__all__ = ["ActOrder", "main"]


class ActOrder(Record):
    """What this process is told: the task, and the folder for screenshots."""

    task: ActTask
    folder: Path


def main() -> int:
    """Read the order, do it, answer; the exit code is that of the error that ended it, 0 when there was none."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    order = ActOrder.model_validate_json(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, name="lifeline", daemon=True).start()

    def keep(content: bytes) -> None:
        (order.folder / hashlib.sha256(content).hexdigest()).write_bytes(content)

    try:
        act = try_page(order.task, clock=lambda: datetime.now(UTC), keep=keep)
    except WangJianError as exc:
        _answer({"problem": exc.problem, "message": exc.message, "cure": exc.cure})
        return int(exc.exit_code)
    _answer({"act": act.model_dump(mode="json")})
    return 0


def _answer(said: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _end_with_parent() -> None:
    """A parent that was killed closes our standard input: we end too, and the browser with us."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    raise SystemExit(main())
