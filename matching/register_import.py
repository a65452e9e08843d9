"""登记库 import: a supplier's file becomes register rows; the same file again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from matching.entity_rows import RowProblem, entity_of
from matching.profiles import ColumnProfile, profile_named
from matching.rows import register_row
from matching.snapshots import snapshot_id_of
from matching.tables import BadRow, TableFile, open_table
from records.errors import InvalidInputError
from records.ports import Clock, RegisterRow, RegisterStore
from records.register import Entity, ImportReport

__all__ = ["MAX_REPORTED_ERRORS", "import_file"]

MAX_REPORTED_ERRORS = 1000
"""Errors beyond these are counted in `refused`, not listed."""

EXPECTED = "登记库表格（CSV、JSONL或xlsx），表头至少有“统一社会信用代码”和“名称”两列"

_log = structlog.get_logger(__name__)


def import_file(
    path: Path, *, register: RegisterStore, source: str, clock: Clock, profile: str | ColumnProfile | None = None
) -> ImportReport:
    """Read a register file into the store as one snapshot.

    Args:
        path: CSV (GB18030 or UTF-8, found by itself), JSON Lines or xlsx.
        source: Who supplied it; part of the snapshot's identity.
        profile: A `ColumnProfile` or the name of one; the default knows the usual headings.

    Returns:
        Counts, and errors as (line, column, Chinese message), at most `MAX_REPORTED_ERRORS`. A row with an unreadable
        optional field is imported without that field and reported.

    Raises:
        NotFoundError: No such file.
        InvalidInputError: Not a table, or without a code or name column.
    """
    columns_of = profile if isinstance(profile, ColumnProfile) else profile_named(profile)
    table = open_table(path, expected=EXPECTED)
    columns = _columns(table, columns_of)
    snapshot_id = snapshot_id_of(table, columns, source=source, today=clock().date())
    reading = _Reading(table=table, columns=columns, source=source, snapshot_id=snapshot_id)
    report = register.import_entities(source, snapshot_id, reading.rows())
    done = report.model_copy(
        update={
            "read": reading.read,
            "refused": reading.refused,
            "errors": tuple(reading.errors),
            "snapshot_id": snapshot_id,
        }
    )
    _log.info("register_imported", source=source, snapshot_id=snapshot_id, read=done.read, refused=done.refused)
    return done


@dataclass(slots=True, kw_only=True)
class _Reading:
    """Rows of a table on their way to the store, counting as they go."""

    table: TableFile
    columns: dict[str, str]
    source: str
    snapshot_id: str
    read: int = 0
    refused: int = 0
    errors: list[tuple[int, str, str]] = field(default_factory=list)

    def rows(self) -> Iterator[RegisterRow]:
        seen: dict[str, tuple[int, int]] = {}
        for row in self.table.rows():
            self.read += 1
            if isinstance(row, BadRow):
                self._refuse(row.line, row.column, row.problem)
                continue
            values = {name: row.values.get(heading, "") for name, heading in self.columns.items()}
            entity, problems = entity_of(values, source=self.source, snapshot_id=self.snapshot_id)
            self._note(row.line, problems, refused=entity is None)
            if entity is not None and not self._repeated(row.line, entity, seen):
                yield register_row(entity)

    def _note(self, line: int, problems: list[RowProblem], *, refused: bool) -> None:
        self.refused += refused
        for problem in problems:
            self._report(line, self.columns.get(problem.field, ""), problem.problem)

    def _repeated(self, line: int, entity: Entity, seen: dict[str, tuple[int, int]]) -> bool:
        fingerprint = hash((entity.name, entity.status, entity.status_on))
        first_line, first = seen.setdefault(entity.code, (line, fingerprint))
        if first_line == line:
            return False
        differing = "" if first == fingerprint else "而内容不同，以先出现者为准"
        self._refuse(line, self.columns["code"], f"代码{entity.code}与第{first_line}行重复{differing}")
        return True

    def _refuse(self, line: int, column: str, problem: str) -> None:
        self.refused += 1
        self._report(line, column, problem)

    def _report(self, line: int, column: str, problem: str) -> None:
        if len(self.errors) < MAX_REPORTED_ERRORS:
            self.errors.append((line, column, problem))


def _columns(table: TableFile, profile: ColumnProfile) -> dict[str, str]:
    columns = profile.columns(table.headings)
    missing = [title for name, title in (("code", "统一社会信用代码"), ("name", "名称")) if name not in columns]
    if missing:
        shown, wanted = "、".join(heading[:20] for heading in table.headings[:12]), "、".join(missing)
        raise InvalidInputError(
            f"文件 {table.path.name} 缺少“{wanted}”列（现有表头：{shown}）；应为{EXPECTED}",
            cure="改表头，或用 --profile 指定列对照方案",
            path=str(table.path),
        )
    return columns
