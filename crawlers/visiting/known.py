"""Rows of what earlier runs knew, so that what nothing links to any more is asked for all the same."""

from __future__ import annotations

from crawlers.visiting.rows import row_for
from crawlers.visiting.visit import Visit
from records.survey import FrontierRow, PageKind

__all__ = ["known_rows"]

_PRIORITY = 45


def known_rows(visit: Visit) -> tuple[FrontierRow, ...]:
    """Listing pages of earlier runs, behind what the site itself leads to: one that nothing links to any more is asked
    for all the same, so that a listing taken down is a fact with a time and not a silence."""
    history = visit.parts.history
    if history is None:
        return ()
    rows = (
        row_for(visit.run_id, visit.addresses.clean(url), PageKind.LISTING, depth=1, found_on="")
        for url in history.known_urls(visit.target.target_id)
    )
    return tuple(row.model_copy(update={"priority": _PRIORITY}) for row in rows if visit.in_scope(row.canonical_url))
