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


class SearchDocument(Record):
    """One thing to be found. `text` is searched by exact substring (two characters and more, also one);
    `version` only grows: an older version never replaces a newer one."""

    doc_id: str
    kind: SearchKind
    title: str
    text: str
    facets: dict[Facet, tuple[str, ...]] = {}
    region_code: str = ""
    priority_score: float = 0.0
    at_epoch: int = 0
    version: int = 1


class SearchSort(StrEnum):
    """Orders; all end in doc_id so that they are total."""

    PRIORITY = "priority"
    NEWEST = "newest"


class SearchQuery(Record):
    """Words (all must occur, each as an exact substring; "…" quotes keep spaces), filters (values of one facet are
    alternatives, facets are joined by and), a region scope (prefix of GB/T 2260), and which facets to count."""

    kind: SearchKind
    text: str = ""
    filters: dict[Facet, tuple[str, ...]] = {}
    region_scope: str = ""
    count_facets: tuple[Facet, ...] = ()
    sort: SearchSort = SearchSort.PRIORITY
    limit: int = 50
    offset: int = 0


class Highlight(Record):
    """A piece of the text with the [start, end) of each hit in it, in code points."""

    text: str
    hits: tuple[tuple[int, int], ...]


class SearchHit(Record):
    """One thing found."""

    doc_id: str
    title: str
    highlights: tuple[Highlight, ...] = ()


class FacetCount(Record):
    """How many results a facet value would give, the filter on that facet itself left aside."""

    value: str
    count: int


class SearchResult(Record):
    """A page of hits, the exact total, and counts (largest first, then by value)."""

    total: int
    hits: tuple[SearchHit, ...]
    facets: dict[Facet, tuple[FacetCount, ...]] = {}
