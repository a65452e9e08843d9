"""A child process that reads pictures: with a time limit a picture, and alive whatever a picture does to it."""

from __future__ import annotations

import json
import selectors
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

import structlog

from matching.licence_images.images import MAX_IMAGE_BYTES
from records.errors import AwayError
from records.ports import Clock
from wangjian.licence_process import LENGTH

__all__ = ["ENGINE", "ChildGoneError", "PictureChild", "engine_version"]

_log = structlog.get_logger(__name__)
_START_SECONDS = 180.0
_POLL_SECONDS = 0.5
_MOST_ANSWER = 5_000_000

ENGINE = "rapidocr"


class ChildGoneError(Exception):
    """The child died or was ended for taking too long; the message says why in Chinese."""


class PictureChild:
    """Asks about pictures one at a time; a context manager that ends its child.

    Args:
        clock: When a picture was read.
        seconds: How long one picture may take; the child is ended then, and the next picture has a new one.
        log: Where the child's errors are written.
        still_wanted: Called twice a second; what it raises ends the child and is raised.
        command: The child, where it is not the one of its kind; tests give another.
    """

    COMMAND: ClassVar[tuple[str, ...]] = ()
    """The child of its kind."""

    def __init__(
        self,
        *,
        clock: Clock,
        seconds: float,
        log: Path,
        still_wanted: Callable[[], None] | None = None,
        command: tuple[str, ...] = (),
    ) -> None:
        self._clock = clock
        self._seconds = seconds
        self._log = log
        self._still_wanted = still_wanted
        self._command = command or self.COMMAND
        self._child: subprocess.Popen[bytes] | None = None
        self._left = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def ask(self, content: bytes) -> dict[str, Any]:
        """What the child says of a picture: `reading`, or `refused` with a reason of the picture's own, or `gone` with
        what became of the child.

        Raises:
            AwayError: The text recognition is not installed, or its process cannot be started.
        """
        if len(content) > MAX_IMAGE_BYTES:
            return {"gone": f"图片文件有 {len(content):,} 字节，超过 {MAX_IMAGE_BYTES:,} 字节，未读"}
        child = self._started()
        try:
            return self._asked(child, content)
        except ChildGoneError as exc:
            self._end()
            _log.warning("picture_reader_ended", reason=str(exc), size_bytes=len(content))
            return {"gone": str(exc)}
        except BaseException:
            self._end()
            raise

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self._end()
        self._left = b""
        with self._log.open("ab") as log:
            child = self._child = subprocess.Popen(  # noqa: S603  # our own interpreter and module, no shell
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, start_new_session=True
            )
        try:
            said = self._answer(child, _START_SECONDS)
        except ChildGoneError as exc:
            self._end()
            raise AwayError(f"文字识别进程启动不了：{exc}", cure=f"日志：{self._log}；wangjian doctor") from exc
        except BaseException:
            self._end()
            raise
        if "away" in said:
            self._end()
            raise AwayError(str(said["away"]), cure=str(said.get("cure", "")))
        return child

    def _asked(self, child: subprocess.Popen[bytes], content: bytes) -> dict[str, Any]:
        assert child.stdin is not None
        try:
            child.stdin.write(LENGTH.pack(len(content)) + content)
            child.stdin.flush()
        except OSError as exc:
            raise ChildGoneError("图片使识别进程中断，未能读出") from exc
        return self._answer(child, self._seconds)

    def _answer(self, child: subprocess.Popen[bytes], seconds: float) -> dict[str, Any]:
        """The next line of the child, within the time."""
        assert child.stdout is not None
        until = time.monotonic() + seconds
        with selectors.DefaultSelector() as waiting:
            waiting.register(child.stdout, selectors.EVENT_READ)
            while b"\n" not in self._left:
                if self._still_wanted is not None:
                    self._still_wanted()
                left = until - time.monotonic()
                if left <= 0:
                    raise ChildGoneError(f"识别超过 {seconds:g} 秒，已中止")
                if not waiting.select(min(left, _POLL_SECONDS)):
                    continue
                came = child.stdout.read1(1 << 16)  # type: ignore[attr-defined]  # a BufferedReader, which has it
                if not came or len(self._left) > _MOST_ANSWER:
                    raise ChildGoneError("图片使识别进程中断，未能读出")
                self._left += came
        line, _, self._left = self._left.partition(b"\n")
        found: dict[str, Any] = json.loads(line)
        return found

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was still to be written to a child that died
                    pipe.close()
        if child.poll() is None:
            child.kill()
        child.wait()


def engine_version() -> str:
    """Of the engine as installed; empty when it is not."""
    try:
        return metadata.version(ENGINE)
    except metadata.PackageNotFoundError:
        return ""
