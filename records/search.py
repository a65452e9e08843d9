"""What is asked of a search index and what it answers, in no backend's language."""

from __future__ import annotations

from enum import StrEnum

from records.base import Record

__all__ = [
    "Facet",
    "FacetCount",
    "Highlight",
    "SearchDocument",
    "SearchHit",
    "SearchInterval",
    "SearchKind",
    "SearchQuery",
    "SearchResult",
    "SearchSort",
]


class SearchKind(StrEnum):
    """What is indexed."""

    LEAD = "lead"
    SHOP = "shop"
    LISTING = "listing"
    FINDING = "finding"
    PAGE = "page"


class Facet(StrEnum):
    """Fields that can be filtered on and counted. Each holds a list of exact strings."""

    RULE = "rule"
    SEVERITY = "severity"
    STATE = "state"
    CATEGORY = "category"
    REGION = "region"
    OFFICE = "office"
    TARGET = "target"
    ASSIGNEE = "assignee"
    DECISION = "decision"
    VERDICT = "verdict"
    SPEAKER = "speaker"
    SHOP = "shop"
    PAGE_KIND = "page_kind"


class SearchDocument(Record):
    """One thing to be found. `text` is searched by exact substring (two characters and more, also one);
    `version` only grows: an older version never replaces a newer one. `url` is shown with a hit, not searched."""

    doc_id: str
    kind: SearchKind
    title: str
    text: str
    url: str = ""
    facets: dict[Facet, tuple[str, ...]] = {}
    region_code: str = ""
    priority_score: float = 0.0
    at_epoch: int = 0
    version: int = 1


class SearchSort(StrEnum):
    """Orders; all end in doc_id so that they are total."""

    PRIORITY = "priority"
    NEWEST = "newest"


class SearchInterval(StrEnum):
    """Widths of the columns of a date histogram, in days of Asia/Shanghai; weeks begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class SearchQuery(Record):
    """What is asked.

    Args:
        text: Words and conditions as `records.search_syntax` reads them; empty: everything.
        filters: Values of one facet are alternatives, facets are joined by and.
        region_scope: A prefix of GB/T 2260 the person asking is held to.
        count_facets: Which facets to count.
        most_values: Of each facet the values with the largest counts, and the chosen ones; 0 for up to 1,000.
        histogram: How to count the results by time, if at all.
        limit: Hits of a page, 1 to 200.
        offset: Hits to leave out; offset + limit at most 10,000.
        after: The `next_cursor` of the page before, for any depth; then no offset.
    """

    kind: SearchKind
    text: str = ""
    filters: dict[Facet, tuple[str, ...]] = {}
    region_scope: str = ""
    count_facets: tuple[Facet, ...] = ()
    most_values: int = 0
    histogram: SearchInterval | None = None
    sort: SearchSort = SearchSort.PRIORITY
    limit: int = 50
    offset: int = 0
    after: str = ""


class Highlight(Record):
    """A piece of the text with the [start, end) of each hit in it, in code points."""

    text: str
    hits: tuple[tuple[int, int], ...]


class SearchHit(Record):
    """One thing found, and the page it was read from."""

    doc_id: str
    title: str
    url: str = ""
    highlights: tuple[Highlight, ...] = ()


class FacetCount(Record):
    """How many results a facet value would give, the filter on that facet itself left aside."""

    value: str
    count: int


class SearchResult(Record):
    """A page of hits, the exact total, and counts (largest first, then by value); `facet_sizes` says how many values,
    1,000 at most, have results where fewer were asked for. `histogram` has the first day of each
    column that is not empty, in order; `next_cursor` is empty on the last page."""

    total: int
    hits: tuple[SearchHit, ...]
    facets: dict[Facet, tuple[FacetCount, ...]] = {}
    facet_sizes: dict[Facet, int] = {}
    histogram: tuple[FacetCount, ...] = ()
    next_cursor: str = ""
