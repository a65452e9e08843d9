"""The timeline of a case as a paper: what happened when, by whom, and what a check of it said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from documents.fonts import find_typefaces
from documents.printable import beijing_date, beijing_short, breakable, printable, with_digests_grouped
from documents.typesetting import typeset
from records.canonical import canonical_bytes
from records.timeline import TimelineCheck, TimelineEntry

__all__ = ["TimelinePaper", "timeline_jsonl", "timeline_pdf"]

_WIDTHS = ("2.8em", "6.2em", "5em", "6em", "1fr")
_LONGEST = 1_200


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinePaper:
    """What the paper says beside the entries."""

    organisation: str
    title: str
    case_id: str
    chosen: str
    prepared_at: datetime


def timeline_pdf(
    paper: TimelinePaper,
    entries: Sequence[TimelineEntry],
    check: TimelineCheck,
    *,
    font_folders: Sequence[Path] = (),
) -> bytes:
    """PDF/A-3b with the entries as JSON lines attached. Raises AwayError without a Chinese font."""
    day = beijing_date(paper.prepared_at)
    verdict = "核对一致" if check.whole else "核对发现问题"
    pairs = [
        ("案件", printable(paper.title)),
        ("案件编号", paper.case_id),
        ("范围", f"{paper.chosen}，共 {len(entries)} 条"),
        ("核对", f"{beijing_short(check.at)} {verdict}"),
        *((("通过　" if line.passed else "不符　") + line.title, printable(line.said)) for line in check.lines),
    ]
    rows = [
        [
            str(number),
            beijing_short(one.at),
            one.kind,
            one.actor or "系统",
            with_digests_grouped(f"{one.title}　{one.detail}".strip()),
        ]
        for number, one in enumerate(entries, 1)
    ]
    words = {
        "organisation": paper.organisation,
        "organisation_pieces": breakable(printable(paper.organisation)),
        "title": "案件办理时间线",
        "document_no": "",
        "draft": "",
        "draft_pieces": [],
        "layout": "table",
        "footer": f"案件 {paper.case_id}　{beijing_short(paper.prepared_at)} 导出",
        "prepared": {"year": day.year, "month": day.month, "day": day.day},
        "blocks": [
            _block("rows", pairs=[{"label": label, "value": [breakable(value)]} for label, value in pairs]),
            _block(
                "table",
                title="时间均为北京时间，先后为序",
                head=["序号", "时间", "类别", "经办", "事项"],
                widths=list(_WIDTHS),
                rows=[[[breakable(printable(cell, longest=_LONGEST))] for cell in row] for row in rows],
            ),
        ],
    }
    return typeset(
        "case_paper.typ",
        words,
        faces=find_typefaces(font_folders),
        prepared_at=paper.prepared_at,
        data={"facts": timeline_jsonl(entries, check).decode()},
    )


def timeline_jsonl(entries: Sequence[TimelineEntry], check: TimelineCheck) -> bytes:
    """One entry a line in RFC 8785 form, oldest first; the last line is the check."""
    lines = [canonical_bytes(one.model_dump(mode="json")) for one in entries]
    return b"".join(line + b"\n" for line in (*lines, canonical_bytes(check.model_dump(mode="json"))))


def _block(kind: str, **parts: object) -> dict[str, object]:
    empty: dict[str, object] = {
        "title": "",
        "signed": "",
        "lines": [],
        "pairs": [],
        "head": [],
        "widths": [],
        "rows": [],
    }
    return {"type": kind, **empty, **parts}
