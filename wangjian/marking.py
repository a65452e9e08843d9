"""Marks of all records, made anew or with each batch the index is told of."""

from __future__ import annotations

from dataclasses import dataclass, field

import structlog

from leads.marking import finding_mark, lead_mark
from records.leads import Finding, Lead
from records.market import Listing, Shop
from records.ports import Services
from records.statistics import FindingMark, LeadMark, ListingMark, Marks, ShopMark, day_number

__all__ = ["MarkMaker", "rebuild_marks", "rebuild_where_none"]

_log = structlog.get_logger(__name__)
_BATCH = 1000


@dataclass(kw_only=True)
class MarkMaker:
    """Gathers marks as records are read for something else."""

    services: Services
    leads: list[LeadMark] = field(default_factory=list)
    shops: list[ShopMark] = field(default_factory=list)
    listings: list[ListingMark] = field(default_factory=list)
    findings: list[FindingMark] = field(default_factory=list)

    def lead(self, lead: Lead, target_id: str) -> None:
        """Of a lead; its events are read only where somebody has done something with it."""
        events = self.services.leads.lead_events(lead.lead_id) if lead.version > 1 else ()
        self.leads.append(lead_mark(lead, events, target_id=target_id))

    def finding(self, finding: Finding) -> None:
        """Of a finding."""
        self.findings.append(finding_mark(finding))

    def shop(self, shop: Shop, region_code: str) -> None:
        """Of a shop and where it belongs."""
        self.shops.append(
            ShopMark(
                shop_id=shop.shop_id,
                target_id=shop.target_id,
                region_code=region_code,
                first_day=day_number(shop.first_seen_at),
                last_day=day_number(shop.last_seen_at),
                unread=bool(shop.unread) or not shop.front_page_read,
            )
        )

    def listing(self, listing: Listing, first_seen: int | None = None) -> None:
        """Of a listing. Its newest version tells when that was first seen; the oldest one tells when it was."""
        self.listings.append(
            ListingMark(
                listing_id=listing.listing_id,
                shop_id=listing.shop_id,
                category=listing.category.value,
                first_day=first_seen if first_seen is not None else self._first_day(listing),
                last_day=day_number(listing.last_seen_at),
            )
        )

    def keep(self) -> None:
        """Write what was gathered, and forget it here."""
        marks = Marks(
            leads=tuple(self.leads),
            shops=tuple(self.shops),
            listings=tuple(self.listings),
            findings=tuple(self.findings),
        )
        self.services.figures.keep(marks)
        for some in (self.leads, self.shops, self.listings, self.findings):
            some.clear()

    def _first_day(self, listing: Listing) -> int:
        versions = self.services.survey.listing_versions(listing.listing_id)
        return min(day_number(version.first_seen_at) for version in versions)


def rebuild_marks(services: Services) -> dict[str, int]:
    """Make all marks anew from the records; how many of each. Figures counted meanwhile lack what is not made yet."""
    from offices.desk import region_of_shop

    services.figures.clear()
    making = MarkMaker(services=services)
    targets: dict[str, str] = {}
    for number, shop in enumerate(services.survey.shops(), 1):
        targets[shop.shop_id] = shop.target_id
        making.shop(shop, region_of_shop(services, shop, services.survey.match_of(shop.shop_id)))
        _keep_every(making, number)
    for number, listing in enumerate(services.survey.listings(), 1):
        making.listing(listing)
        _keep_every(making, number)
    for number, finding in enumerate(services.leads.findings(), 1):
        making.finding(finding)
        _keep_every(making, number)
    for number, lead in enumerate(services.leads.leads(), 1):
        making.lead(lead, targets.get(lead.shop_id, ""))
        _keep_every(making, number)
    making.keep()
    return dict(services.figures.counted())


def rebuild_where_none(services: Services) -> None:
    """Make the marks of a database that was filled before there were any."""
    if any(services.figures.counted().values()):
        return
    if next(iter(services.survey.shops()), None) is not None:
        _log.info("marks_rebuilt", **rebuild_marks(services))


def _keep_every(making: MarkMaker, number: int) -> None:
    if number % _BATCH == 0:
        making.keep()
