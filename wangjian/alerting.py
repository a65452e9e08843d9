"""Alerts of saved searches: each new lead is held against each of them, in code and so alike on every engine."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from leads.percolating import Percolator
from records.errors import InvalidInputError
from records.ports import Services
from records.saved_searches import SavedSearch, SearchAlert
from records.search import SearchDocument, SearchKind

__all__ = ["note_alerts"]


def note_alerts(services: Services, documents: Sequence[SearchDocument]) -> int:
    """Note which of these leads are new to a saved search and fit it; how many alerts that made. Again: none."""
    leads = [document for document in documents if document.kind is SearchKind.LEAD]
    searches = [search for search in services.searches.searches() if search.alerting] if leads else []
    if not searches:
        return 0
    found = {lead.doc_id: services.leads.lead(lead.doc_id).first_seen_at for lead in leads}
    alerts: list[SearchAlert] = []
    for search in searches:
        fresh = [lead for lead in leads if found[lead.doc_id] >= search.saved_at]
        alerts += [
            SearchAlert(
                search_id=search.search_id,
                lead_id=lead.doc_id,
                title=lead.title,
                region_code=lead.region_code,
                at=services.clock(),
            )
            for lead in _fitting(search, fresh)
        ]
    return services.searches.save_alerts(alerts)


def _fitting(search: SavedSearch, leads: Sequence[SearchDocument]) -> list[SearchDocument]:
    try:
        percolator = Percolator(search.query)
    except InvalidInputError as exc:  # written for an older syntax: it must not hold up the others
        structlog.get_logger().warning("saved_search_unreadable", search=search.search_id, problem=exc.message)
        return []
    return [lead for lead in leads if percolator.fits(lead)]
