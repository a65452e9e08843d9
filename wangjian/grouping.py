"""Seller groups over everything surveyed: after stage 3, the shops that seem to be of one hand.

What shops are recognised by is kept from look to look, so that after a survey only the target's own shops are read
again, and nothing is compared when none of them shows anything new.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from matching.groups.linking import METHOD_VERSION
from matching.groups.remaking import Grouping, regroup
from matching.groups.texts import MarkedTexts
from matching.groups.traits import traits_of
from records.group_marks import ShopMarks
from records.groups import LinkPage
from records.market import Shop, Source
from records.ports import Services
from records.register import Match

__all__ = ["group_sellers"]

_BATCH = 200


def group_sellers(services: Services, *, target_id: str = "") -> Grouping:
    """Bring the stored groups to what all shops show. Again without anything new: nothing is written.

    With a target only its shops are read, all others are taken as they were kept. The first look, and the first after a
    change of method, reads everything.
    """
    known = {traits.shop_id for traits in services.groups.traits(METHOD_VERSION)} if target_id else set()
    grouped = {shop_id for group in services.groups.groups() for shop_id in group.shop_ids} if target_id else set()
    # Behind already: a look was cut off, perhaps the first before it had read everybody.
    whole = not target_id or not known or not grouped <= known or services.groups.unsettled()
    shops = services.survey.shops("" if whole else target_id)
    new = count = 0
    for some in _batches(shops):
        count += len(some)
        new += services.groups.save_marks([_marks_of(services, shop) for shop in some])
    if not whole and not new:
        return Grouping(shop_count=count, looked=False)
    return regroup(services)


def _marks_of(services: Services, shop: Shop) -> ShopMarks:
    match: Match | None = services.survey.match_of(shop.shop_id)
    texts = MarkedTexts()
    if shop.sources:
        texts.add(_page(shop.shop_id, shop.sources[-1]), shop.texts)
    for listing in services.survey.listings(shop.shop_id):
        texts.add(_page(listing.shop_id, listing.source), listing.texts)
    return ShopMarks(
        version=METHOD_VERSION,
        traits=traits_of(shop, match, pictures=_pictures_of(services, shop)),
        text_pages=tuple(texts.pages),
        sentences=tuple(texts.sentences),
    )


def _pictures_of(services: Services, shop: Shop) -> Sequence[str]:
    """Each picture once, by its bytes; one that was not fetched says nothing."""
    found = services.licences.pictures(shop_id=shop.shop_id)
    return sorted({picture.image.sha256 for picture in found if picture.image is not None})


def _page(shop_id: str, source: Source) -> LinkPage:
    return LinkPage(shop_id=shop_id, page_id=source.page_id, page_sha256=source.page_sha256, url=source.url)


def _batches(shops: Iterable[Shop]) -> Iterator[list[Shop]]:
    some: list[Shop] = []
    for shop in shops:
        some.append(shop)
        if len(some) == _BATCH:
            yield some
            some = []
    yield some
