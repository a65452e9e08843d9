"""What of a host belongs to a target that is not all of it: a shop of a marketplace, or further addresses by prefix.

A shop on a shared host is its own pages, the goods, licence, reviews and rules they link to, and no more: a survey of
one shop must not become a survey of the marketplace.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from crawlers.addresses import canonical_url
from records.survey import FrontierRow, PageKind, Target, TargetKind

__all__ = ["belongs", "in_further_scope"]

_WHOLE_SITE = frozenset((TargetKind.SITE, TargetKind.PLATFORM))
_OF_THE_SHOP = frozenset((PageKind.LISTING, PageKind.LICENCE, PageKind.REVIEWS, PageKind.RULES))
_OF_ITS_GOODS = frozenset((PageKind.LICENCE, PageKind.REVIEWS))


def belongs(target: Target, canonical: str, kind: PageKind, *, found_on: FrontierRow) -> bool:
    """Whether an address of a host in scope belongs to the target, given the page it was found on (all canonical)."""
    if target.kind in _WHOLE_SITE or in_further_scope(target, canonical):
        return True
    fronts = [canonical_url(seed) for seed in target.seeds]
    if any(_is_whole(front) or _beneath(canonical, front) for front in fronts):
        return True
    if any(_beneath(found_on.canonical_url, front) for front in fronts):
        return kind in _OF_THE_SHOP
    return found_on.kind is PageKind.LISTING and kind in _OF_ITS_GOODS


def in_further_scope(target: Target, canonical: str) -> bool:
    """Whether an address lies beneath one of the target's further origins or prefixes, by http or https."""
    return any(_beneath(canonical, canonical_url(prefix)) for prefix in target.scope)


def _is_whole(front: str) -> bool:
    parts = urlsplit(front)
    return parts.path in ("", "/") and not parts.query and not parts.fragment


def _beneath(canonical: str, front: str) -> bool:
    """Whether an address is the front or a page beneath it.

    >>> _beneath("https://a.cn/shop/9/licence", "http://a.cn/shop/9/"), _beneath("http://a.cn/shop/91", "http://a.cn/shop/9")
    (True, False)
    >>> _beneath("http://a.cn/s?id=9&page=2", "http://a.cn/s?id=9"), _beneath("http://a.cn/s?id=8", "http://a.cn/s?id=9")
    (True, False)
    >>> _beneath("http://a.cn/index-9-2.html", "http://a.cn/index-9.html")
    True
    """
    page, own = urlsplit(canonical), urlsplit(front)
    if page.netloc != own.netloc:
        return False
    if own.query and not set(parse_qsl(own.query)) <= set(parse_qsl(page.query)):
        return False
    path = re.sub(r"\.\w{1,5}$", "", own.path).rstrip("/")
    rest = page.path[len(path) :]
    return page.path.startswith(path) and not rest[:1].isalnum() and (not own.fragment or page.fragment == own.fragment)
