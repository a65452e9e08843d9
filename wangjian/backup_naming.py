"""Which stored objects belong to the moment the records were copied at.

Objects come before their rows. So what was there before that moment is taken, and of what came between two lists around
it only what a copied row names; what came later belongs to rows the copy does not have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from tempfile import TemporaryFile

from records.evidence import CaptureState

__all__ = ["NamedObjects", "ObjectList"]

_SEALED = (CaptureState.COMPLETE.value, CaptureState.PARTIAL.value)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_DIGEST_BYTES = 32


class ObjectList:
    """Digests in order, in a file without a name: ten million need no memory."""

    def __init__(self, digests: Iterable[str]) -> None:
        self._file = TemporaryFile()  # noqa: SIM115  # closed with the list
        for sha256 in digests:
            self._file.write(bytes.fromhex(sha256))

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def __iter__(self) -> Iterator[str]:
        self._file.seek(0)
        while found := self._file.read(_DIGEST_BYTES):
            yield found.hex()

    def lacks(self, digests: Iterable[str]) -> set[str]:
        """Those of the digests, which come in order, that are not in the list."""
        mine, found = iter(self), set()
        current = next(mine, None)
        for sha256 in digests:
            while current is not None and current < sha256:
                current = next(mine, None)
            if current != sha256:
                found.add(sha256)
        return found

    def together_with(self, others: Iterable[str]) -> Iterator[str]:
        """All in order."""
        return merge(self, sorted(others))


class NamedObjects:
    """What rows name, found as they go by. `fresh` are objects of which only the rows can tell whether they belong.

    `items` are packages and screenshots of captures and heads of the evidence log: without these nothing is proven.
    """

    def __init__(self, fresh: set[str]) -> None:
        self._fresh = fresh
        self._needed: dict[str, str] = {}
        self.named: set[str] = set()

    def look_at(self, table: str, columns: Sequence[str], row: Sequence[object]) -> None:
        """Note what this row names."""
        if table == "captures":
            self._of_capture(str(row[columns.index("body")]))
        elif table == "log_heads":
            self._needed.setdefault(str(row[columns.index("head_sha256")]), "")
        if self._fresh:
            for cell in row:
                self._look_for_fresh(cell)

    def items(self) -> Iterator[tuple[str, str]]:
        """SHA-256 of the object, and the capture it belongs to (empty: to none)."""
        return iter(self._needed.items())

    def _look_for_fresh(self, cell: object) -> None:
        if isinstance(cell, str):
            self.named.update(self._fresh.intersection(_DIGEST.findall(cell)))
        elif isinstance(cell, bytes) and cell.hex() in self._fresh:
            self.named.add(cell.hex())

    def _of_capture(self, body: str) -> None:
        capture = json.loads(body)
        if capture.get("state") not in _SEALED:
            return
        for part in ("package", "screenshot"):
            if digests := capture.get(part):
                self._needed[digests["sha256"]] = capture["capture_id"]
