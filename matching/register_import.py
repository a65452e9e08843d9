"""登记库 import: a supplier's file becomes register rows; the same file again changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import structlog

from matching.entity_rows import RowProblem, entity_of
from matching.error_sheets import ErrorSheet, check_folder
from matching.profiles import REQUIRED, ColumnProfile, profile_named, suggested_profile
from matching.rows import register_row
from matching.snapshots import snapshot_id_of
from matching.tables import BadRow, Row, TableFile, open_table
from records.errors import InvalidInputError
from records.ports import Clock, RegisterRow, RegisterStore
from records.register import Entity, ImportReport

__all__ = ["EXPECTED", "MAX_REPORTED_ERRORS", "RegisterReading", "chosen_profile", "import_file"]

MAX_REPORTED_ERRORS = 1000
"""Errors beyond these are counted in `refused` and stand in the error sheet, but not in the report."""

EXPECTED = "登记库表格（CSV、JSONL、xlsx或DBF），表头至少有“统一社会信用代码”和“名称”两列"

_Seen = tuple[int, int, date]
"""Line, fingerprint and approval of the row that holds for a code."""

_log = structlog.get_logger(__name__)


def import_file(  # noqa: PLR0913 - a file, where it goes, and what is known of it
    path: Path,
    *,
    register: RegisterStore,
    source: str,
    clock: Clock,
    profile: str | ColumnProfile | None = None,
    errors_to: Path | None = None,
) -> ImportReport:
    """Read a register file into the store as one snapshot. Killed at any moment, the same call ends the same.

    Args:
        path: CSV (GB18030 or UTF-8, found by itself), JSON Lines, xlsx or DBF.
        source: Who supplied it; part of the snapshot's identity.
        profile: A `ColumnProfile` or the name of one; without it the one that knows most of the headings.
        errors_to: Folder for the sheet of bad rows to send back; none is written without it.

    Returns:
        Counts, and errors as (line, column, Chinese message), at most `MAX_REPORTED_ERRORS`. A row with an unreadable
        optional field is imported without that field and reported.

    Raises:
        NotFoundError: No such file.
        InvalidInputError: Not a table, or without a code or name column, or the folder for errors cannot be written.
    """
    if errors_to is not None:
        check_folder(errors_to)
    asked = profile_named(profile) if isinstance(profile, str) and profile else profile
    table = open_table(path, expected=EXPECTED)
    using = chosen_profile(table, asked)
    columns = _columns(table, using)
    snapshot_id = snapshot_id_of(table, columns, source=source, today=clock().date())
    sheet = ErrorSheet(table.headings) if errors_to is not None else None
    reading = RegisterReading(
        items=table.rows(), columns=columns, profile=using, source=source, snapshot_id=snapshot_id, sheet=sheet
    )
    try:
        report = register.import_entities(source, snapshot_id, reading.rows())
        sent_back = sheet.save(errors_to, of=path) if sheet is not None and errors_to is not None else None
    finally:
        if sheet is not None:
            sheet.close()
    done = report.model_copy(
        update={
            "read": reading.read,
            "refused": reading.refused,
            "errors": tuple(reading.errors),
            "snapshot_id": snapshot_id,
            "profile": using.name,
            "error_sheet": str(sent_back or ""),
        }
    )
    _log.info("register_imported", source=source, snapshot_id=snapshot_id, read=done.read, refused=done.refused)
    return done


def chosen_profile(table: TableFile, profile: str | ColumnProfile | None) -> ColumnProfile:
    """The profile asked for, or the one that suits the headings best.

    Raises:
        InvalidInputError: No such profile.
    """
    if isinstance(profile, ColumnProfile):
        return profile
    if profile:
        return profile_named(profile)
    return suggested_profile(table.headings, heading_bytes=table.heading_bytes)


@dataclass(slots=True, kw_only=True)
class RegisterReading:
    """Rows of a table on their way to the store, counting as they go."""

    items: Iterable[Row | BadRow]
    columns: dict[str, str]
    profile: ColumnProfile
    source: str
    snapshot_id: str
    sheet: ErrorSheet | None = None
    read: int = 0
    refused: int = 0
    errors: list[tuple[int, str, str]] = field(default_factory=list)

    def rows(self) -> Iterator[RegisterRow]:
        """Every good row as the store keeps it."""
        return map(register_row, self.entities())

    def entities(self) -> Iterator[Entity]:
        """Every good row as an entity; bad ones are counted, reported and put in the sheet as they are met."""
        seen: dict[str, _Seen] = {}
        for row in self.items:
            self.read += 1
            if isinstance(row, BadRow):
                self._report(row.line, row.cells, [(row.column, row.problem, row.advice)], refused=True)
                continue
            entity, problems = self._entity(row, seen)
            if problems or row.note:
                told = [(self.columns.get(one.field, ""), one.problem, one.advice) for one in problems]
                if row.note:
                    told.append(("", row.note, "从原系统以一种编码重新导出"))
                self._report(row.line, tuple(row.values.values()), told, refused=entity is None)
            if entity is not None:
                yield entity

    def _entity(self, row: Row, seen: dict[str, _Seen]) -> tuple[Entity | None, list[RowProblem]]:
        values = {name: row.values.get(heading, "") for name, heading in self.columns.items()}
        for item, meant in self.profile.values.items():
            values[item] = meant.get(values.get(item, "").strip(), values.get(item, ""))
        entity, problems = entity_of(values, source=self.source, snapshot_id=self.snapshot_id)
        if entity is None:
            return None, problems
        fingerprint = hash((entity.name, entity.status, entity.status_on))
        this: _Seen = (row.line, fingerprint, entity.approved_on or date.min)
        first_line, first, approved_on = seen.setdefault(entity.code, this)
        if first_line == row.line or this[2] > approved_on > date.min:
            seen[entity.code] = this
            return entity, problems
        differing = "" if first == fingerprint else "而内容不同，以先出现者为准"
        problem = f"代码{entity.code}与第{first_line}行重复{differing}"
        return None, [*problems, RowProblem(field="code", problem=problem)]

    def _report(
        self, line: int, cells: tuple[str, ...], problems: list[tuple[str, str, str]], *, refused: bool
    ) -> None:
        self.refused += refused
        for column, problem, _advice in problems:
            if len(self.errors) < MAX_REPORTED_ERRORS:
                self.errors.append((line, column, problem))
        if self.sheet is not None:
            told = [(problem, advice) for _column, problem, advice in problems]
            self.sheet.add(line, cells, problems=told, refused=refused)


def _columns(table: TableFile, profile: ColumnProfile) -> dict[str, str]:
    columns = profile.columns(table.headings, heading_bytes=table.heading_bytes)
    missing = [title for name, title in REQUIRED.items() if name not in columns]
    if missing:
        shown, wanted = "、".join(heading[:20] for heading in table.headings[:12]), "、".join(missing)
        raise InvalidInputError(
            f"文件 {table.path.name} 缺少“{wanted}”列（现有表头：{shown}）；应为{EXPECTED}",
            cure="用 --preview 看各列怎样识别；改表头，或用 --profile 指定列对照方案",
            path=str(table.path),
        )
    return columns
