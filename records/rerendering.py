"""断网重绘: a page drawn again from the bytes of its package alone, and how alike it is to what was captured."""

from __future__ import annotations

from records.base import DigestHex, Record, UtcDatetime

__all__ = ["Rerendering"]


class Rerendering(Record):
    """The scores, for a person to weigh: pages that show the time or chance differ without anybody's doing.

    Attributes:
        text_score, picture_score: 1.0 line for line, tile for tile the same; None when it could not be compared.
        answered: Requests of the page answered from the package.
        unanswered: Addresses the page asked for that the package does not hold; at most twenty.
    """

    capture_id: str
    package_sha256: DigestHex
    url: str
    text_score: float | None = None
    picture_score: float | None = None
    answered: int
    unanswered: tuple[str, ...] = ()
    browser: str
    rendered_at: UtcDatetime
