"""登记库 import: a supplier's file becomes register rows; the same file again changes nothing."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from matching.error_sheets import check_folder
from matching.profiles import REQUIRED, ColumnProfile, profile_named, suggested_profile
from matching.reading_ahead import TableReading
from matching.register_reading import MAX_REPORTED_ERRORS, Findings
from matching.snapshots import snapshot_id_of
from matching.tables import TableFile, open_table
from records.errors import InvalidInputError
from records.ports import Clock
from records.register import ImportReport
from records.register_ports import RegisterStore

__all__ = [
    "EXPECTED",
    "MAX_REPORTED_ERRORS",
    "MOST_GONE",
    "FullSnapshot",
    "chosen_profile",
    "import_file",
]

EXPECTED = "登记库表格（CSV、JSONL、xlsx、DBF或Parquet），表头至少有“统一社会信用代码”和“名称”两列"

MOST_GONE = 0.2
"""Share of a source's entities a full snapshot may lose; one that loses more was probably cut off."""

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
    # An empty register knows nobody: then no row asks for its entity.
    known = register.by_codes if register.stats().total else None
    findings = Findings(table.headings if errors_to is not None else None)
    with (
        closing(findings),
        TableReading(table, columns, using, source=source, findings=findings, known=known) as reading,
    ):
        snapshot_id = snapshot_id_of(table, columns, source=source, today=clock().date())
        with _no_collections():
            at, batches = clock(), reading.batches(snapshot_id)
            report = register.import_batches(source, snapshot_id, batches, known_at=at, full=full is not None)
        counted, gone, of = reading.counted, 0, 0
        if full is not None:
            gone, of = register.mark_absent(source, snapshot_id, named=counted.named, most=full.most)
        sheet = findings.sheet
        sent_back = sheet.save(errors_to, of=path) if sheet is not None and errors_to is not None else None
    held = full is not None and gone > of * full.most
    done = report.model_copy(
        update={
            "read": counted.read,
            "refused": counted.refused,
            "errors": tuple(findings.errors),
            "snapshot_id": snapshot_id,
            "profile": using.name,
            "error_sheet": str(sent_back or ""),
            "gone": 0 if held else gone,
            "gone_withheld": gone if held else 0,
            "unnamed": counted.unnamed,
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
