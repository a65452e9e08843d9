"""Whose shop a page belongs to: one of a marketplace (by its own address), or the one of an independent site."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from crawlers.addresses import canonical_url, origin_of
from crawlers.document import Document, folded
from crawlers.page_kinds import shop_address
from crawlers.zones import Zone
from records.base import stable_id
from records.survey import PageKind, TargetKind

__all__ = ["ShopIdentity", "identify_shop", "independent_shop", "marketplace_shop", "site_name"]

_GENERIC = re.compile(
    r"^(?:进(?:入)?店(?:铺)?(?:逛逛)?|进店看看|访问店铺|店铺首页|本店首页|返回店铺(?:首页)?|"
    r"查看店铺|店铺|卖家|商家|全部商品|关注店铺|收藏店铺|"
    r"联系(?:卖家|客服)|visit store|[>»›])$",
    re.IGNORECASE,
)
_NAME_LABELS = re.compile(
    r"^(?:店铺(?:名称?)?|店名|商家(?:名称)?|卖家(?:名称)?|掌柜|店铺名|商户(?:名称)?|shop|store|seller|sold by)$",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"^(?:店铺|商家|卖家|掌柜|店名|进店|进入店铺)\s*[:：]?\s*|\s*(?:进店(?:逛逛)?|进入店铺|关注)?\s*[>»›]*$"
)
_SEPARATORS = re.compile(r"\s*[|｜_–—»]\s*|\s+-\s+|\s*-(?=[\u4e00-\u9fff])")
_TITLE_NOISE = re.compile(
    r"^(?:首页|官网|官方网站|官方商城|网上商城|主页|home|欢迎光临|.{0,4}正品.{0,8})$", re.IGNORECASE
)

_SHOP_LIKE = re.compile(r"(?:店|行|坊|铺|庄|馆|社|堂|阁|公司|商城|园|厂|部|屋|家)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopIdentity:
    """A shop's id, its address and its name as far as this page says it."""

    shop_id: str
    url: str
    name: str
    independent: bool


_NEAR_SIGNS = 60


def identify_shop(doc: Document) -> ShopIdentity | None:
    """The shop of a page; None for a marketplace's own pages.

    A site is taken for a marketplace when the target says so or the page names a shop by an address of its own.
    """
    own = shop_address(doc.url)
    if own and (doc.target.kind is not TargetKind.SITE or _speaks_of_shop(doc)):
        own = _as_linked(doc, own)
        return marketplace_shop(own, _name_on_page(doc, own))
    named = _linked_shop(doc)
    if named is not None:
        return named
    if doc.target.kind is TargetKind.PLATFORM:
        return None
    return independent_shop(doc)


def marketplace_shop(url: str, name: str) -> ShopIdentity:
    """A shop that has an address of its own on a marketplace."""
    canonical = canonical_url(url)
    return ShopIdentity(shop_id=stable_id("shop", canonical), url=canonical, name=name, independent=False)


def independent_shop(doc: Document) -> ShopIdentity:
    """The one shop of an independent site: its origin's root."""
    root = origin_of(doc.url) + "/"
    return ShopIdentity(shop_id=stable_id("shop", root), url=root, name=site_name(doc), independent=True)


def site_name(doc: Document) -> str:
    """What an independent site calls itself; empty where only inner pages could be asked."""
    if name := doc.meta("og:site_name"):
        return name
    for label, value, _ in doc.pairs:
        if _NAME_LABELS.match(label.strip()) and 2 <= len(value) <= 40:
            return value
    if doc.path != "/" and doc.page.kind is not PageKind.HOME:
        return ""
    logo = folded(
        " ".join(doc.selector.xpath("//*[contains(@class,'logo') or @id='logo']/descendant-or-self::*/text()").getall())
    )
    parts = [part for part in _SEPARATORS.split(doc.title) if part and not _TITLE_NOISE.match(part)]
    if logo and any(logo in part or part in logo for part in parts):
        return logo[:60]
    shop_like = [part for part in parts if _SHOP_LIKE.search(part)]
    return (shop_like or parts or [doc.heading])[0][:60]


