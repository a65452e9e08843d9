"""Copied text: sentences that stand word for word in few shops only. It supports other links and never suffices alone,
for competitors copy one another too."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from records.groups import LinkPage
from records.market import Speaker, TextBlock

__all__ = ["MAX_HOLDERS", "Passage", "TextIndex"]

MAX_HOLDERS = 6
"""A sentence in more shops than this is a maker's or a template's."""

_MIN_CHARACTERS = 20
_MAX_BLOCK = 20_000
_SNIPPET = 40
_END = re.compile(r"[。！？；!?;\n]+")
_KEPT = re.compile(r"[^0-9a-z\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A sentence and where it stands, one page a shop."""

    snippet: str
    pages: Mapping[str, LinkPage]


@dataclass(slots=True)
class _Seen:
    snippet: str
    pages: dict[str, LinkPage] = field(default_factory=dict)


class TextIndex:
    """Sentences of merchants by digest, filled page by page."""

    def __init__(self) -> None:
        self._seen: dict[bytes, _Seen] = {}

    def add(self, page: LinkPage, blocks: Iterable[TextBlock]) -> None:
        """The merchant's own words on a page; reviews, labels and the platform's words say nothing of the merchant."""
        for block in blocks:
            if block.speaker is not Speaker.MERCHANT:
                continue
            for sentence, folded in _sentences(block.text):
                digest = hashlib.blake2b(folded.encode("utf-8", "replace"), digest_size=12).digest()
                seen = self._seen.setdefault(digest, _Seen(sentence[:_SNIPPET]))
                if len(seen.pages) <= MAX_HOLDERS:
                    seen.pages.setdefault(page.shop_id, page)

    def shared(self) -> Iterator[Passage]:
        """Sentences of at least two and at most MAX_HOLDERS shops."""
        for seen in self._seen.values():
            if 2 <= len(seen.pages) <= MAX_HOLDERS:
                yield Passage(snippet=seen.snippet, pages=seen.pages)

    @property
    def common_count(self) -> int:
        """How many sentences were held back because more shops than MAX_HOLDERS have them."""
        return sum(len(seen.pages) > MAX_HOLDERS for seen in self._seen.values())


def _sentences(text: str) -> Iterator[tuple[str, str]]:
    for sentence in _END.split(text[:_MAX_BLOCK]):
        folded = _KEPT.sub("", unicodedata.normalize("NFKC", sentence).lower())
        if len(folded) >= _MIN_CHARACTERS:
            yield sentence.strip(), folded
