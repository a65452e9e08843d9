"""The port of history: what was there when, kept beside the survey's own records."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from records.history import AddressRules, PageVersion, RunChanges, ShopVersion
from records.market import Listing, Shop
from records.survey import Page

__all__ = ["HistoryStore"]


class HistoryStore(Protocol):
    """Versions are written by `SurveyStore.complete` and `finish_run`, in their transactions; here they are read."""

    def page_versions(self, target_id: str, canonical_url: str) -> tuple[PageVersion, ...]:
        """Oldest first; empty for a page never read."""
        ...

    def stored_page(self, target_id: str, canonical_url: str) -> tuple[Page, datetime] | None:
        """The last visit that read the page, and when its bytes last came whole; None when it never was read, or was
        gone since."""
        ...

    def known_urls(self, target_id: str) -> tuple[str, ...]:
        """Listing pages that were seen and are not gone, as they were last asked for, by canonical address."""
        ...

    def shop_versions(self, shop_id: str) -> tuple[ShopVersion, ...]:
        """Oldest first; empty when no run that saw the shop has ended."""
        ...

    def shop_at(self, shop_id: str, when: datetime) -> Shop | None:
        """The shop as it was known at a time; None when it had not been seen yet. Raises NotFoundError."""
        ...

    def listing_at(self, listing_id: str, when: datetime) -> Listing | None:
        """As `shop_at`, of a listing."""
        ...

    def run_changes(self, run_id: str) -> RunChanges:
        """Raises NotFoundError."""
        ...

    def run_changed(self, run_id: str) -> bool:
        """Whether a run found anything new, changed or gone among shops, listings, licence and rules pages."""
        ...

    def address_rules(self, origin: str) -> AddressRules:
        """What was learned of an origin's addresses; no rules when nothing was."""
        ...

    def all_address_rules(self) -> tuple[AddressRules, ...]:
        """By origin."""
        ...

    def save_address_rules(self, rules: AddressRules) -> None: ...