def _as_linked(doc: Document, own: str) -> str:
    """The shop's address as the page itself links to it: with or without the last slash is the site's choice."""
    other = own.rstrip("/") if own.endswith("/") else f"{own}/"
    linked = {canonical_url(url) for anchor in doc.anchors if (url := doc.absolute(anchor.href))}
    return (
        other
        if canonical_url(own) not in linked and canonical_url(other) in linked and doc.canonical != canonical_url(own)
        else own
    )


def _speaks_of_shop(doc: Document) -> bool:
    return bool(re.search(r"店铺|本店|卖家|商家|旗舰店|专营店|掌柜", doc.visible[:3000])) and bool(
        doc.page.kind is not PageKind.LISTING
    )


def _linked_shop(doc: Document) -> ShopIdentity | None:
    """The shop named on a product page, beneath a shop, or in its licence page."""
    counted: Counter[str] = Counter()
    names: dict[str, list[str]] = {}
    platform = doc.target.kind is not TargetKind.SITE
    for anchor in doc.anchors:
        if anchor.zone in (Zone.FOOTER, Zone.REVIEW, Zone.RELATED) or (anchor.zone is Zone.NAV and not platform):
            continue
        url = doc.absolute(anchor.href)
        around = f"{anchor.text} {anchor.title} {anchor.element.get('class') or ''}"
        shop = shop_address(url, text="" if platform else _with_label(anchor.element, around)) if url else ""
        if shop and origin_of(shop) == doc.origin and shop != doc.url:
            counted[shop] += 1
            words = _BEFORE.sub("", anchor.text or anchor.title).strip()
            if words and not _GENERIC.match(words) and len(words) <= 40:
                names.setdefault(shop, []).append(words)
    if not counted or (len(counted) > 3 and doc.page.kind not in (PageKind.LISTING, PageKind.LICENCE)):
        return None
    url = counted.most_common(1)[0][0]
    name = max(names.get(url, [""]), key=lambda words: ("店" in words, len(words)))
    return marketplace_shop(url, name or _name_on_page(doc, url))


def _with_label(element: object, words: str) -> str:
    parent = element.getparent()  # type: ignore[attr-defined]  # lxml has no types here
    near = ""
    for text in parent.itertext() if parent is not None else ():
        near += text
        if len(near) >= _NEAR_SIGNS:  # a parent of a hundred thousand links would be read for each of them
            break
    return f"{words} {near[:_NEAR_SIGNS]}"


def _name_on_page(doc: Document, url: str) -> str:
    for label, value, _ in doc.pairs:
        if _NAME_LABELS.match(label.strip()) and 2 <= len(value) <= 40:
            return _BEFORE.sub("", value).strip()
    by_class = doc.selector.xpath(
        "//*[contains(@class,'shop-name') or contains(@class,'shopname') or "
        "contains(@class,'store-name') or contains(@class,'shop_name') "
        "or contains(@class,'seller-name') or contains(@class,'shop-title') or "
        "contains(@class,'dian-ming') or contains(@class,'dianming')]"
    )
    for node in by_class[:3]:
        text = _BEFORE.sub("", " ".join(" ".join(node.css("*::text").getall()).split())).strip()
        if 2 <= len(text) <= 40:
            return text
    if shop_address(doc.url) == url and doc.page.kind in (PageKind.SHOP, PageKind.HOME):
        parts = [part for part in _SEPARATORS.split(doc.title) if part and not _TITLE_NOISE.match(part)]
        shop_like = [part for part in parts if _SHOP_LIKE.search(part)]
        return (doc.heading if 2 <= len(doc.heading) <= 40 else "") or (shop_like or parts or [""])[0][:60]
    return ""
