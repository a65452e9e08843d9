"""Rows of a register file as entities: what is wrong with each, and which of several with one code holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from matching.changes import ChangeKind, applied, change_of, kept_fields, prepared
from matching.entity_rows import RowProblem, code_of, entity_of
from matching.error_sheets import ErrorSheet
from matching.profiles import ColumnProfile
from matching.rows import register_row
from matching.tables import BadRow, Row
from records.register import Entity
from records.register_batches import RegisterRow

__all__ = ["MAX_REPORTED_ERRORS", "Counted", "Findings", "Known", "RegisterReading", "RowReport"]

MAX_REPORTED_ERRORS = 1000
"""Errors beyond these are counted in `refused` and stand in the error sheet, but not in the report."""

Known = Callable[[Sequence[str]], Mapping[str, Entity]]
"""What the register has of these codes (`RegisterStore.by_codes`)."""

_GROUP_ROWS = 2_000
_LIKE_A_CODE = re.compile(r"[0-9A-Z]{18}|[0-9]{13}(?:[0-9]{2})?")
_APPROVAL_BITS, _PRINT_BITS = 22, 24


class RowReport(NamedTuple):
    """A bad row as it stands in the file; problems are (column, problem, advice)."""

    line: int
    cells: tuple[str, ...]
    problems: list[tuple[str, str, str]]
    refused: bool


@dataclass(slots=True, kw_only=True)
class Counted:
    """Rows met. `named` are codes of refused rows, `unnamed` counts refused rows in which no code can be read."""

    read: int = 0
    refused: int = 0
    unnamed: int = 0
    named: set[str] = field(default_factory=set)


class Findings:
    """Reports of bad rows, gathered: the first as errors, all of them in the sheet to send back.

    Args:
        headings: Of the file, for the sheet; without them there is none.
    """

    def __init__(self, headings: Sequence[str] | None = None) -> None:
        self._headings = headings
        self.errors: list[tuple[int, str, str]] = []
        self.sheet = None if headings is None else ErrorSheet(headings)

    def restart(self) -> None:
        """Forget everything: the file is read from its beginning again."""
        self.close()
        self.errors.clear()
        self.sheet = None if self._headings is None else ErrorSheet(self._headings)

    def tell(self, report: RowReport) -> None:
        """The next bad row."""
        for column, problem, _advice in report.problems:
            if len(self.errors) < MAX_REPORTED_ERRORS:
                self.errors.append((report.line, column, problem))
        if self.sheet is not None:
            told = [(problem, advice) for _column, problem, advice in report.problems]
            self.sheet.add(report.line, report.cells, problems=told, refused=report.refused)

    def close(self) -> None:
        """Let go of what was gathered for the sheet."""
        if self.sheet is not None:
            self.sheet.close()


@dataclass(slots=True, kw_only=True)
class RegisterReading:
    """Rows of a table on their way to the store, counting as they go. `known` asks what the register has; without it
    every row is taken for an entity nobody knows yet. `tell` is told of bad rows as they are met."""

    items: Iterable[Row | BadRow]
    columns: dict[str, str]
    profile: ColumnProfile
    source: str
    snapshot_id: str
    tell: Callable[[RowReport], None]
    known: Known | None = None
    counted: Counted = field(default_factory=Counted)

    def rows(self) -> Iterator[RegisterRow]:
        """Every good row as the store keeps it."""
        return map(register_row, self.entities())

    def entities(self) -> Iterator[Entity]:
        """Every good row as an entity; bad ones are counted and told of as they are met."""
        seen: dict[str, int] = {}
        kept = kept_fields(self.columns)
        for row, known in self._with_known():
            self.counted.read += 1
            if isinstance(row, BadRow):
                self._refuse(_LIKE_A_CODE.search(" ".join(row.cells)))
                self._report(row.line, row.cells, [(row.column, row.problem, row.advice)])
                continue
            entity, problems = self._entity(row, seen, known=known, kept=kept)
            if entity is None:
                self._refuse(_LIKE_A_CODE.fullmatch(code_of(row.values.get(self.columns["code"], ""))))
            if problems or row.note:
                told = [(self.columns.get(one.field, ""), one.problem, one.advice) for one in problems]
                if row.note:
                    told.append(("", row.note, "从原系统以一种编码重新导出"))
                self._report(row.line, tuple(row.values.values()), told, refused=entity is None)
            if entity is not None:
                yield entity

    def _with_known(self) -> Iterator[tuple[Row | BadRow, Entity | None]]:
        """Rows with what the register has of them, asked for many at once."""
        if self.known is None:
            for item in self.items:
                yield item, None
            return
        heading, items = self.columns["code"], iter(self.items)
        while group := list(islice(items, _GROUP_ROWS)):
            codes = [code_of(row.values.get(heading, "")) if isinstance(row, Row) else "" for row in group]
            found = self.known([code for code in codes if code])
            for row, code in zip(group, codes, strict=True):
                yield row, found.get(code)

    def _entity(
        self, row: Row, seen: dict[str, int], *, known: Entity | None, kept: frozenset[str]
    ) -> tuple[Entity | None, list[RowProblem]]:
        values = {name: row.values.get(heading, "") for name, heading in self.columns.items()}
        for item, meant in self.profile.values.items():
            values[item] = meant.get(values.get(item, "").strip(), values.get(item, ""))
        change = change_of(values.get("change", ""))
        if change is None:
            return None, [RowProblem(field="change", problem=f"变更类型“{values['change'][:20]}”不能识别")]
        values = prepared(values, change, known) if known is not None or change is not ChangeKind.CHANGED else values
        entity, problems = entity_of(values, source=self.source, snapshot_id=self.snapshot_id)
        if entity is None:
            return None, problems
        if change is ChangeKind.DELETED and known is None:
            return None, [*problems, RowProblem(field="code", problem=f"登记库中没有{entity.code}，无可删除")]
        this = _mark(row.line, entity)
        first = seen.setdefault(entity.code, this)
        first_line, first_print, first_approved = _unmarked(first)
        _line, fingerprint, approved = _unmarked(this)
        if first_line == row.line or approved > first_approved > 0:
            seen[entity.code] = this
            unread = kept.union(one.field for one in problems) if problems else kept
            return applied(entity, known, change, kept=unread), problems
        differing = "" if first_print == fingerprint else "而内容不同，以先出现者为准"
        problem = f"代码{entity.code}与第{first_line}行重复{differing}"
        return None, [*problems, RowProblem(field="code", problem=problem)]

    def _refuse(self, code: re.Match[str] | None) -> None:
        self.counted.refused += 1
        if code is None:
            self.counted.unnamed += 1
        else:
            self.counted.named.add(code[0])

    def _report(
        self, line: int, cells: tuple[str, ...], problems: list[tuple[str, str, str]], *, refused: bool = True
    ) -> None:
        self.tell(RowReport(line, cells, problems, refused))


def _mark(line: int, entity: Entity) -> int:
    """Line, fingerprint and approval of the row that holds for a code, as one number: a file may have millions."""
    fingerprint = hash((entity.name, entity.status, entity.status_on)) % (1 << _PRINT_BITS)
    approved = entity.approved_on.toordinal() if entity.approved_on is not None else 0
    return (line << _PRINT_BITS | fingerprint) << _APPROVAL_BITS | approved


def _unmarked(mark: int) -> tuple[int, int, int]:
    above = mark >> _APPROVAL_BITS
    return above >> _PRINT_BITS, above % (1 << _PRINT_BITS), mark % (1 << _APPROVAL_BITS)
