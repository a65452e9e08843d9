"""登记库 import: a supplier's file becomes register rows; the same file again changes nothing."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import structlog

from matching.changes import ChangeKind, applied, change_of, kept_fields, prepared
from matching.entity_rows import RowProblem, code_of, entity_of
from matching.error_sheets import ErrorSheet, check_folder
from matching.profiles import REQUIRED, ColumnProfile, profile_named, suggested_profile
from matching.rows import register_row
from matching.snapshots import snapshot_id_of
from matching.tables import BadRow, Row, TableFile, open_table
from records.errors import InvalidInputError
from records.ports import Clock
from records.register import Entity, ImportReport
from records.register_ports import RegisterRow, RegisterStore

__all__ = [
    "EXPECTED",
    "MAX_REPORTED_ERRORS",
    "MOST_GONE",
    "FullSnapshot",
    "RegisterReading",
    "chosen_profile",
    "import_file",
]

MAX_REPORTED_ERRORS = 1000
"""Errors beyond these are counted in `refused` and stand in the error sheet, but not in the report."""

EXPECTED = "登记库表格（CSV、JSONL、xlsx、DBF或Parquet），表头至少有“统一社会信用代码”和“名称”两列"

MOST_GONE = 0.2
"""Share of a source's entities a full snapshot may lose; one that loses more was probably cut off."""

Known = Callable[[Sequence[str]], Mapping[str, Entity]]
"""What the register has of these codes (`RegisterStore.by_codes`)."""

_GROUP_ROWS = 2_000
_LIKE_A_CODE = re.compile(r"[0-9A-Z]{18}|[0-9]{13}(?:[0-9]{2})?")
_APPROVAL_BITS, _PRINT_BITS = 22, 24

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FullSnapshot:
    """The file names everybody its source has: who is not in it is marked 未再出现, unless more than the share `most`
    of them would be."""

    most: float = MOST_GONE


def import_file(  # noqa: PLR0913 - a file, where it goes, and what is known of it
    path: Path,
    *,
    register: RegisterStore,
    source: str,
    clock: Clock,
    profile: str | ColumnProfile | None = None,
    errors_to: Path | None = None,
    full: FullSnapshot | None = None,
) -> ImportReport:
    """Read a register file into the store as one snapshot. Killed at any moment, the same call ends the same.

    Args:
        path: CSV (GB18030 or UTF-8, found by itself), JSON Lines, xlsx, DBF or Parquet.
        source: Who supplied it; part of the snapshot's identity.
        profile: A `ColumnProfile` or the name of one; without it the one that knows most of the headings.
        errors_to: Folder for the sheet of bad rows to send back; none is written without it.
        full: The file is all the source has; without it those it does not name stay as they are.

    Returns:
        Counts, and errors as (line, column, Chinese message), at most `MAX_REPORTED_ERRORS`. A row with an unreadable
        optional field is imported without that field and reported.

    Raises:
        NotFoundError: No such file.
        InvalidInputError: Not a table, or without a code or name column, or the folder for errors cannot be written;
            or a full snapshot of changes.
    """
    if errors_to is not None:
        check_folder(errors_to)
    asked = profile_named(profile) if isinstance(profile, str) and profile else profile
    table = open_table(path, expected=EXPECTED)
    using = chosen_profile(table, asked)
    columns = _columns(table, using)
    if full is not None and "change" in columns:
        problem = f"文件 {path.name} 有“{columns['change']}”列，是增量，不能作为完整快照导入"
        raise InvalidInputError(problem, cure="去掉 --full", path=str(path))
    snapshot_id = snapshot_id_of(table, columns, source=source, today=clock().date())
    sheet = ErrorSheet(table.headings) if errors_to is not None else None
    # An empty register knows nobody: then no row asks for its entity.
    known = register.by_codes if register.stats().total else None
    reading = RegisterReading(
        items=table.rows(),
        columns=columns,
        profile=using,
        source=source,
        snapshot_id=snapshot_id,
        sheet=sheet,
        known=known,
    )
    try:
        with _no_collections():
            at, whole = clock(), full is not None
            report = register.import_entities(source, snapshot_id, reading.rows(), known_at=at, full=whole)
        gone, of = (0, 0)
        if full is not None:
            gone, of = register.mark_absent(source, snapshot_id, named=reading.named, most=full.most)
        sent_back = sheet.save(errors_to, of=path) if sheet is not None and errors_to is not None else None
    finally:
        if sheet is not None:
            sheet.close()
    held = full is not None and gone > of * full.most
    done = report.model_copy(
        update={
            "read": reading.read,
            "refused": reading.refused,
            "errors": tuple(reading.errors),
            "snapshot_id": snapshot_id,
            "profile": using.name,
            "error_sheet": str(sent_back or ""),
            "gone": 0 if held else gone,
            "gone_withheld": gone if held else 0,
            "unnamed": reading.unnamed,
        }
    )
    _log.info("register_imported", source=source, snapshot_id=snapshot_id, read=done.read, refused=done.refused)
    return done


@contextmanager
def _no_collections() -> Iterator[None]:
    """Rows hold no circles: looking for some among millions of young objects takes a sixth of an import."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


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
    """Rows of a table on their way to the store, counting as they go. `known` asks what the register has; without it
    every row is taken for an entity nobody knows yet.

    `named` are codes of refused rows, `unnamed` counts refused rows in which no code can be read."""

    items: Iterable[Row | BadRow]
    columns: dict[str, str]
    profile: ColumnProfile
    source: str
    snapshot_id: str
    sheet: ErrorSheet | None = None
    known: Known | None = None
    read: int = 0
    refused: int = 0
    unnamed: int = 0
    named: set[str] = field(default_factory=set)
    errors: list[tuple[int, str, str]] = field(default_factory=list)

    def rows(self) -> Iterator[RegisterRow]:
        """Every good row as the store keeps it."""
        return map(register_row, self.entities())

    def entities(self) -> Iterator[Entity]:
        """Every good row as an entity; bad ones are counted, reported and put in the sheet as they are met."""
        seen: dict[str, int] = {}
        kept = kept_fields(self.columns)
        for row, known in self._with_known():
            self.read += 1
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
        self.refused += 1
        if code is None:
            self.unnamed += 1
        else:
            self.named.add(code[0])

    def _report(
        self, line: int, cells: tuple[str, ...], problems: list[tuple[str, str, str]], *, refused: bool = True
    ) -> None:
        for column, problem, _advice in problems:
            if len(self.errors) < MAX_REPORTED_ERRORS:
                self.errors.append((line, column, problem))
        if self.sheet is not None:
            told = [(problem, advice) for _column, problem, advice in problems]
            self.sheet.add(line, cells, problems=told, refused=refused)


def _mark(line: int, entity: Entity) -> int:
    """Line, fingerprint and approval of the row that holds for a code, as one number: a file may have millions."""
    fingerprint = hash((entity.name, entity.status, entity.status_on)) % (1 << _PRINT_BITS)
    approved = entity.approved_on.toordinal() if entity.approved_on is not None else 0
    return (line << _PRINT_BITS | fingerprint) << _APPROVAL_BITS | approved


def _unmarked(mark: int) -> tuple[int, int, int]:
    above = mark >> _APPROVAL_BITS
    return above >> _PRINT_BITS, above % (1 << _PRINT_BITS), mark % (1 << _APPROVAL_BITS)


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
