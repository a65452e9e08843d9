"""The questions a reading of the register asks the driver itself, in the words of each database.

A list of values is one parameter, so that a statement's text, and with it the prepared statement, stays the same.
"""
# ruff: noqa: S608  # statements are put together here from words of ours alone

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

__all__ = ["POSTGRES", "SQLITE", "Questions", "questions_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """Statements, and how lists are handed over with them."""

    texts: Callable[[Sequence[str]], object]
    numbers: Callable[[Iterable[int]], object]
    moment: str
    by_codes: str
    by_key: str
    count_of_key: str
    existing_keys: str
    by_keys: str
    whole_one: str
    whole: str
    outlines: str
    with_grams: str
    gram_counts: str
    postings: str
    retired: str


def _made(
    place: str,
    *,
    texts: Callable[[Sequence[str]], object],
    numbers: Callable[[Iterable[int]], object],
    among_texts: str,
    among_numbers: str,
    asked: str,
) -> Questions:
    """The statements, with the place of a parameter, what follows a column that is to be among a list of texts or of
    numbers, and a list of texts as rows named `asked` with one column `value`."""
    whole = "SELECT code, source, snapshot_id, body FROM register_entities WHERE code"
    outline = "SELECT entity_no, code, name, outline"
    return Questions(
        texts=texts,
        numbers=numbers,
        moment="SELECT (SELECT max(entity_no) FROM register_outlines), (SELECT token FROM register_lookasides)",
        by_codes="SELECT o.code, o.name, o.outline FROM register_entities e JOIN register_outlines o USING (entity_no) "
        f"WHERE e.code {among_texts}",
        by_key=f"SELECT entity_no FROM register_keys WHERE key = {place} LIMIT {place}",
        count_of_key=f"SELECT count(*) FROM register_keys WHERE key = {place}",
        existing_keys=f"SELECT value FROM {asked} WHERE EXISTS (SELECT 1 FROM register_keys WHERE key = asked.value)",
        by_keys=f"SELECT k.key, k.entity_no FROM {asked} CROSS JOIN register_keys AS k WHERE k.key = asked.value "
        f"LIMIT {place}",
        whole_one=f"{whole} = {place}",
        whole=f"{whole} {among_texts}",
        outlines=f"{outline} FROM register_outlines WHERE entity_no {among_numbers}",
        with_grams=f"{outline}, grams FROM register_outlines WHERE entity_no {among_numbers}",
        gram_counts=f"SELECT gram, entities FROM register_grams WHERE gram {among_texts}",
        postings=f"SELECT gram, entries FROM register_postings WHERE gram {among_texts} AND block_no > {place} "
        "ORDER BY gram, block_no",
        retired=f"SELECT entity_no FROM register_retired WHERE entity_no <= {place}",
    )


def _json_texts(texts: Sequence[str]) -> str:
    return json.dumps(list(texts))


def _json_numbers(numbers: Iterable[int]) -> str:
    return f"[{','.join(map(str, numbers))}]"


SQLITE = _made(
    "?",
    texts=_json_texts,
    numbers=_json_numbers,
    among_texts="IN (SELECT value FROM json_each(?))",
    among_numbers="IN (SELECT value FROM json_each(?))",
    asked="json_each(?) AS asked",
)
POSTGRES = _made(
    "%s",
    texts=list,
    numbers=list,
    among_texts="= ANY(%s::text[])",
    among_numbers="= ANY(%s::bigint[])",
    asked="unnest(%s::text[]) AS asked(value)",
)


def questions_of(dialect: str) -> Questions:
    """Those of the database that understands this SQL."""
    return POSTGRES if dialect == "postgresql" else SQLITE
