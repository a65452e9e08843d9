"""What every engine asks of a query before it answers: its limits, its words, where its page begins."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from pydantic import TypeAdapter

from records.errors import InvalidInputError
from records.search import Facet, FacetCount, SearchDocument, SearchQuery, SearchSort
from records.search_fold import fold
from records.search_syntax import Tree, highlighted_words, parse_query

__all__ = [
    "DEEPEST",
    "MOST_FACET_VALUES",
    "MOST_SUGGESTIONS",
    "Asked",
    "check_documents",
    "check_suggestion",
    "cursor_at",
    "key_of",
    "facets_of",
    "ranked",
    "words_of",
]

MOST_FACET_VALUES = 1_000
"""How many values of a facet are counted; the largest come first."""

MOST_SUGGESTIONS = 50

DEEPEST = 10_000
"""Hits that can be reached by counting from the first."""

_MOST_HITS = 200
_LONGEST = 1_000
_LONGEST_TYPED = 100

Key = tuple[float, str]

_FACET_COUNTS = TypeAdapter(tuple[FacetCount, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A query that was read: its tree, the words to show it for, and the (sort value, doc_id) its page comes after."""

    query: SearchQuery
    tree: Tree
    words: tuple[str, ...]
    after: Key | None

    @classmethod
    def read(cls, query: SearchQuery) -> Asked:
        """Refuse what no backend answers.

        Raises:
            InvalidInputError: limit outside 1..200, a page beyond 10,000 hits, a text too long or one that cannot be
                read (with the place), a cursor that is none of this order.
        """
        if not 1 <= query.limit <= _MOST_HITS:
            raise InvalidInputError(f"每页条数 {query.limit} 不可用", cure=f"应为 1 到 {_MOST_HITS}")
        if query.offset < 0 or query.offset + query.limit > DEEPEST:
            raise InvalidInputError(
                f"翻页过深：第 {query.offset} 条起", cure=f"只能看前 {DEEPEST} 条，请加条件缩小范围"
            )
        if query.after and query.offset:
            raise InvalidInputError("翻页位置与起始条数不能同时给出", cure="只用其中一个")
        if len(query.text) > _LONGEST:
            raise InvalidInputError(f"检索词过长：{len(query.text)} 字", cure=f"不超过 {_LONGEST} 字")
        tree = parse_query(query.text)
        return cls(query=query, tree=tree, words=highlighted_words(tree), after=_read_cursor(query))


def check_suggestion(facet: Facet, typed: str, limit: int) -> str:
    """What was typed of a facet value, folded.

    Raises:
        InvalidInputError: limit outside 1..50 or the text too long.
    """
    if not 1 <= limit <= MOST_SUGGESTIONS or len(typed) > _LONGEST_TYPED:
        raise InvalidInputError(
            f"字段 {facet.value} 的联想条件不可用", cure=f"条数 1 到 {MOST_SUGGESTIONS}，不超过 {_LONGEST_TYPED} 字"
        )
    return fold(typed.strip())


def key_of(document: SearchDocument, sort: SearchSort) -> float:
    """What a document is ordered by, largest first."""
    return document.priority_score if sort is SearchSort.PRIORITY else document.at_epoch


def ranked(counted: Mapping[str, int], most: int, *, chosen: Collection[str] = ()) -> tuple[FacetCount, ...]:
    """The largest counts first, equal ones by value; of the rest those that were chosen.

    >>> [one.value for one in ranked({"b": 1, "a": 1, "c": 2}, 2)]
    ['c', 'a']
    >>> [one.value for one in ranked({"b": 1, "a": 1, "c": 2}, 1, chosen=("b",))]
    ['c', 'b']
    """
    order = sorted(counted.items())
    order.sort(key=itemgetter(1), reverse=True)  # equal counts stay by value
    shown = [*order[:most], *(one for one in order[most:] if one[0] in chosen)] if chosen else order[:most]
    return _FACET_COUNTS.validate_python([{"value": value, "count": count} for value, count in shown])


def facets_of(
    query: SearchQuery, counted: Mapping[Facet, Mapping[str, int]], *, sizes: Mapping[Facet, int] | None = None
) -> dict[str, Any]:
    """`facets` and `facet_sizes` of a result; `sizes` where not all values that have results were counted out."""
    sizes = sizes or {facet: len(counts) for facet, counts in counted.items()}
    if not query.most_values:
        return {"facets": {facet: ranked(counted[facet], MOST_FACET_VALUES) for facet in query.count_facets}}
    most = min(query.most_values, MOST_FACET_VALUES)
    return {
        "facets": {
            facet: ranked(counted[facet], most, chosen=query.filters.get(facet, ())) for facet in query.count_facets
        },
        "facet_sizes": {facet: min(sizes[facet], MOST_FACET_VALUES) for facet in query.count_facets},
    }


def cursor_at(sort: SearchSort, key: Key) -> str:
    """Where the next page begins, as one word."""
    return base64.urlsafe_b64encode(json.dumps([sort.value, *key]).encode()).decode()


def _read_cursor(query: SearchQuery) -> Key | None:
    if not query.after:
        return None
    try:
        sort, key, doc_id = json.loads(base64.urlsafe_b64decode(query.after.encode()))
        if sort == query.sort.value and isinstance(key, int | float) and isinstance(doc_id, str):
            return key, doc_id
    except (ValueError, TypeError, binascii.Error):
        pass  # told below
    raise InvalidInputError("翻页位置不可用", cure="从第一页重新检索")


def check_documents(documents: Iterable[SearchDocument]) -> None:
    """Refuse what only some engines store: half of a surrogate pair, which is no character.

    Raises:
        InvalidInputError: As said; the document is named.
    """
    for document in documents:
        try:
            (document.title + document.text).encode()
        except UnicodeEncodeError as exc:
            raise InvalidInputError(
                f"文档 {document.doc_id} 含有不成字符的编码（半个代理对），未写入", doc_id=document.doc_id
            ) from exc


def words_of(text: str) -> tuple[str, ...]:
    """The folded words a query's results are shown for, each once; raises as `parse_query`.

    >>> words_of('玛咖 "七天 无理由" ＡＢ')
    ('玛咖', '七天 无理由', 'ab')
    """
    return highlighted_words(parse_query(text))
