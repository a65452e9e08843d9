"""Licence pictures read in a child process: with a time limit a picture, and alive whatever a picture does to it."""

from __future__ import annotations

import json
import selectors
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog

from matching.licence_images.images import MAX_IMAGE_BYTES
from matching.licence_images.reading import READER_VERSION
from records.base import stable_id
from records.digests import digests_of
from records.errors import AwayError
from records.licences_read import LicenceOutcome, LicenceReading
from records.ports import Clock
from wangjian.licence_process import LENGTH

__all__ = ["LicenceReader"]

_log = structlog.get_logger(__name__)
_START_SECONDS = 180.0
_POLL_SECONDS = 0.5
_MOST_ANSWER = 5_000_000
_ENGINE = "rapidocr"


class _GoneError(Exception):
    """The child died or was ended for taking too long; the message says why in Chinese."""


class LicenceReader:
    """Reads pictures one at a time; a context manager that ends its child.

    Args:
        seconds: How long one picture may take; the child is ended then, and the next picture has a new one.
        log: Where the child's errors are written.
        still_wanted: Called twice a second; what it raises ends the child and is raised.
        command: The child; tests give another.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        seconds: float,
        log: Path,
        still_wanted: Callable[[], None] | None = None,
        command: tuple[str, ...] = (sys.executable, "-m", "wangjian.licence_process"),
    ) -> None:
        self._clock = clock
        self._seconds = seconds
        self._log = log
        self._still_wanted = still_wanted
        self._command = command
        self._child: subprocess.Popen[bytes] | None = None
        self._left = b""

    def __enter__(self) -> LicenceReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def read(self, content: bytes) -> LicenceReading:
        """What is on a picture; one that cannot be read, by whatever fault of its own, is UNREADABLE with the reason.

        Raises:
            AwayError: The text recognition is not installed, or its process cannot be started.
        """
        if len(content) > MAX_IMAGE_BYTES:
            return self._unreadable(content, f"图片文件有 {len(content):,} 字节，超过 {MAX_IMAGE_BYTES:,} 字节，未读")
        child = self._started()
        try:
            said = self._asked(child, content)
        except _GoneError as exc:
            self._end()
            _log.warning("licence_reader_ended", reason=str(exc), size_bytes=len(content))
            return self._unreadable(content, str(exc))
        except BaseException:
            self._end()
            raise
        if "refused" in said:
            return self._unreadable(content, f"{said['refused']}；不能据此认定未亮照")
        return LicenceReading.model_validate(said["reading"])

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
        except _GoneError as exc:
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
            raise _GoneError("图片使识别进程中断，未能读出") from exc
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
                    raise _GoneError(f"识别超过 {seconds:g} 秒，已中止")
                if not waiting.select(min(left, _POLL_SECONDS)):
                    continue
                came = child.stdout.read1(1 << 16)  # type: ignore[attr-defined]  # a BufferedReader, which has it
                if not came or len(self._left) > _MOST_ANSWER:
                    raise _GoneError("图片使识别进程中断，未能读出")
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

    def _unreadable(self, content: bytes, reason: str) -> LicenceReading:
        image = digests_of(content)
        version = _version()
        return LicenceReading(
            reading_id=stable_id("licence", image.sha256, _ENGINE, version, READER_VERSION, "unreadable"),
            image=image,
            media_type="",
            width=0,
            height=0,
            outcome=LicenceOutcome.UNREADABLE,
            note=reason,
            engine=_ENGINE,
            engine_version=version,
            reader_version=READER_VERSION,
            read_at=self._clock(),
        )


def _version() -> str:
    try:
        return metadata.version(_ENGINE)
    except metadata.PackageNotFoundError:
        return ""
