"""The digest of what a visitor can read on a page, so that a page of which only the markup changed is the same page.

Not in it: markup, scripts, form fields and their tokens, hidden text, counters, clocks and countdowns
(`records.steadying`), and what stands under 猜你喜欢 and the like. In it: the title and every other visible line in
reading order, links included. Pictures are not in it: another licence image is a change of the shop, not of the text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from crawlers.document import Document
from crawlers.zones import Zone
from records.market import Reading
from records.steadying import steady

__all__ = ["content_digest"]

_FEW_SIGNS = 200


def content_digest(doc: Document, reading: Reading) -> str:
    """SHA-256 over the readable lines of a page, in hexadecimal; empty when nothing can be read on it.

    Args:
        reading: What was read from it. A page that shows almost nothing without its scripts (its content lies in an
            embedded state) is known by the statements drawn from that state.
    """
    lines = [steady(block.text) for block in doc.blocks if not block.hidden and block.zone is not Zone.RELATED]
    if sum(map(len, lines)) < _FEW_SIGNS:
        lines.extend(_statements(reading))
    if not lines:
        return ""
    return hashlib.sha256("\n".join((steady(doc.title), *lines)).encode("utf-8", errors="replace")).hexdigest()


def _statements(reading: Reading) -> Iterator[str]:
    for listing in reading.listings:
        yield listing.title
        yield from (f"{price.role.value} {price.amount_fen} {price.amount_max_fen}" for price in listing.prices)
        yield from (steady(block.text) for block in listing.texts)
