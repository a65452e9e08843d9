"""One look for new shops: what was read, what was found there, and what could not be read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from crawlers.addresses import absolute_url, canonical_url, origin_of
from crawlers.discovery.asking import Asked, PoliteAsker
from crawlers.discovery.identity import site_address
from crawlers.discovery.links import FoundLink, document_of, links_in_bytes, links_in_page, links_in_text
from crawlers.discovery.shops import FoundShop, Surroundings, shop_behind
from crawlers.discovery.sitemaps import SitemapWalk
from crawlers.document import Document
from crawlers.page_kinds import kind_of_address
from records.base import UtcDatetime
from records.candidates import DiscoveryMethod, Sighting, TargetCandidate, candidate_id_of
from records.errors import FetchError, InvalidInputError, RefusedError
from records.market import Shop
from records.register import Entity
from records.survey import PageKind, TargetKind

__all__ = [
    "Look",
    "Place",
    "SearchPlan",
    "check_template",
    "look_at_declarations",
    "look_at_file",
    "look_at_page",
    "look_at_platform",
    "look_at_search",
    "look_at_sitemaps",
]

_MAX_PAGE_BYTES = 10_000_000
_WORD = re.compile(r"\{(?:词|word|keyword|q)\}", re.IGNORECASE)
_PAGE = re.compile(r"\{(?:页|page|p)\}", re.IGNORECASE)
_NEXT = re.compile(r"^(?:下一?页|后页|next(?: page)?|[>»›]+)$", re.IGNORECASE)
_FURNITURE_SHARE = 0.3
_FURNITURE_SHOPS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where links stood. `name` is an address, a file's name, or `register:CODE`."""

    name: str
    at: UtcDatetime
    sha256: str = ""
    sm3: str = ""
    query: str = ""


@dataclass(kw_only=True)
class Look:
    """What one look found. `problems` are what was not read, in Chinese; with any, the look is partial."""

    method: DiscoveryMethod
    platforms: frozenset[str] = frozenset()
    found: dict[str, TargetCandidate] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    places: int = 0
    links: int = 0

    def saw(self, link: FoundLink, place: Place, *, own_site: str = "", region_code: str = "") -> bool:
        """Note where a link leads; whether to a shop or site that may be surveyed."""
        self.links += 1
        shop = shop_behind(link.url, Surroundings(own_site=own_site, platforms=self.platforms))
        if shop is not None:
            self.note(shop, link, place, region_code=region_code)
        return shop is not None

    def note(self, shop: FoundShop, link: FoundLink, place: Place, *, region_code: str = "") -> None:
        """Write down a find with its evidence, once a place."""
        sighting = Sighting(
            method=self.method,
            url=link.url[:2000],
            place=place.name,
            place_sha256=place.sha256,
            place_sm3=place.sm3,
            text=link.text,
            query=place.query,
            seen_at=place.at,
        )
        key = shop.address.key
        known = self.found.get(key)
        if known is None:
            self.found[key] = TargetCandidate(
                candidate_id=candidate_id_of(key),
                key=key,
                twin_key=shop.address.twin_key,
                url=shop.address.url,
                name=link.text,
                kind=shop.kind,
                region_code=region_code,
                first_seen_at=place.at,
                last_seen_at=place.at,
                sightings=(sighting,),
            )
        elif all((each.place, each.query) != (sighting.place, sighting.query) for each in known.sightings):
            self.found[key] = known.model_copy(
                update={"name": known.name or link.text, "sightings": (*known.sightings, sighting)}
            )
        elif not known.name and link.text:
            self.found[key] = known.model_copy(update={"name": link.text})


def look_at_file(look: Look, content: bytes, place: Place) -> None:
    """Find shops in a file of links. Raises InvalidInputError for one that cannot be read."""
    look.places += 1
    for link in links_in_bytes(content, name=place.name, now=place.at):
        look.saw(link, place)


