"""What a shop or a listing showed at two visits, held against each other as one person may see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from offices.market_desk import MarketDesk
from offices.masking import mask_shop
from records.differences import listing_differences, shop_differences
from records.errors import NotFoundError
from records.evidence import Capture, CaptureState
from records.history import Difference
from records.market import Listing, Shop
from records.people import Permission

__all__ = ["Visit", "VisitDesk", "VisitsCompared"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A stretch of visits with the same content; `number` counts from 1, the oldest."""

    number: int
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitsCompared:
    """Two stretches and what differs, the older first. `captures`: sealed captures of the same address, newest first;
    empty for who may not read evidence. With one stretch alone both are it, and nothing differs."""

    name: str
    url: str
    visits: tuple[Visit, ...]
    older: Visit
    newer: Visit
    differences: tuple[Difference, ...]
    captures: tuple[Capture, ...]


class VisitDesk(MarketDesk):
    """The part of the market desk that looks back."""

    def listing(self, listing_id: str, *, first: int, second: int) -> VisitsCompared:
        """Two versions of a listing by number; numbers that are none: the last two.

        Raises:
            NotFoundError: No such listing in this region.
            PermissionRefusedError: May not read the survey.
        """
        file = self.listing_file(listing_id)
        versions = file.versions or (file.listing,)
        visits = tuple(_visit(place, one.first_seen_at, one.last_seen_at) for place, one in enumerate(versions))

        def differ(old: int, new: int) -> tuple[Difference, ...]:
            before: Listing = versions[old - 1]
            return listing_differences(before, versions[new - 1])

        return self._compared(file.listing.title, file.listing.url, visits, differ=differ, wanted=(first, second))

    def shop(self, shop_id: str, *, first: int, second: int) -> VisitsCompared:
        """The same of a shop; persons and contacts masked unless one may read them. While no run that saw it has ended
        there is but one version. Raises as `listing`."""
        self.need(Permission.SURVEY_READ)
        shop, _ = self.scoped_shop(shop_id)
        versions = self._services.history.shop_versions(shop_id)
        spans = [(one.first_seen_at, one.last_seen_at) for one in versions] or [(shop.first_seen_at, shop.last_seen_at)]
        visits = tuple(_visit(place, first_at, last_at) for place, (first_at, last_at) in enumerate(spans))
        shown: Callable[[Shop], Shop] = (lambda one: one) if self.may(Permission.PERSONAL_READ) else mask_shop

        def differ(old: int, new: int) -> tuple[Difference, ...]:
            return shop_differences(shown(versions[old - 1].shop), shown(versions[new - 1].shop))

        return self._compared(shop.name, shop.url, visits, differ=differ, wanted=(first, second))

    def _compared(
        self,
        name: str,
        url: str,
        visits: Sequence[Visit],
        *,
        differ: Callable[[int, int], tuple[Difference, ...]],
        wanted: tuple[int, int],
    ) -> VisitsCompared:
        last = len(visits)
        numbers = sorted(one for one in set(wanted) if 1 <= one <= last)
        old, new = numbers if len(numbers) == 2 else (max(1, last - 1), last)
        return VisitsCompared(
            name=name,
            url=url,
            visits=tuple(visits),
            older=visits[old - 1],
            newer=visits[new - 1],
            differences=differ(old, new) if old != new else (),
            captures=self._captures_of(url),
        )

    def _captures_of(self, url: str) -> tuple[Capture, ...]:
        if not self.may(Permission.EVIDENCE_READ):
            return ()
        return tuple(one for one in self._services.evidence.captures() if one.url == url and self._sees_capture(one))

    def _sees_capture(self, capture: Capture) -> bool:
        if capture.package is None or capture.state is CaptureState.RUNNING:
            return False
        try:
            return bool(capture.lead_id and self.scoped_lead(capture.lead_id))
        except NotFoundError:
            return False


def _visit(place: int, first_seen_at: datetime, last_seen_at: datetime) -> Visit:
    return Visit(number=place + 1, first_seen_at=first_seen_at, last_seen_at=last_seen_at)
