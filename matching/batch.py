"""Many queries from one file: `id,name,code,region,phone,address` in (`icp` too where there is one), decisions
out, in the same order.

Columns written: `id,decision,entity_code,entity_name,probability,candidates,reasons`. `candidates` is a JSON list of
code, name and probability; `reasons` are Chinese sentences joined by `；`. Entity columns are filled for `match` only.
A cell that a spreadsheet would run as a formula gets an apostrophe in front. Written as UTF-8 with a mark, as Excel
expects.
"""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from matching.batch_output import BatchOutput
from matching.helpers import Helpers, in_order
from matching.resolver import Resolver, Summary
from matching.tables import BadRow, Row, TableFile, open_table
from records.errors import InvalidInputError
from records.ports import Clock
from records.register import MatchDecision, MatchQuery

__all__ = [
    "INPUT_COLUMNS",
    "OPTIONAL_COLUMNS",
    "OUTPUT_COLUMNS",
    "BatchCounts",
    "BatchHelpers",
    "answering",
    "match_batch",
]

INPUT_COLUMNS = ("id", "name", "code", "region", "phone", "address")
OPTIONAL_COLUMNS = {"icp": "icp_no"}
"""Columns a file may have besides, with the field of the query they fill."""

OUTPUT_COLUMNS = ("id", "decision", "entity_code", "entity_name", "probability", "candidates", "reasons")

_EXPECTED = f"CSV（GB18030或UTF-8），表头为 {','.join(INPUT_COLUMNS)}"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_LISTED = 5
_PART_ROWS = 100
_DECISION = OUTPUT_COLUMNS.index("decision")
_as_json = json.JSONEncoder(ensure_ascii=False).encode

Part = list[MatchQuery]
Answer = list[tuple[MatchDecision, tuple[str, ...]]]
BatchHelpers = Helpers[Part, Answer]


@dataclass(slots=True, kw_only=True)
class BatchCounts:
    """What a batch did: rows read, decisions, and rows that could not be read as (line, Chinese message)."""

    read: int = 0
    decisions: dict[MatchDecision, int] = field(default_factory=lambda: dict.fromkeys(MatchDecision, 0))
    errors: list[tuple[int, str]] = field(default_factory=list)


def match_batch(
    in_csv: Path, out_csv: Path, resolver: Resolver, clock: Clock, *, helpers: BatchHelpers | None = None
) -> BatchCounts:
    """Match every row of a file; a row that cannot be read is reported and the rest are done. With helpers other
    processes answer parts of a long file; the answers and their order are the same.

    The output appears whole or not at all: it is written beside its place and moved there at the end. What a run that
    was stopped had done is taken over, when the input, the model and the register are the same.

    Raises:
        NotFoundError: No such file.
        InvalidInputError: Not a table, or columns are missing (they are named), or the output cannot be written.
        StoreAwayError: The register was lost meanwhile; what is done is kept for the next run.
    """
    table = open_table(in_csv, expected=_EXPECTED)
    columns = _columns(table)
    counts = BatchCounts()
    output = BatchOutput(out_csv, OUTPUT_COLUMNS, stamp=_stamp(table.sha256, resolver.basis()))
    for done in output.found():
        counts.decisions[MatchDecision(done[_DECISION])] += 1
    with output.writing() as write:
        parts = _parts(islice(_queries(table, columns, counts, clock=clock), output.rows, None))
        answer = answering(resolver)
        answers = map(answer, parts) if helpers is None else in_order(parts, answer, helpers)
        for decision, cells in chain.from_iterable(answers):
            counts.decisions[decision] += 1
            write(cells)
            output.rows += 1
    return counts


def answering(resolver: Resolver) -> Callable[[Part], Answer]:
    """What a helper does with a part: decision and cells of each query. Looking for circles among all that is loaded
    takes a sixth of the time; it is done between parts."""

    def answer(part: Part) -> Answer:
        collecting = gc.isenabled()
        gc.disable()
        try:
            found = resolver.summaries(part, listed=_LISTED)
            return [
                (one.decision, tuple([_harmless(cell) for cell in _cells(query.query_id, one)]))
                for query, one in zip(part, found, strict=True)
            ]
        finally:
            if collecting:
                gc.enable()

    return answer


def _stamp(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def _columns(table: TableFile) -> Mapping[str, str]:
    by_folded = {heading.strip().casefold(): heading for heading in table.headings}
    missing = [column for column in INPUT_COLUMNS if column not in by_folded]
    if missing:
        raise InvalidInputError(
            f"文件 {table.path.name} 缺少列 {'、'.join(missing)}；应为{_EXPECTED}",
            cure="补上这些列，没有内容可以留空",
            missing=missing,
        )
    wanted = {**dict(zip(INPUT_COLUMNS, INPUT_COLUMNS, strict=True)), **OPTIONAL_COLUMNS}
    return {field: by_folded[column] for column, field in wanted.items() if column in by_folded}


def _queries(
    table: TableFile, columns: Mapping[str, str], counts: BatchCounts, *, clock: Clock
) -> Iterator[MatchQuery]:
    for row in table.rows():
        counts.read += 1
        if isinstance(row, BadRow):
            counts.errors.append((row.line, row.problem))
            continue
        yield _query(row, columns, clock)


def _parts(queries: Iterator[MatchQuery]) -> Iterator[Part]:
    while part := list(islice(queries, _PART_ROWS)):
        yield part


def _query(row: Row, columns: Mapping[str, str], clock: Clock) -> MatchQuery:
    values = {column: row.values.get(heading, "") for column, heading in columns.items()}
    return MatchQuery(query_id=values.pop("id"), as_of=clock(), **values)


def _cells(query_id: str, told: Summary) -> tuple[str, ...]:
    listed = [
        f'{{"code": {_as_json(code)}, "name": {_as_json(name)}, "probability": {round(probability, 4)!r}}}'
        for code, name, probability in told.candidates
    ]
    sentences = [reason.sentence for reason in told.reasons]
    sentences.extend(
        [
            f"【{finding.problem.value}】{finding.certainty.value}：{finding.sentence}"
            for finding in told.judged.findings
        ]
    )
    return (
        query_id,
        told.decision.value,
        told.entity_code,
        told.entity_name,
        f"{told.probability:.4f}",
        f"[{', '.join(listed)}]",
        "；".join(sentences),
    )


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
