"""Sitemaps read as what strangers wrote: index files, gzip, feeds and text, each bounded in size, count and depth.

Standard: sitemaps.org protocol 0.9 (50,000 addresses and 50 MB a file; an index names files of its own host).
"""

from __future__ import annotations

import re
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO

from lxml import etree  # type: ignore[import-untyped]  # no stubs among our dependencies

from crawlers.addresses import absolute_url, canonical_url, origin_of
from crawlers.decoding import decode_body
from crawlers.discovery.asking import Asked, PoliteAsker
from crawlers.discovery.connecting import inflated
from records.errors import FetchError, InvalidInputError, RefusedError

__all__ = ["SitemapLimits", "SitemapRead", "SitemapWalk", "read_sitemap"]

_MAX_LOCATION = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapLimits:
    """How much of a site's sitemaps is read in one look."""

    files: int = 100
    addresses: int = 500_000
    addresses_a_file: int = 50_000
    file_bytes: int = 50_000_000
    depth: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapRead:
    """One file: further sitemaps, or pages. `problem` says in Chinese what of it could not be read."""

    sitemaps: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    problem: str = ""


@dataclass(kw_only=True)
class SitemapWalk:
    """One look at a site's sitemaps. `problems` are what was not read, and why, in Chinese."""

    asker: PoliteAsker
    limits: SitemapLimits = SitemapLimits()
    problems: list[str] = field(default_factory=list)
    files: int = 0
    addresses: int = 0

    def pages(self, url: str) -> Iterator[tuple[Asked, tuple[str, ...]]]:
        """Each file with the pages it names. `url` is a sitemap, or a site whose robots.txt names them."""
        start = self._starts(url)
        waiting = deque((each, 0) for each in start)
        seen = {canonical_url(each) for each in start}
        hosts = {_bare_host(each) for each in (url, *start)}
        while waiting:
            wanted, depth = waiting.popleft()
            if self.files >= self.limits.files:
                self.problems.append(f"站点地图超过 {self.limits.files} 个文件，其余 {len(waiting) + 1} 个未读")
                return
            found = self._read(wanted)
            if found is None:
                continue
            answer, read = found
            if read.pages:
                room = self.limits.addresses - self.addresses
                self.addresses += min(len(read.pages), room)
                yield answer, read.pages[:room]
                if self.addresses >= self.limits.addresses:
                    self.problems.append(f"站点地图超过 {self.limits.addresses} 个网址，其余未读")
                    return
            for each in read.sitemaps:
                further = absolute_url(answer.url, each)
                if not further or canonical_url(further) in seen:
                    continue
                seen.add(canonical_url(further))
                if depth + 1 >= self.limits.depth:
                    self.problems.append(f"站点地图层数过深，未读：{further[:200]}")
                elif _bare_host(further) not in hosts:
                    self.problems.append(f"站点地图指向别的站点，未读：{further[:200]}")
                else:
                    waiting.append((further, depth + 1))

    def _starts(self, url: str) -> list[str]:
        if _is_sitemap(url):
            return [url]
        named = [each for each in self.asker.sitemaps_of(url) if absolute_url(url, each)]
        return list(dict.fromkeys(absolute_url(url, each) for each in named[: self.limits.files])) or [
            f"{origin_of(url)}/sitemap.xml"
        ]

    def _read(self, url: str) -> tuple[Asked, SitemapRead] | None:
        self.files += 1
        try:
            answer = self.asker.get(url, max_bytes=self.limits.file_bytes)
        except (FetchError, RefusedError, InvalidInputError) as exc:
            self.problems.append(f"{url[:200]}：{exc.message}")
            return None
        if answer.status != 200:
            self.problems.append(f"{url[:200]}：服务器答复 {answer.status}")
            return None
        read = read_sitemap(answer.body, content_type=answer.content_type, limits=self.limits)
        problem = read.problem or ("文件过大，只读了前面一部分" if answer.truncated else "")
        if problem:
            self.problems.append(f"{url[:200]}：{problem}")
        return answer, read


def read_sitemap(body: bytes, *, content_type: str = "", limits: SitemapLimits | None = None) -> SitemapRead:
    """What one file names. Never fails: what can be read before a fault is given, and the fault told."""
    bounds = limits or SitemapLimits()
    problem = ""
    if body.startswith(b"\x1f\x8b"):
        try:
            body, cut = inflated(body, max_bytes=bounds.file_bytes)
        except zlib.error:
            return SitemapRead(problem="压缩内容已损坏")
        problem = f"解压后超过 {bounds.file_bytes} 字节或不完整，只读了前面一部分" if cut else ""
    head = body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        return SitemapRead(problem="文件是空的")
    if not head.startswith(b"<"):
        return _plain_text(body, content_type, bounds, problem)
    if re.match(rb"<(?:!doctype\s+html|html)", head, re.IGNORECASE):
        return SitemapRead(problem="是网页，不是站点地图")
    return _xml(body, bounds, problem)


def _xml(body: bytes, bounds: SitemapLimits, problem: str) -> SitemapRead:
    pages: list[str] = []
    sitemaps: list[str] = []
    events = etree.iterparse(
        BytesIO(body), events=("end",), recover=True, huge_tree=False, resolve_entities=False, no_network=True,
        load_dtd=False,
    )  # fmt: skip
    try:
        for _, element in events:
            location = _location(element)
            if location:
                parent = element.getparent()
                inside = etree.QName(parent).localname if parent is not None else ""
                (sitemaps if inside == "sitemap" else pages).append(location)
            if len(pages) + len(sitemaps) >= bounds.addresses_a_file:
                problem = problem or f"超过 {bounds.addresses_a_file} 个网址，其余未读"
                break
            if _is_entry(element):
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except (etree.XMLSyntaxError, ValueError) as exc:
        problem = problem or f"XML 有误，只读了前面一部分（{type(exc).__name__}）"
    if not pages and not sitemaps and not problem:
        problem = "其中没有网址"
    return SitemapRead(sitemaps=tuple(sitemaps), pages=tuple(pages), problem=problem)


def _location(element: etree._Element) -> str:
    """The address in an element of a sitemap, RSS or Atom file."""
    if not isinstance(element.tag, str):
        return ""
    name = etree.QName(element).localname
    if name == "loc":
        text = element.text or ""
    elif name == "link":
        text = element.text or element.get("href", "")
    else:
        return ""
    text = text.strip()
    return text if text.lower().startswith(("http://", "https://", "/")) and len(text) <= _MAX_LOCATION else ""


def _is_entry(element: etree._Element) -> bool:
    return isinstance(element.tag, str) and etree.QName(element).localname in ("url", "sitemap", "item", "entry")


def _plain_text(body: bytes, content_type: str, bounds: SitemapLimits, problem: str) -> SitemapRead:
    lines: Sequence[str] = decode_body(body, content_type=content_type).text.splitlines()
    found = [line.strip() for line in lines if re.match(r"\s*https?://\S+\s*$", line) and len(line) <= _MAX_LOCATION]
    if not found:
        return SitemapRead(problem=problem or "不是站点地图")
    if len(found) > bounds.addresses_a_file:
        problem = problem or f"超过 {bounds.addresses_a_file} 个网址，其余未读"
    return SitemapRead(pages=tuple(found[: bounds.addresses_a_file]), problem=problem)


def _is_sitemap(url: str) -> bool:
    return bool(re.search(r"\.(?:xml|gz|txt|rss|atom)(?:$|\?)|sitemap|feed", url.split("://", 1)[-1].partition("/")[2]))


def _bare_host(url: str) -> str:
    return origin_of(url).split("://", 1)[1].removeprefix("www.")
