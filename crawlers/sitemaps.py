"""The sitemap a site offers in its robots.txt: addresses of pages that no link of it may lead to.

Standard: sitemaps.org protocol 0.9.
"""

from __future__ import annotations

import re
from html import unescape

from crawlers.addresses import canonical_url, is_surveyable, origin_of
from crawlers.page_kinds import kind_of_address, priority_of
from records.market import Link, Reading
from records.survey import PageKind

__all__ = ["is_sitemap", "read_sitemap", "sitemap_link"]

_HEAD = re.compile(r"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]", re.IGNORECASE)
_LOC = re.compile(r"<(?:\w+:)?loc>\s*(?:<!\[CDATA\[)?\s*([^<\]\s]{1,2000})")
_SITEMAP = re.compile(r"sitemap[^/]*\.xml(?:\?[^#]*)?$", re.IGNORECASE)
_MOST = 5000


def is_sitemap(text: str) -> bool:
    """Whether a document is a sitemap or an index of several."""
    return bool(_HEAD.search(text[:2000]))


def read_sitemap(text: str, url: str) -> Reading:
    """Its addresses of the same origin, each once, at most 5,000; those of further sitemaps too."""
    origin = origin_of(url)
    found: dict[str, Link] = {}
    for match in _LOC.finditer(text):
        address = unescape(match[1])
        if not address.lower().startswith(("http://", "https://")) or origin_of(address) != origin:
            continue
        if (link := sitemap_link(address)) is not None:
            found.setdefault(canonical_url(address), link)
        elif is_surveyable(address):
            kind = kind_of_address(address)
            found.setdefault(canonical_url(address), Link(url=address, kind=kind, priority=priority_of(kind)))
        if len(found) >= _MOST:
            break
    return Reading(kind=PageKind.OTHER, family="general", links=tuple(found.values()))


def sitemap_link(address: str) -> Link | None:
    """The link to a sitemap; None for what is none. It comes after what the front page itself leads to.

    >>> sitemap_link("http://a.cn/sitemap-products.xml").kind.value, sitemap_link("http://a.cn/goods/1.html")
    ('other', None)
    """
    if not _SITEMAP.search(address):
        return None
    return Link(url=address, kind=PageKind.OTHER, text="sitemap", priority=priority_of(PageKind.LIST))
