"""`python -m wangjian.licence_process`: reads licence pictures handed over on standard input, in bounds of its own;
with the word `text`, every line of text on pictures of listings.

A picture of a stranger is decoded and read here and nowhere else, so that one that eats memory, never ends or brings
the decoder down costs a child process and nothing more. Each picture comes as eight bytes of length and its bytes; each
is answered by one line of JSON. The end of the input ends the process.
"""

from __future__ import annotations

import json
import os
import resource
import struct
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import BinaryIO

from matching.licence_images.engine import RapidEngine
from matching.licence_images.images import MAX_IMAGE_BYTES
from matching.licence_images.picture_text import read_picture_text
from matching.licence_images.reading import read_licence
from records.base import Record
from records.errors import AwayError, InvalidInputError

__all__ = ["LENGTH", "MEMORY_BYTES", "TEXT_MODE", "main"]

LENGTH = struct.Struct(">Q")
MEMORY_BYTES = 4_000_000_000
"""Of address space; the engine with its models takes about 1.5 GB of it, the largest picture let in another 1 GB."""

TEXT_MODE = "text"
"""The argument with which all lines are read, as of pictures of listings."""

_NICENESS = 10
_LOG_BYTES = 1_000_000


def main() -> int:
    """Serve until the input ends; 3 when the engine is not there."""
    read: Callable[..., Record] = read_picture_text if TEXT_MODE in sys.argv[1:] else read_licence
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints goes to the log and not among the answers
    os.nice(_NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        engine = RapidEngine()
    except AwayError as exc:
        _answer(answers, {"away": exc.message, "cure": exc.cure})
        return int(exc.exit_code)
    _answer(answers, {"ready": engine.version})
    room = os.fstat(2).st_size + _LOG_BYTES
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))  # from here on nothing is written but answers and the log
    while (content := _next_picture(sys.stdin.buffer)) is not None:
        try:
            reading = read(content, engine=engine, clock=lambda: datetime.now(UTC))
        except InvalidInputError as exc:
            _answer(answers, {"refused": exc.message})
        except MemoryError:
            _answer(answers, {"refused": "图片识别所需内存超过限制"})
        else:
            _answer(answers, {"reading": reading.model_dump(mode="json")})
    return 0


def _next_picture(given: BinaryIO) -> bytes | None:
    head = given.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    content = given.read(min(length, MAX_IMAGE_BYTES + 1))
    for _ in range(0, max(0, length - MAX_IMAGE_BYTES - 1), 1 << 20):
        given.read(1 << 20)
    return content


def _answer(answers: BinaryIO, said: dict[str, object]) -> None:
    answers.write(json.dumps(said, ensure_ascii=False).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    raise SystemExit(main())
