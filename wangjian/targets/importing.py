"""A table of targets into the store: good rows in, bad rows back to the sender with column and reason; repeatable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import structlog

from records.arranging import Settle
from records.base import Record
from records.errors import ConflictError, InvalidInputError, PermissionRefusedError, RefusedError
from records.ports import Services
from records.survey import Target
from wangjian.scheduling.targeting import schedule_id_for
from wangjian.targets.cadence import NO_CADENCE, Cadence, cadence_of, keep_cadence
from wangjian.targets.columns import ID_COLUMN, RowProblem, column_of_heading, row_of, wish_of
from wangjian.targets.registering import Change, Registration, TargetBook, register
from wangjian.targets.sheets import SheetRow, open_sheet
from wangjian.targets.wishes import KIND_WORDS
from wangjian.targets.writing import ERROR_HEADINGS, unguarded

__all__ = ["TargetImport", "export_rows", "import_targets"]

MAX_REPORTED = 1000
"""Errors beyond these are counted in `refused` and stand in the file sent back, but are not listed."""

_URL = "网址"
_STATE = "状态"
_KIND = "类型"
_REGION = "地区代码"
_log = structlog.get_logger(__name__)


class TargetImport(Record):
    """What an import did. `errors` are (line, column, reason) in Chinese, `alike` pairs of names perhaps one site."""

    read: int
    added: int
    changed: int
    unchanged: int
    refused: int
    errors: tuple[tuple[int, str, str], ...] = ()
    alike: tuple[tuple[str, str], ...] = ()
    unknown_columns: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Import:
    """Rows on their way in."""

    book: TargetBook
    cadences: dict[str, Cadence]
    columns: dict[int, str]
    settle: Settle
    counts: dict[Change, int] = field(default_factory=lambda: dict.fromkeys(Change, 0))
    read: int = 0
    saved: dict[str, Target] = field(default_factory=dict)
    wanted: dict[str, Cadence | None] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    alike: dict[tuple[str, str], None] = field(default_factory=dict)
    problems: list[tuple[int, str, str]] = field(default_factory=list)
    refused: list[tuple[int, str, tuple[str, ...]]] = field(default_factory=list)


def import_targets(
    services: Services, path: Path, *, settle: Settle | None = None, try_only: bool = False
) -> tuple[TargetImport, tuple[str, ...], list[tuple[int, str, tuple[str, ...]]]]:
    """Register every row of a file that can be read.

    Args:
        settle: Says what may be kept of each; a row it refuses goes back to the sender.
        try_only: Tell what would come of it, and keep nothing.

    Returns:
        The report, the headings of the file, and the rows to send back as (line, reasons, cells).

    Raises:
        NotFoundError, InvalidInputError: As `open_sheet`; nothing was imported.
    """
    table = open_sheet(path, lambda row: _URL in _columns(row).values(), wanted="“网址”一列")
    columns = _columns(table.headings)
    known = services.survey.targets()
    reading = _Import(
        book=TargetBook(known), cadences=_cadences(services, known), columns=columns, settle=settle or _as_wished
    )
    for row in table.rows:
        _take(services, reading, row)
    if not try_only:
        services.survey.save_targets(tuple(reading.saved.values()))
        for target_id, cadence in reading.wanted.items():
            keep_cadence(services, reading.saved.get(target_id) or services.survey.target(target_id), cadence)
    report = TargetImport(
        read=reading.read,
        added=reading.counts[Change.ADDED],
        changed=reading.counts[Change.CHANGED],
        unchanged=reading.counts[Change.UNCHANGED],
        refused=len(reading.refused),
        errors=tuple(reading.problems[:MAX_REPORTED]),
        alike=tuple(reading.alike)[:MAX_REPORTED],
        unknown_columns=tuple(
            heading
            for number, heading in enumerate(table.headings)
            if heading and number not in columns and heading not in ERROR_HEADINGS
        ),
    )
    _log.info("targets_imported", read=report.read, added=report.added, refused=report.refused)
    return report, table.headings, reading.refused


def export_rows(services: Services, targets: Iterable[Target]) -> Iterator[dict[str, str]]:
    """Targets as rows of a table, which come back as nothing to do."""
    kept = list(targets)
    cadences = _cadences(services, kept)
    return (row_of(target, cadences.get(target.target_id, NO_CADENCE)) for target in kept)


def _cadences(services: Services, targets: Iterable[Target]) -> dict[str, Cadence]:
    schedules = {found.schedule_id: found for found in services.schedules.schedules()}
    return {
        target.target_id: cadence_of(target, schedules.get(schedule_id_for(target.target_id))) for target in targets
    }


def _columns(headings: Iterable[str]) -> dict[int, str]:
    """Place of each column of ours; the first of several with one name."""
    found: dict[str, int] = {}
    for number, heading in enumerate(headings):
        if name := column_of_heading(heading):
            found.setdefault(name, number)
    return {number: name for name, number in found.items()}


def _take(services: Services, reading: _Import, row: SheetRow) -> None:
    reading.read += 1
    cells = {name: unguarded(row.cells[number]) for number, name in reading.columns.items() if number < len(row.cells)}
    try:
        if row.merged:
            raise RowProblem(("", "这一行有合并单元格，无法确定各列的值；取消合并后逐行填写"))
        registration, cadence = _registered(services, reading, row.line, cells)
    except RowProblem as exc:
        reading.problems += [(row.line, column, reason) for column, reason in exc.problems]
        reasons = "；".join(f"{column}：{reason}" if column else reason for column, reason in exc.problems)
        reading.refused.append((row.line, reasons, row.cells))
        return
    target = registration.target
    reading.lines[target.target_id] = row.line
    reading.counts[registration.change] += 1
    if registration.change is not Change.UNCHANGED:
        reading.saved[target.target_id] = target
    if registration.change is Change.CHANGED or cadence is not None:
        reading.wanted[target.target_id] = cadence
    if registration.change is Change.ADDED:
        reading.alike.update({(target.name, other.name): None for other in registration.alike})


def _registered(
    services: Services, reading: _Import, line: int, cells: dict[str, str]
) -> tuple[Registration, Cadence | None]:
    known = _meant(reading.book, cells)
    if known is not None and known.target_id in reading.lines:
        raise RowProblem((_URL, f"与第 {reading.lines[known.target_id]} 行是同一个监测对象（{known.name}）"))
    kept = row_of(known, reading.cadences.get(known.target_id, NO_CADENCE)) if known is not None else None
    wish = wish_of(cells, as_kept=kept)
    if known is not None and wish.cadence == reading.cadences.get(known.target_id, NO_CADENCE):
        wish = replace(wish, cadence=None)  # said in other words
    if known is not None and wish.state is None and cells.get(_STATE, "").strip():
        wish = replace(wish, state=known.state)
    if cells.get(ID_COLUMN, "").strip():
        wish = replace(wish, replace_seeds=True)
    try:
        found = register(
            reading.book, wish, now=services.clock(), target_id=known.target_id if known is not None else ""
        )
        found = _settled(reading, known, found)
    except PermissionRefusedError as exc:
        raise RowProblem((_REGION, str(exc))) from exc
    except (InvalidInputError, RefusedError, ConflictError) as exc:
        raise RowProblem((_URL, str(exc))) from exc
    if found.change is Change.UNCHANGED and wish.cadence is not None:
        found = Registration(target=found.target, change=Change.CHANGED, alike=found.alike)
    return found, wish.cadence


def _settled(reading: _Import, known: Target | None, found: Registration) -> Registration:
    """As it may be kept; the book knows it so."""
    target = reading.settle(known, found.target)
    reading.book.put(target)
    return replace(found, target=target)


def _as_wished(_: Target | None, wanted: Target) -> Target:
    return wanted


def _meant(book: TargetBook, cells: dict[str, str]) -> Target | None:
    """The target a row is of: by its number where it has one, else by its first address."""
    target_id, urls = cells.get(ID_COLUMN, "").strip(), cells.get(_URL, "").split()
    if target_id and (known := book.by_id(target_id)) is not None:
        return known
    if not urls:
        raise RowProblem((_URL, "没有网址"))
    kind = next((kind for kind, word in KIND_WORDS.items() if word == cells.get(_KIND, "").strip()), None)
    try:
        return book.meant(urls[0], kind)
    except (InvalidInputError, RefusedError) as exc:
        raise RowProblem((_URL, str(exc))) from exc
