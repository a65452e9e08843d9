"""How documents lie in Elasticsearch: the mapping, its version in the index's name, a document as lines of a bulk.

It needs no module beyond the server: no scripts, no delete by query, no analyzer but `whitespace` and `stop`, no
`GET /`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from records.search import Facet, SearchDocument
from stores.search.fold import FOLD_VERSION
from stores.search.grams import Grams, cut

__all__ = [
    "GROUPS",
    "LAYOUT",
    "MAPPINGS",
    "SETTINGS",
    "WHILE_LOADING",
    "body_of",
    "bulk_body",
    "facet_parts",
    "index_name",
    "part_values",
]

Json = dict[str, Any]

_LAYOUT_VERSION = 4
LAYOUT = f"{FOLD_VERSION}.{_LAYOUT_VERSION}"
"""Part of the name of every index: one that was laid out otherwise is refused until it is rebuilt."""

SETTINGS: Json = {
    "number_of_shards": 1,
    "number_of_replicas": 0,
    "auto_expand_replicas": "0-1",
    "refresh_interval": "30s",
}
WHILE_LOADING: Json = {"refresh_interval": "-1", "auto_expand_replicas": "false"}
"""Of an index nobody searches yet; afterwards it gets the settings of the same names."""

GROUPS: Mapping[str, tuple[Facet, ...]] = MappingProxyType(
    {
        "nature": (Facet.SEVERITY, Facet.CATEGORY),
        "course": (Facet.RULE, Facet.STATE),
        "place": (Facet.REGION, Facet.OFFICE),
    }
)
"""Facets of which few combinations occur (hundreds, or as many as there are offices): each combination is one value, so
that one pass over the documents counts them all. A pass costs as much as the documents it goes over, and some more for
every value it tells; together they are most of what a broad search costs."""

_AT_ONCE = 40
"""Documents cut into grams together: more of them fall out of the processor's cache."""

_BETWEEN_FACETS, _BETWEEN_VALUES = "\x1f", "\x1e"

_KEYWORD: Json = {"type": "keyword"}
_COUNTED: Json = {"type": "keyword", "eager_global_ordinals": True}
_STORED: Json = {"type": "text", "index": False}
_TRIPLES: Json = {"type": "text", "analyzer": "whitespace", "norms": False}
_PAIRS: Json = {**_TRIPLES, "index_options": "docs"}
MAPPINGS: Json = {
    "dynamic": "strict",
    "_source": {"excludes": ["pairs", "title_pairs", "triples", "title_triples", "at", "groups"]},
    "properties": {
        "kind": _KEYWORD,
        "doc_id": _KEYWORD,
        "title": _STORED,
        "text": _STORED,
        "url": {"type": "keyword", "index": False, "doc_values": False},
        "pairs": _PAIRS,
        "title_pairs": _PAIRS,
        "triples": _TRIPLES,
        "title_triples": _TRIPLES,
        "facets": {"properties": {facet.value: _COUNTED for facet in Facet}},
        "groups": {"properties": {name: {**_COUNTED, "index": False} for name in GROUPS}},
        "region_code": _KEYWORD,
        "priority_score": {"type": "double"},
        "at_epoch": {"type": "long"},
        "at": {"type": "date", "format": "epoch_second"},
    },
}


def index_name(alias: str, generation: int, *, tag: str = LAYOUT, month: str = "") -> str:
    """An index of one generation, which stands behind the alias.

    >>> index_name("wangjian", 3, tag="1.4m", month="202611")
    'wangjian-1.4m-202611-000003'
    """
    return "-".join([alias, tag, *([month] if month else []), f"{generation:06}"])


def body_of(document: SearchDocument) -> Json:
    """A document as it is sent."""
    title, text = cut((document.title, document.text))
    return _told(document) | _searched(title, text)


def facet_parts(combination: str) -> list[str]:
    """The part of each facet of a group in one of its combinations."""
    return combination.split(_BETWEEN_FACETS)


def part_values(part: str) -> list[str]:
    """The values one facet has in a combination.

    >>> part_values("食品\\x1e烟草"), part_values("")
    (['食品', '烟草'], [])
    """
    return part.split(_BETWEEN_VALUES) if part else []


def _combination(document: SearchDocument, facets: Sequence[Facet]) -> str:
    held = [document.facets.get(facet, ()) for facet in facets]
    return _BETWEEN_FACETS.join(
        [values[0] if len(values) == 1 else _BETWEEN_VALUES.join(sorted(set(values))) for values in held]
    )


def bulk_body(documents: Sequence[SearchDocument], into: Callable[[SearchDocument], str] | None = None) -> bytes:
    """Two lines of a bulk request a document, written once; `into` names the index or alias of each where the request
    does not. An older version never replaces a newer one."""
    some = (documents[start : start + _AT_ONCE] for start in range(0, len(documents), _AT_ONCE))
    return b"".join(_lines(part, into) for part in some)


def _lines(documents: Sequence[SearchDocument], into: Callable[[SearchDocument], str] | None) -> bytes:
    grams = iter(cut([part for document in documents for part in (document.title, document.text)]))
    lines: list[str] = []
    for document, title, text in zip(documents, grams, grams, strict=True):
        identifier = _json(f"{document.kind.value}:{document.doc_id}")
        where = f'"_index":{_json(into(document))},' if into else ""
        lines.append(
            f'{{"index":{{{where}"_id":{identifier},"version":{document.version},"version_type":"external_gte"}}}}\n'
            f"{_json(_told(document))[:-1]},{_written(title, text)}}}\n"
        )
    return "".join(lines).encode()


def _told(document: SearchDocument) -> Json:
    """What is kept of a document or counted."""
    return {
        "kind": document.kind.value,
        "doc_id": document.doc_id,
        "title": document.title,
        "text": document.text,
        "url": document.url,
        "facets": {facet.value: list(values) for facet, values in document.facets.items()},
        "groups": {name: _combination(document, facets) for name, facets in GROUPS.items()},
        "region_code": document.region_code,
        "priority_score": document.priority_score,
        "at_epoch": document.at_epoch,
        "at": document.at_epoch,
    }


def _searched(title: Grams, text: Grams) -> Json:
    """What is searched. The engine leaves room between the parts of a list: no phrase reaches over it."""
    return {
        "pairs": [title.pairs, text.pairs],
        "title_pairs": title.pairs,
        "triples": [title.triples, text.triples],
        "title_triples": title.triples,
    }


def _written(title: Grams, text: Grams) -> str:
    """`_searched` as JSON without its brackets: grams need none of its words for what may not stand in it."""
    return (
        f'"pairs":["{title.pairs}","{text.pairs}"],"title_pairs":"{title.pairs}",'
        f'"triples":["{title.triples}","{text.triples}"],"title_triples":"{title.triples}"'
    )


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
