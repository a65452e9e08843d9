"""The table a batch writes: whole at its place, or beside it with what is done so far, to go on from there.

Until it is whole it stands at `OUT.STAMP.partial`; the stamp says which input, model and snapshot it is of, so that
rows of another question are never taken for answers to this one. Its rows are in the order of the input, so how many
there are says where to go on. A row half written when the process was killed is cut off.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from records.errors import InvalidInputError, WangJianError

__all__ = ["BatchOutput"]

_MARK = "\ufeff"


class BatchOutput:
    """A table being written.

    Args:
        path: Where it stands when it is whole.
        columns: Its headings.
        stamp: What its rows rest on.
    """

    def __init__(self, path: Path, columns: Sequence[str], *, stamp: str) -> None:
        self.partial = path.with_name(f"{path.name}.{stamp}.partial")
        self._path = path
        self._columns = list(columns)
        self._length = 0
        self.rows = 0
        """How many are written, those of an earlier run included."""

    def found(self) -> Iterator[list[str]]:
        """The rows an earlier run left, to be read to the end before anything is written; what is no whole row, and
        all that follows, is forgotten."""
        try:
            with self.partial.open("rb") as file:
                yield from self._whole(_Lines(file))
        except FileNotFoundError:
            return

    @contextmanager
    def writing(self) -> Iterator[Callable[[Sequence[str]], object]]:
        """Writes a row. Rows are appended to those found; at the end the table moves to its place.

        Raises:
            InvalidInputError: It cannot be written there.
            WangJianError: What stopped the work; its cure says what is kept. Nothing is when nothing was done.
        """
        try:
            with self.partial.open("a", encoding="utf-8", newline="") as file:
                file.truncate(self._length)
                if not self._length:
                    file.write(_MARK)
                    csv.writer(file).writerow(self._columns)
                yield csv.writer(file).writerow
            self.partial.replace(self._path)
        except WangJianError as exc:
            self._tell(exc)
            raise
        except OSError as exc:
            reason = exc.strerror or exc
            raise InvalidInputError(f"不能写入 {self._path}：{reason}", cure="换一个可写的位置") from exc

    def _whole(self, lines: _Lines) -> Iterator[list[str]]:
        reader = csv.reader(lines, strict=True)
        try:
            for row in reader:
                if not self._length and row != self._columns:
                    return
                if self._length:
                    if len(row) != len(self._columns):
                        return
                    self.rows += 1
                    yield row
                self._length = lines.consumed
        except (csv.Error, UnicodeDecodeError):
            return

    def _tell(self, exc: WangJianError) -> None:
        if not self.rows:
            self.partial.unlink(missing_ok=True)
            return
        kept = f"已比对的 {self.rows} 行存于 {self.partial}，排除后再运行同一命令，接着做其余的"
        exc.cure = f"{exc.cure}；{kept}" if exc.cure else kept


class _Lines:
    """Whole lines of a file as text, and how many bytes they are."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self.consumed = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        if not line.endswith(b"\n"):
            raise StopIteration
        text = line.decode() if self.consumed else line.decode().removeprefix(_MARK)
        self.consumed += len(line)
        return text
