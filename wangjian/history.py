"""What an officer asks of history: the versions of a shop, a listing or a page, and what differs between two."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from crawlers.addresses import canonical_url
from crawlers.archive.reading import page_bytes
from crawlers.decoding import decode_body
from crawlers.document import Document
from records.base import Record, UtcDatetime, stable_id
from records.differences import listing_differences, shop_differences, text_differences
from records.errors import InvalidInputError, NotFoundError
from records.history import Difference, PageVersion
from records.market import Source
from records.ports import Services
from records.survey import Page

__all__ = ["Comparison", "Subject", "VersionLine", "compare", "find_subject", "number_at"]


class VersionLine(Record):
    """One version: its number, when it was seen, when it was found gone, and the page it was read on."""

    number: int
    first_seen_at: UtcDatetime
    last_seen_at: UtcDatetime
    gone_at: UtcDatetime | None = None
    page_id: str = ""
    what: str = ""


class Subject(Record):
    """What is asked for: `kind` is 商品, 网店 or 网页, `key` its identifier (of a page: its address), oldest version
    first."""

    kind: str
    key: str
    url: str
    target_id: str = ""
    versions: tuple[VersionLine, ...]


class Comparison(Record):
    """What differs between two versions of a subject."""

    subject: Subject
    from_number: int
    to_number: int
    differences: tuple[Difference, ...]


def find_subject(services: Services, name: str, *, as_page: bool = False) -> Subject:
    """The shop, listing or page of an identifier or an address; of an address the listing before the shop, the shop
    before the page.

    Args:
        as_page: The page itself is meant: its readable text, not the statements drawn from it.

    Raises:
        NotFoundError: Nothing is known by that name.
    """
    if name.startswith("page_"):
        page = services.survey.page(name)
        return _page_subject(services, page.canonical_url or canonical_url(page.url))
    if not name.startswith(("http://", "https://")):
        found = _shop_subject(services, name) or _listing_subject(services, name)
        if found is None:
            raise NotFoundError(f"没有这个网店、商品或网页：{name[:200]}", cure="给出网址，或 survey 命令显示的编号")
        return found
    address = canonical_url(name)
    if not as_page:
        found = _listing_subject(services, stable_id("listing", address)) or _shop_subject(
            services, stable_id("shop", address)
        )
        if found is not None:
            return found
    return _page_subject(services, address)


def number_at(subject: Subject, when: datetime) -> int:
    """The number of the version in force at a time; the first when it was seen only later."""
    seen = [version.number for version in subject.versions if version.first_seen_at <= when]
    return seen[-1] if seen else subject.versions[0].number


def compare(services: Services, subject: Subject, from_number: int, to_number: int) -> Comparison:
    """What differs between two versions.

    Raises:
        InvalidInputError: There is no version of that number.
    """
    for number in (from_number, to_number):
        if number not in {version.number for version in subject.versions}:
            raise InvalidInputError(
                f"没有第 {number} 版", cure=f"现有第 {subject.versions[0].number} 至 {subject.versions[-1].number} 版"
            )
    if subject.kind == "商品":
        listings = services.survey.listing_versions(subject.key)
        found = listing_differences(listings[from_number - 1], listings[to_number - 1])
    elif subject.kind == "网店":
        shops = {version.number: version.shop for version in services.history.shop_versions(subject.key)}
        found = shop_differences(shops[from_number], shops[to_number])
    else:
        found = _page_differences(services, subject, from_number, to_number)
    return Comparison(subject=subject, from_number=from_number, to_number=to_number, differences=found)


def _listing_subject(services: Services, listing_id: str) -> Subject | None:
    try:
        versions = services.survey.listing_versions(listing_id)
    except NotFoundError:
        return None
    lines = tuple(
        VersionLine(
            number=number, first_seen_at=one.first_seen_at, last_seen_at=one.last_seen_at, gone_at=one.gone_at,
            page_id=one.source.page_id, what=one.title,
        )
        for number, one in enumerate(versions, start=1)
    )  # fmt: skip
    return Subject(kind="商品", key=listing_id, url=versions[-1].url, target_id=versions[-1].target_id, versions=lines)


def _shop_subject(services: Services, shop_id: str) -> Subject | None:
    versions = services.history.shop_versions(shop_id)
    if not versions:
        return None
    lines = tuple(
        VersionLine(
            number=one.number, first_seen_at=one.first_seen_at, last_seen_at=one.last_seen_at,
            page_id=one.shop.sources[0].page_id if one.shop.sources else "", what=one.shop.name,
        )
        for one in versions
    )  # fmt: skip
    shop = versions[-1].shop
    return Subject(kind="网店", key=shop_id, url=shop.url, target_id=shop.target_id, versions=lines)


def _page_subject(services: Services, address: str) -> Subject:
    for target in services.survey.targets():
        if versions := services.history.page_versions(target.target_id, address):
            return Subject(
                kind="网页", key=address, url=address, target_id=target.target_id,
                versions=tuple(_page_line(version) for version in versions),
            )  # fmt: skip
    raise NotFoundError(f"没有采集过这个网址：{address[:200]}", cure="wangjian survey run URL", url=address)


def _page_line(version: PageVersion) -> VersionLine:
    return VersionLine(
        number=version.number, first_seen_at=version.first_seen_at, last_seen_at=version.last_seen_at,
        gone_at=version.gone_at, page_id=version.first_page_id, what=version.content_sha256[:12],
    )  # fmt: skip


def _page_differences(services: Services, subject: Subject, from_number: int, to_number: int) -> tuple[Difference, ...]:
    by_number = {version.number: version.page_id for version in subject.versions}
    old, new = (services.survey.page(by_number[number]) for number in (from_number, to_number))
    texts = [_lines(services, page) for page in (old, new)]
    return text_differences("页面文字", texts[0], texts[1], sources=(_source(old), _source(new)))


def _lines(services: Services, page: Page) -> Sequence[str]:
    root = services.archive
    body = page_bytes(root, page, blob=services.blobs.get)
    content_type = next((value for name, value in page.headers if name.lower() == "content-type"), "")
    decoded = decode_body(body, content_type="text/html; charset=utf-8" if page.rendered else content_type)
    doc = Document(page=page, target=services.survey.target(page.target_id), markup=decoded.text)
    return [doc.title, *(block.text for block in doc.blocks if not block.hidden)]


def _source(page: Page) -> Source | None:
    if page.body is None:
        return None
    return Source(
        page_id=page.page_id, page_sha256=page.body.sha256, page_sm3=page.body.sm3, url=page.final_url,
        seen_at=page.fetched_at,
    )  # fmt: skip
