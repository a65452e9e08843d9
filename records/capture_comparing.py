"""What differs between two captures of a page: text, prices, picture, answers, and whom the server showed itself as."""

from __future__ import annotations

from records.base import DigestHex, Record, UtcDatetime
from records.evidence import CaptureState

__all__ = ["CaptureComparison", "ComparedCapture", "PictureDifference", "TextDifference"]


class ComparedCapture(Record):
    """One of the two, as its verified package says. `addresses` are host and IP of every server that answered."""

    package_sha256: DigestHex
    capture_id: str
    url: str
    final_url: str
    title: str
    state: CaptureState
    operator: str
    device: str = ""
    started_at: UtcDatetime
    document_sha256: DigestHex | None = None
    addresses: tuple[str, ...] = ()
    certificates: tuple[DigestHex, ...] = ()


class TextDifference(Record):
    """A line of the visible text that only one of the two has. `line` counts from 1 in the text that has it."""

    added: bool
    line: int
    text: str


class PictureDifference(Record):
    """The two full-page pictures. `changed_score` is the share of tiles that differ, over the larger picture (0.0-1.0);
    `boxes` are [left, top, right, bottom] in pixels of what differs."""

    first_size: tuple[int, int]
    second_size: tuple[int, int]
    changed_score: float
    boxes: tuple[tuple[int, int, int, int], ...] = ()


class CaptureComparison(Record):
    """The report. Nothing here says which of the two is right; what could not be compared is in `uncompared`.

    Attributes:
        text_score: How alike the visible texts are (1.0: line for line the same).
        text_more: How many differing lines beyond those listed.
        prices_gone, prices_new: Amounts of money as shown, only in the first, only in the second.
        answers_gone, answers_new, answers_changed: Addresses asked only then, only now, and with other bytes now.
    """

    first: ComparedCapture
    second: ComparedCapture
    same_address: bool
    seconds_between: int
    text_score: float | None = None
    text: tuple[TextDifference, ...] = ()
    text_more: int = 0
    prices_gone: tuple[str, ...] = ()
    prices_new: tuple[str, ...] = ()
    picture: PictureDifference | None = None
    answers_gone: tuple[str, ...] = ()
    answers_new: tuple[str, ...] = ()
    answers_changed: tuple[str, ...] = ()
    uncompared: tuple[str, ...] = ()

    @property
    def same_text(self) -> bool:
        """Whether a reader sees the same words."""
        return self.text_score == 1.0

    @property
    def same_document(self) -> bool:
        """Whether the server gave the very same bytes of the page."""
        return self.first.document_sha256 is not None and self.first.document_sha256 == self.second.document_sha256
