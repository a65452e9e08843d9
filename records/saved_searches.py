"""Searches that are kept under a name, and the alerts they raise for new leads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from records.base import Record, UtcDatetime
from records.search import SearchQuery

__all__ = ["SavedSearch", "SavedSearchStore", "SearchAlert"]


class SavedSearch(Record):
    """保存的检索. `query` holds its author's region scope, so that alerts never show what the author may not see.

    Attributes:
        shared: Everybody may run it and see its alerts (within their own region); only the owner changes it.
        alerting: New leads that fit are noted.
        saved_at: Leads found first before it are not new to it.
    """

    search_id: str
    name: str
    owner: str
    shared: bool = False
    alerting: bool = True
    query: SearchQuery
    saved_at: UtcDatetime


class SearchAlert(Record):
    """A new lead fitted a saved search; one alert a search and lead, whatever becomes of the lead."""

    search_id: str
    lead_id: str
    title: str
    region_code: str = ""
    at: UtcDatetime
    seen_at: UtcDatetime | None = None


class SavedSearchStore(Protocol):
    """Saved searches and their alerts."""

    def save_search(self, search: SavedSearch) -> None:
        """Keep or change. Raises ConflictError when the owner has another one of that name."""
        ...

    def search(self, search_id: str) -> SavedSearch:
        """Raises NotFoundError."""
        ...

    def searches(self, owner: str = "") -> tuple[SavedSearch, ...]:
        """Those of an owner and those that are shared (all without an owner), by name, then owner."""
        ...

    def delete_search(self, search_id: str) -> bool:
        """Forget it with its alerts; False when there was none."""
        ...

    def save_alerts(self, alerts: Sequence[SearchAlert]) -> int:
        """How many were new; one that is there stays as it is. Alerts of a search that is gone are left out."""
        ...

    def alerts(self, search_id: str, *, unseen: bool = False) -> tuple[SearchAlert, ...]:
        """Newest first, then by lead."""
        ...

    def mark_seen(self, search_id: str, at: datetime) -> int:
        """Every alert of the search not yet seen is; how many were not."""
        ...
