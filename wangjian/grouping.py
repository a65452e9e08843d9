"""Seller groups over everything surveyed: after stage 3, the shops that seem to be of one hand."""

from __future__ import annotations

from dataclasses import dataclass

from matching.groups.keeping import kept_groups
from matching.groups.linking import Linkage, link_shops
from matching.groups.texts import TextIndex
from matching.groups.traits import traits_of
from records.groups import HeldBack, LinkPage, SellerGroup
from records.market import Shop, Source
from records.ports import Services

__all__ = ["Grouping", "group_sellers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """What one look gave: groups written anew or changed, and the values held back as too common."""

    shop_count: int
    changed: tuple[SellerGroup, ...]
    held_back: tuple[HeldBack, ...]
    common_texts: int


def group_sellers(services: Services) -> Grouping:
    """Look at all shops, their matches and their listings' texts, and bring the stored groups to what they say. Again
    without anything new: nothing is written."""
    shops = list(services.survey.shops())
    matches = {match.shop_id: match for match in services.survey.matches()}
    texts = _texts_of(services, shops)
    linkage: Linkage = link_shops(
        [traits_of(shop, matches.get(shop.shop_id)) for shop in shops], texts.shared()
    )  # fmt: skip
    now = services.clock()
    changed = services.groups.regroup(lambda known: kept_groups(known, linkage.clusters, now=now))
    return Grouping(
        shop_count=len(shops), changed=changed, held_back=linkage.held_back, common_texts=texts.common_count
    )


def _texts_of(services: Services, shops: list[Shop]) -> TextIndex:
    texts = TextIndex()
    for shop in shops:
        if shop.sources:
            texts.add(_page(shop.shop_id, shop.sources[-1]), shop.texts)
    for listing in services.survey.listings():
        texts.add(_page(listing.shop_id, listing.source), listing.texts)
    return texts


def _page(shop_id: str, source: Source) -> LinkPage:
    return LinkPage(shop_id=shop_id, page_id=source.page_id, page_sha256=source.page_sha256, url=source.url)
