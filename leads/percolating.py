"""Whether one document is what a query asks for, decided here and not in an engine.

Alerts ask every saved search of every new lead; done in code it is the same on each engine, also while it is away.
"""

from __future__ import annotations

from collections.abc import Mapping

from records.search import Facet, SearchDocument, SearchQuery
from records.search_fields import Condition, HasValue, Identified, InCounties, InRegion
from records.search_fold import fold
from records.search_syntax import AllOf, AnyOf, NoneOf, Phrase, Tree, parse_query

__all__ = ["Percolator"]


class Percolator:
    """One query, read once and asked of many documents.

    Raises:
        InvalidInputError: The query cannot be read.
    """

    def __init__(self, query: SearchQuery) -> None:
        self._query = query
        self._tree = parse_query(query.text)

    def fits(self, document: SearchDocument) -> bool:
        """Whether the engine would give this document for the query."""
        query = self._query
        return (
            document.kind is query.kind
            and document.region_code.startswith(query.region_scope)
            and all(_has(document.facets, facet, values) for facet, values in query.filters.items())
            and _Reader(document).holds(self._tree)
        )


class _Reader:
    """A document with its texts folded once."""

    def __init__(self, document: SearchDocument) -> None:
        self._document = document
        self._title = fold(document.title)
        self._text = fold(document.text)

    def holds(self, tree: Tree) -> bool:
        if isinstance(tree, Phrase):
            return tree.word in self._title or (not tree.title_only and tree.word in self._text)
        if isinstance(tree, AllOf):
            return all(self.holds(part) for part in tree.parts)
        if isinstance(tree, AnyOf):
            return any(self.holds(part) for part in tree.parts)
        if isinstance(tree, NoneOf):
            return not self.holds(tree.part)
        return self._condition(tree)

    def _condition(self, tree: Condition) -> bool:
        document = self._document
        if isinstance(tree, HasValue):
            return _has(document.facets, tree.facet, tree.values)
        if isinstance(tree, InRegion):
            return document.region_code.startswith(tree.prefixes)
        if isinstance(tree, InCounties):
            return document.region_code in tree.codes
        if isinstance(tree, Identified):
            return document.doc_id in tree.doc_ids
        value: float = getattr(document, tree.field.value)
        return (tree.least is None or value >= tree.least) and (tree.most is None or value <= tree.most)


def _has(facets: Mapping[Facet, tuple[str, ...]], facet: Facet, values: tuple[str, ...]) -> bool:
    return not set(values).isdisjoint(facets.get(facet, ()))
