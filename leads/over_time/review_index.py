"""The longer reviews of many shops, so that each finds its like under another shop's listing.

A review is known by its clauses: a near copy has at least one of them word for word, and those that share one are
compared by all their pairs of characters. One that is a single clause is known by its smallest shingles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import NamedTuple

from records.market import Listing, Review, Shop
from records.over_time import ReviewElsewhere

__all__ = ["ReviewIndex"]

_SHORTEST = 20
_SHINGLE = 6
_PRINTS = 4
_LIKE_SCORE = 0.85
_MOST_HOLDERS = 200
_A_LISTING = 60
_WIDESPREAD_SHOPS = 6
_MOST_OTHERS = 12

_NO_SIGN = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")
_NOT_HAN = re.compile(r"[^\u4e00-\u9fff]+")
"""Addresses and codes are nobody's words, however long."""
_BY_DEFAULT = re.compile(r"没有填写|未填写|默认好评|默认评价|未及时(?:做出)?评价|系统默认")


class _Told(NamedTuple):
    listing_id: str
    review: Review


@dataclass(slots=True, kw_only=True)
class ReviewIndex:
    """Filled listing by listing. `left` counts listings that came when `most` reviews were held and were left out."""

    most: int = 200_000
    left: int = 0
    _told: list[_Told] = field(default_factory=list)
    _listings: dict[str, tuple[Listing, Shop]] = field(default_factory=dict)
    _by_print: dict[str, list[int]] = field(default_factory=dict)
    _shops: set[str] = field(default_factory=set)

    def add(self, shop: Shop, listing: Listing) -> None:
        """Take a listing's longer reviews in; the platform's own default praise is nobody's."""
        some = [
            one
            for one in listing.reviews
            if len(_NOT_HAN.sub("", one.text)) >= _SHORTEST and not _BY_DEFAULT.search(one.text)
        ]
        if not some or listing.listing_id in self._listings:
            return
        if len(self._told) + len(some) > self.most:
            self.left += 1
            return
        self._shops.add(shop.shop_id)
        bare = listing.model_copy(update={"texts": (), "reviews": (), "image_urls": ()})
        self._listings[listing.listing_id] = bare, shop.model_copy(update={"texts": ()})
        for review in some[:_A_LISTING]:
            for one in _prints(review.text):
                self._by_print.setdefault(one, []).append(len(self._told))
            self._told.append(_Told(listing.listing_id, review))

    @property
    def shop_ids(self) -> frozenset[str]:
        """Shops with any longer review."""
        return frozenset(self._shops)

    def copied(self, group_of: Mapping[str, str]) -> Iterator[tuple[Shop, Listing, tuple[ReviewElsewhere, ...]]]:
        """Each listing some of whose reviews other shops have as well, with those.

        Args:
            group_of: The seller group of a shop, for those in one.
        """
        found: dict[str, list[ReviewElsewhere]] = {}
        shared = {at for holders in self._by_print.values() if len(holders) > 1 for at in holders}
        for number in sorted(shared):
            told = self._told[number]
            if others := self._elsewhere(number):
                found.setdefault(told.listing_id, []).extend(self._told_of(told, others, group_of))
        for listing_id in sorted(found):
            listing, shop = self._listings[listing_id]
            yield shop, listing, tuple(found[listing_id])

    def _elsewhere(self, number: int) -> list[int]:
        told = self._told[number]
        signs, shop_id = _signs(told.review.text), self._shop_of(number)
        holders = (self._by_print[one] for one in _prints(told.review.text))
        near = {at for some in holders if len(some) <= _MOST_HOLDERS for at in some}
        others = sorted(at for at in near if self._shop_of(at) != shop_id)
        pairs = _pairs(signs) if others else frozenset()
        return [at for at in others if _alike(pairs, _pairs(_signs(self._told[at].review.text)))]

    def _told_of(self, told: _Told, others: list[int], group_of: Mapping[str, str]) -> Iterator[ReviewElsewhere]:
        shop_id = self._listings[told.listing_id][1].shop_id
        by_shop: dict[str, int] = {}
        for at in others:
            by_shop.setdefault(self._shop_of(at), at)
        widespread = len(by_shop) + 1 >= max(_WIDESPREAD_SHOPS, (len(self._shops) + 1) // 2)
        for other_id, at in list(by_shop.items())[:_MOST_OTHERS]:
            listing, shop = self._listings[self._told[at].listing_id]
            review = self._told[at].review
            yield ReviewElsewhere(
                text=told.review.text,
                author=_author(told.review),
                written_on=told.review.written_on,
                other_shop_id=other_id,
                other_shop=shop.name or shop.url,
                other_author=_author(review),
                other_written_on=review.written_on,
                other=listing.source,
                same_hand=other_id in group_of and group_of[other_id] == group_of.get(shop_id),
                widespread=widespread,
            )

    def _shop_of(self, number: int) -> str:
        return self._listings[self._told[number].listing_id][1].shop_id


def _author(review: Review) -> str:
    return "" if "匿名" in review.author_masked else review.author_masked


def _signs(text: str) -> str:
    return _NO_SIGN.sub("", text.lower())


def _prints(text: str) -> frozenset[str]:
    clauses = frozenset(one for one in _NO_SIGN.split(text.lower()) if len(one) >= _SHINGLE)
    if len(clauses) > 1:
        return clauses
    signs = _signs(text)
    return frozenset(nsmallest(_PRINTS, {signs[at : at + _SHINGLE] for at in range(len(signs) - _SHINGLE + 1)}))


def _pairs(signs: str) -> frozenset[str]:
    return frozenset(signs[at : at + 2] for at in range(len(signs) - 1))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    shared = len(one & other)
    return shared >= _LIKE_SCORE * (len(one) + len(other) - shared)
