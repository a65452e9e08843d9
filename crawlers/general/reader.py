"""What an unknown page is, and everything it says: the one entrance to the general reader."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from crawlers.addresses import canonical_url, is_surveyable, refines
from crawlers.document import Document
from crawlers.general.cards import Card, read_cards
from crawlers.general.disclosures import disclosure_pairs, read_disclosure
from crawlers.general.embedded import EmbeddedProduct, read_embedded
from crawlers.general.listed import listed_on
from crawlers.general.listings import read_listing
from crawlers.general.reviewed import reviewed_on
from crawlers.general.shops import ShopIdentity, identify_shop
from crawlers.identifiers import contacts_in
from crawlers.page_kinds import kind_of_address, kind_of_link, priority_of
from crawlers.price_tags import PriceTag, price_tags
from crawlers.texts import text_blocks
from crawlers.zones import Zone
from records.market import Contact, Disclosure, Link, Listing, Reading, Shop
from records.survey import Outcome, PageKind

__all__ = ["MAX_LINKS", "read_general", "read_links", "shop_record"]

_BUY = re.compile(
    r"加入购物车|立即购买|加入購物車|立即購買|立即抢购|马上抢|立即下单|我要购买|去购买|立即预订|加购|add to (?:basket|"
    r"cart|bag)|buy (?:it )?now",
    re.IGNORECASE,
)
_DETAIL_SIGNS = re.compile(
    r"规格|参数|已售|销量|人已买|人付款|运费|评价|评论|发货|库存|商品详情|商品说明|产品介绍|品牌"
)
_BUY_ACTION = re.compile(r"(?:basket|cart)/?(?:add|index)|add[-_/]?(?:to[-_]?)?(?:cart|basket)", re.IGNORECASE)
_LICENCE_TITLE = re.compile(r"营业执照|证照|亮照|资质|经营者信息|主体信息|工商信息|business licen[cs]e", re.IGNORECASE)
_SHELL = re.compile(
    r"正在加载|加载中|loading|请稍候|please enable javascript|需要(?:启用|开启)\s*javascript|数据加载", re.IGNORECASE
)
_SHELL_HOLDER = re.compile(
    r"(?:^|[\s_-])(?:app|root|list|lists|goods|items?|products?|result|results|container|feed|"
    r"grid|waterfall|content|main)(?:$|[\s_-])",
    re.IGNORECASE,
)
MAX_LINKS = 2000
_LISTS = frozenset((PageKind.LIST, PageKind.SHOP, PageKind.HOME, PageKind.FACET))
_OWN_OF_MARKETPLACE = frozenset((Zone.MAIN, Zone.DETAIL, Zone.LABEL))
_OWN_OF_SITE = _OWN_OF_MARKETPLACE | {Zone.FOOTER, Zone.HEADER, Zone.NAV}
_TEXT_ZONES_OF_SITE = _OWN_OF_MARKETPLACE | {Zone.FOOTER}


def read_general(doc: Document) -> Reading:
    """Read a page by what it shows."""
    tags = price_tags(doc.root)
    cards = read_cards(doc, tags)
    embedded = read_embedded(doc)
    shop = identify_shop(doc)
    kind = _kind(doc, tags, cards, embedded, shop)
    links = read_links(doc, cards)
    if (reason := _emptiness(doc, kind, cards, embedded)) and not doc.page.rendered:
        return Reading(kind=kind, family="general", links=links, problem=Outcome.EMPTY, reason=reason)
    listings: tuple[Listing, ...] = ()
    if kind is PageKind.LISTING and shop is not None:
        listing = read_listing(doc, shop, tags=tags, cards=cards, embedded=embedded)
        listings = (listing,) if listing is not None else ()
    elif kind is PageKind.REVIEWS and shop is not None:
        listings = reviewed_on(doc, shop)
    elif kind in _LISTS and shop is not None:
        listings = listed_on(doc, shop, cards)
    record = _shop_of(doc, shop, kind, cards) if shop is not None else None
    if not links and not listings and len(doc.visible) < 20:
        return Reading(kind=kind, family="general", problem=Outcome.EMPTY, reason="页面没有可读内容")
    return Reading(kind=kind, family="general", shop=record, listings=listings, links=links)


def read_links(doc: Document, cards: tuple[Card, ...] = ()) -> tuple[Link, ...]:
    """Links of the same origin that may be public pages, each with what it seems to be."""
    of_cards = {canonical_url(card.url) for card in cards}
    shapes = {_shape(url) for url in of_cards} - {_shape(doc.url)} if len(of_cards) >= 3 else set()
    found: dict[str, Link] = {}
    seen: set[tuple[str, str]] = set()
    own = f"{doc.origin}/"
    for anchor in doc.anchors:
        words = anchor.text or anchor.title
        if (anchor.href, words) in seen:
            continue
        seen.add((anchor.href, words))
        url = doc.absolute(anchor.href)
        canonical = canonical_url(url) if url else ""
        if not canonical.startswith(own) or not is_surveyable(url):
            continue
        kind = kind_of_link(url, words)
        if kind in (PageKind.OTHER, PageKind.LIST, PageKind.SHOP) and canonical in of_cards:
            kind = PageKind.LISTING if kind is not PageKind.SHOP else kind
        elif kind in (PageKind.OTHER, PageKind.LIST) and refines(canonical, doc.canonical):
            kind = PageKind.FACET
        elif kind is PageKind.OTHER and _shape(canonical) in shapes:
            kind = PageKind.LISTING
        known = found.get(canonical)
        if known is None or priority_of(kind) > known.priority:
            found[canonical] = Link(url=url, kind=kind, text=words[:80], priority=priority_of(kind))
        if len(found) >= MAX_LINKS:
            break
    return tuple(found.values())


def shop_record(
    doc: Document,
    shop: ShopIdentity,
    *,
    disclosure: Disclosure | None = None,
    contacts: tuple[Contact, ...] = (),
    **more: object,
) -> Shop:
    """The shop as far as this page says it. Raises ValueError for a page without stored bytes."""
    source = doc.source
    if source is None:
        raise ValueError("page has no stored body")
    return Shop(
        shop_id=shop.shop_id, target_id=doc.target.target_id, url=shop.url, name=shop.name, family="general",
        disclosure=disclosure or Disclosure(), contacts=contacts, sources=(source,),
        first_seen_at=doc.page.fetched_at, last_seen_at=doc.page.fetched_at, **more,
    )  # fmt: skip


def _shop_of(doc: Document, shop: ShopIdentity, kind: PageKind, cards: tuple[Card, ...]) -> Shop | None:
    if doc.page.body is None:
        return None
    if kind in (PageKind.LISTING, PageKind.LIST, PageKind.REVIEWS, PageKind.FACET) and not _is_front(doc, shop):
        if not shop.independent:
            return shop_record(doc, shop)
        return shop_record(doc, shop, disclosure=_footer_disclosure(doc))
    zones = _OWN_OF_SITE if shop.independent else _OWN_OF_MARKETPLACE
    without = {element for card in cards for element in card.element.iter()}
    text_zones = (_TEXT_ZONES_OF_SITE if shop.independent else _OWN_OF_MARKETPLACE) | {Zone.PLATFORM}
    blocks = [block for block in doc.blocks if not block.hidden]
    said = "\n".join(
        f"{block.label}：{block.text}" if block.label else block.text
        for block in blocks
        if block.zone in zones and block.element not in without
    )
    return shop_record(
        doc,
        shop,
        disclosure=read_disclosure(doc, zones=zones),
        contacts=contacts_in(said, place="body"),
        texts=text_blocks(blocks, text_zones, without=without) if kind is not PageKind.LICENCE else (),
        front_page_read=_is_front(doc, shop),
        licence_page_read=kind is PageKind.LICENCE,
    )


def _footer_disclosure(doc: Document) -> Disclosure:
    return read_disclosure(doc, zones=frozenset((Zone.FOOTER,)))


def _is_front(doc: Document, shop: ShopIdentity) -> bool:
    return doc.canonical == shop.url or canonical_url(doc.page.url) == shop.url


def _kind(
    doc: Document,
    tags: tuple[PriceTag, ...],
    cards: tuple[Card, ...],
    embedded: EmbeddedProduct | None,
    shop: ShopIdentity | None,
) -> PageKind:
    by_address = kind_of_address(doc.url)
    hint = doc.page.kind
    if by_address is PageKind.HOME or hint is PageKind.HOME:
        return PageKind.HOME
    if _is_licence(doc, hint, by_address):
        return PageKind.LICENCE
    if by_address is PageKind.FACET:
        return PageKind.FACET
    if shop is not None and not shop.independent and _is_front(doc, shop):
        return PageKind.SHOP
    if _is_listing(doc, tags, cards, embedded, hint):
        return PageKind.LISTING
    if len(cards) >= 2:
        return PageKind.LIST
    if hint is not PageKind.OTHER and hint is not PageKind.LISTING:
        return hint
    return by_address if by_address not in (PageKind.LISTING, PageKind.SHOP) else PageKind.OTHER


def _is_licence(doc: Document, hint: PageKind, by_address: PageKind) -> bool:
    if PageKind.LICENCE not in (hint, by_address) and not (
        _LICENCE_TITLE.search(doc.title) or _LICENCE_TITLE.search(doc.heading)
    ):
        return False
    zones = _OWN_OF_SITE
    return hint is PageKind.LICENCE or bool(disclosure_pairs(doc, doc.blocks, zones))


def _is_listing(
    doc: Document, tags: tuple[PriceTag, ...], cards: tuple[Card, ...], embedded: EmbeddedProduct | None, hint: PageKind
) -> bool:
    if embedded is not None and embedded.source in ("json-ld", "opengraph"):
        return True
    in_cards = {element for card in cards for element in card.element.iter()}
    own_price = any(tag.element not in in_cards and doc.zone_of(tag.element) in _OWN_OF_MARKETPLACE for tag in tags)
    buys = sum(
        1
        for node in doc.root.iter("a", "button", "input", "form", "span", "div")
        if _is_buy(node) and node not in in_cards
    )
    in_main = sum(card.zone in _OWN_OF_MARKETPLACE for card in cards)
    if own_price and buys and in_main < 8:
        return True
    if embedded is not None and (own_price or not cards):
        return True
    if own_price and in_main < 4 and len(set(_DETAIL_SIGNS.findall(doc.visible))) >= 3:
        return True
    named = hint is PageKind.LISTING or kind_of_address(doc.url) is PageKind.LISTING
    return named and own_price and in_main < 8


def _is_buy(node: Any) -> bool:  # lxml element
    text = " ".join(filter(None, (node.text, node.get("value"), node.get("title"))))
    if 2 <= len(text.strip()) <= 24 and _BUY.search(text):
        return True
    return node.tag == "form" and bool(_BUY_ACTION.search(node.get("action") or ""))


def _emptiness(doc: Document, kind: PageKind, cards: tuple[Card, ...], embedded: EmbeddedProduct | None) -> str:
    """Why the static answer lacks what its kind of page promises; empty when it does not."""
    scripts = sum(1 for _ in doc.root.iter("script"))
    if not scripts or embedded is not None:
        return ""
    visible = "".join(doc.visible.split())
    if len(visible) < 60:
        return f"页面由脚本生成：静态内容仅 {len(visible)} 字"
    if cards or kind not in (
        PageKind.LIST,
        PageKind.SHOP,
        PageKind.HOME,
        PageKind.LISTING,
        PageKind.OTHER,
        PageKind.LICENCE,
    ):
        return ""
    if match := _SHELL.search(doc.visible):
        return f"列表由脚本载入：页面写有“{match[0]}”"
    if kind in (PageKind.LIST, PageKind.SHOP, PageKind.HOME) and (holder := _empty_holder(doc)):
        return f"列表由脚本载入：容器 {holder} 为空"
    return ""


def _empty_holder(doc: Document) -> str:
    for node in doc.root.iter("div", "ul", "ol", "main", "section", "tbody"):
        names = f"{node.get('id') or ''} {node.get('class') or ''}".strip()
        if len(node) == 0 and not (node.text or "").strip() and names and _SHELL_HOLDER.search(names):
            return names.split()[0]
    return ""


def _shape(url: str) -> str:
    parts = urlsplit(url)
    return re.sub(r"\d+", "N", parts.path) + "?" + ",".join(sorted(re.findall(r"(?:^|&)([^=&]+)=", parts.query)))
