"""A search written to a file: what is found in one's region at one moment, persons masked, no cell a formula.

The file says itself what was asked, how many rows it has and when they were read: a table taken out of the office
without that is worth nothing.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from offices.desk import region_of_shop
from offices.masking import mask_shop
from records.base import Record
from records.errors import NotFoundError
from records.jobs import Job
from records.ports import Services
from records.search import Facet, SearchKind, SearchQuery
from wangjian.cli.exporting import harmless
from wangjian.job_works import Tell
from wangjian.workbook_words import about_in_words, cell_in_words, heading

__all__ = ["write_export"]

_KINDS = {"leads": SearchKind.LEAD, "shops": SearchKind.SHOP, "listings": SearchKind.LISTING}
_TELL_EVERY = 5_000
_LONGEST_CELL = 32_767


def write_export(services: Services, job: Job, folder: Path, tell: Tell) -> dict[str, str]:
    """Write what a job asks for; the rows, the file's name and its SHA-256.

    Raises:
        InvalidInputError: The words cannot be read.
        StoreAwayError: The index is away.
    """
    subject, kind = job.asks["subject"], job.asks["format"]
    filters = {Facet(name): tuple(values) for name, values in json.loads(job.asks.get("filters", "{}")).items()}
    query = SearchQuery(
        kind=_KINDS[subject], text=job.asks.get("text", ""), filters=filters, region_scope=job.region_code
    )
    path = folder / f"{subject}.{kind}"
    rows = _counted(_rows(services, query, job), tell)
    head = _head(job, services.clock().isoformat())
    count = {"jsonl": _jsonl, "csv": _csv, "xlsx": _xlsx}[kind](path, rows, head)  # of a CSV the job alone says it
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return {"file": path.name, "rows": str(count), "sha256": sha256, "read_at": head["read_at"]}


def _rows(services: Services, query: SearchQuery, job: Job) -> Iterator[Record]:
    for hit in services.index.walk(query):
        try:
            found = _record(services, query.kind, hit.doc_id, job.region_code)
        except NotFoundError:
            continue
        if found is not None:
            yield found


def _record(services: Services, kind: SearchKind, doc_id: str, scope: str) -> Record | None:
    """The record behind a hit; None when it has left the region since."""
    if kind is SearchKind.LEAD:
        lead = services.leads.lead(doc_id)
        return lead if lead.region_code.startswith(scope) else None
    listing = services.survey.listing(doc_id) if kind is SearchKind.LISTING else None
    shop = services.survey.shop(listing.shop_id if listing else doc_id)
    if scope and not region_of_shop(services, shop, services.survey.match_of(shop.shop_id)).startswith(scope):
        return None
    return listing or mask_shop(shop)


def _counted(rows: Iterator[Record], tell: Tell) -> Iterator[Record]:
    for number, row in enumerate(rows, start=1):
        if number % _TELL_EVERY == 0:
            tell(f"已写 {number} 条")
        yield row


def _head(job: Job, read_at: str) -> dict[str, str]:
    asked = {name: value for name, value in job.asks.items() if value}
    return {"read_at": read_at, "asked_by": job.login, "region": job.region_code or "不限", **asked}


def _jsonl(path: Path, rows: Iterator[Record], head: dict[str, str]) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps({"export": head}, ensure_ascii=False) + "\n")
        for row in rows:
            file.write(row.model_dump_json() + "\n")
            count += 1
    return count


def _table(rows: Iterator[Record], *, in_words: bool = False) -> Iterator[list[str]]:
    named = False
    for row in rows:
        told = row.model_dump(mode="json")
        if not named:
            yield [heading(name) for name in told] if in_words else list(told)
            named = True
        yield [_cell(cell_in_words(name, value) if in_words else value) for name, value in told.items()]


def _cell(value: object) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else harmless(value)


def _csv(path: Path, rows: Iterator[Record], _: dict[str, str]) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for cells in _table(rows):
            writer.writerow(cells)
            count += 1
    return max(count - 1, 0)  # the first is the heading


def _xlsx(path: Path, rows: Iterator[Record], head: dict[str, str]) -> int:
    from openpyxl import Workbook  # slow to load, and most exports are none
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    about, sheet = book.create_sheet("说明"), book.create_sheet("导出")
    count = 0
    for cells in _table(rows, in_words=True):
        count += 1
        made = [WriteOnlyCell(sheet, value=value[:_LONGEST_CELL]) for value in cells]
        for cell in made:
            cell.data_type = "s"
        sheet.append(made)
    count = max(count - 1, 0)  # the first is the heading
    for name, value in about_in_words({**head, "rows": str(count)}).items():
        cell = WriteOnlyCell(about, value=harmless(value)[:_LONGEST_CELL])
        cell.data_type = "s"
        about.append([name, cell])
    book.save(path)
    return count