def look_at_page(look: Look, asker: PoliteAsker, url: str) -> None:
    """Find shops on one page of links. Raises as `PoliteAsker.get`; FetchError for a wall or an error page."""
    answer = _asked(asker, url)
    look.places += 1
    place = _place(answer)
    for link in links_in_page(_document(answer)):
        look.saw(link, place, own_site=_site_key(answer.url))


def look_at_sitemaps(look: Look, asker: PoliteAsker, url: str) -> None:
    """Find shops in the sitemaps of a site, and the site itself when they name goods of its own."""
    walk = SitemapWalk(asker=asker)
    for answer, pages in walk.pages(url):
        look.places += 1
        place = _place(answer)
        own = _site_key(answer.url)
        shops = sum(look.saw(FoundLink(url=page), place, own_site=own) for page in pages)
        goods = next((page for page in pages if kind_of_address(page) is PageKind.LISTING), "")
        if goods and not shops and own not in look.platforms and _site_key(goods) == own:
            front = site_address(f"{origin_of(goods)}/", TargetKind.SITE)
            look.note(FoundShop(address=front, kind=TargetKind.SITE), FoundLink(url=goods), place)
    look.problems += walk.problems


def check_template(template: str) -> None:
    """Refuse a search address without the place for the word. Raises InvalidInputError."""
    if not _WORD.search(template):
        raise InvalidInputError(
            f"检索网址里没有 {{词}}：{template[:200]}", cure="例如 https://mall.example.cn/search?q={词}&page={页}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPlan:
    """A marketplace's search.

    Attributes:
        template: With `{词}` for the word and perhaps `{页}` for the page; without it "next page" links are followed.
        pages: At most, for each word.
        goods: How many pages of goods are opened for a word whose results name goods and no shops.
        encoding: What the site wants the word in (`gbk` on older ones).
    """

    template: str
    words: tuple[str, ...]
    pages: int = 5
    goods: int = 10
    encoding: str = "utf-8"


def look_at_search(look: Look, asker: PoliteAsker, plan: SearchPlan) -> None:
    """Find shops on a marketplace's search pages; a page that cannot be read ends its word.

    Raises:
        InvalidInputError: No `{词}`, or a word that encoding cannot write.
    """
    check_template(plan.template)
    for word in plan.words:
        try:
            quoted = quote(word.encode(plan.encoding), safe="")
        except (UnicodeEncodeError, LookupError) as exc:
            raise InvalidInputError(f"“{word}”不能写成 {plan.encoding} 编码", cure="换一个 --encoding") from exc
        try:
            _look_at_word(look, asker, plan, template=_WORD.sub(quoted, plan.template), word=word)
        except (FetchError, RefusedError) as exc:
            look.problems.append(f"检索“{word}”：{exc.message}")


def _look_at_word(look: Look, asker: PoliteAsker, plan: SearchPlan, *, template: str, word: str) -> None:
    url, seen_bodies, seen_urls = _PAGE.sub("1", template), set[str](), set[str]()
    goods: dict[str, None] = {}
    hits = 0
    for number in range(1, plan.pages + 1):
        answer = _asked(asker, url)
        seen_urls.add(canonical_url(url))
        if answer.digests.sha256 in seen_bodies:
            break
        seen_bodies.add(answer.digests.sha256)
        look.places += 1
        doc, place, own = _document(answer), _place(answer, query=word), _site_key(answer.url)
        links = [link for link in links_in_page(doc) if not link.aside]
        found = sum(look.saw(link, place, own_site=own) for link in links)
        goods.update({link.url: None for link in links if _is_goods(link.url, own)})
        hits += found
        if _PAGE.search(template):
            if not found and not goods:
                break
            url = _PAGE.sub(str(number + 1), template)
        elif not (url := _next_page(doc, seen_urls)):
            break
    if not hits:
        hits = _look_at_goods(look, asker, list(goods)[: plan.goods], word=word)
    if not hits:
        look.problems.append(
            f"检索“{word}”的结果里没有网店链接（可能要靠浏览器脚本显示，或样式不识）：{template[:200]}"
        )


def _look_at_goods(look: Look, asker: PoliteAsker, urls: Sequence[str], *, word: str) -> int:
    """Shops named on the pages of goods, where the results do not name them."""
    hits = 0
    for url in urls:
        try:
            answer = _asked(asker, url)
            doc, place = _document(answer), _place(answer, query=word)
        except (FetchError, RefusedError) as exc:
            look.problems.append(f"检索“{word}”：{exc.message}")
            continue
        look.places += 1
        links = (link for link in links_in_page(doc) if not link.aside)
        hits += sum(look.saw(link, place, own_site=_site_key(answer.url)) for link in links)
    return hits


def _is_goods(url: str, own: str) -> bool:
    return kind_of_address(url) is PageKind.LISTING and _site_key(url) == own


def _next_page(doc: Document, seen: set[str]) -> str:
    for anchor in doc.anchors:
        said = "".join((anchor.text or anchor.title).split())
        if not (_NEXT.match(said) or "next" in (anchor.element.get("rel") or "").split()):
            continue
        url = doc.absolute(anchor.href)
        if url and origin_of(url) == doc.origin and canonical_url(url) not in seen:
            return url
    return ""


def look_at_declarations(look: Look, entities: Iterable[Entity], *, region: str, at: UtcDatetime) -> None:
    """Find the websites and shops entities declared in their annual reports (年报网站网店), of one region or of all."""
    for entity in entities:
        if region and not (entity.region_code or entity.code[2:8]).startswith(region):
            continue
        look.places += 1
        place = Place(name=f"register:{entity.code}", at=at, query=entity.status.value)
        for url in entity.shop_urls:
            if not look.saw(FoundLink(url=url, text=entity.name), place, region_code=entity.region_code):
                look.problems.append(f"{entity.name}（{entity.code}）申报的网址无法监测：{url[:100]}")


def look_at_platform(
    look: Look,
    shops: Sequence[Shop],
    *,
    pages_of: Callable[[Shop], Iterable[tuple[Document, Place]]],
    at: UtcDatetime,
) -> None:
    """Find sites of their own that shops already read on a platform lead to, by link or by words.

    What stands on the pages of many shops belongs to the platform, not to the shops, and is left out.
    """
    held: list[tuple[str, FoundLink, Place, str]] = []
    for shop in shops:
        own = _site_key(shop.url)
        for doc, place in pages_of(shop):
            look.places += 1
            held += [(shop.shop_id, link, place, own) for link in links_in_page(doc) if not link.aside]
        words = [block.text for block in shop.texts] + [contact.value for contact in shop.contacts]
        source = shop.sources[0] if shop.sources else None
        if source is not None:
            place = Place(name=source.url, at=at, sha256=source.page_sha256, sm3=source.page_sm3)
            held += [(shop.shop_id, link, place, own) for link in links_in_text("\n".join(words))]
    spread = Counter(key for _, key in {(shop_id, _site_key(link.url)) for shop_id, link, _, _ in held})
    furniture = max(_FURNITURE_SHOPS, len(shops) * _FURNITURE_SHARE)
    names = {shop.shop_id: shop.name for shop in shops}
    for shop_id, link, place, own in held:
        key = _site_key(link.url)
        if key and key != own and spread[key] < furniture:
            look.saw(FoundLink(url=link.url, text=link.text or names[shop_id]), place, own_site=own)


def _asked(asker: PoliteAsker, url: str) -> Asked:
    answer = asker.get(url, max_bytes=_MAX_PAGE_BYTES)
    if answer.status != 200:
        raise FetchError(f"服务器答复 {answer.status}：{url[:200]}", cure="核对网址，或稍后再试", url=url)
    return answer


def _place(answer: Asked, *, query: str = "") -> Place:
    return Place(name=answer.url, at=answer.at, sha256=answer.digests.sha256, sm3=answer.digests.sm3, query=query)


def _document(answer: Asked) -> Document:
    return document_of(answer.body, url=answer.url, content_type=answer.content_type, now=answer.at)


def _site_key(url: str) -> str:
    try:
        return site_address(absolute_url(url, url) or url, TargetKind.SITE).key
    except (InvalidInputError, RefusedError):
        return ""
