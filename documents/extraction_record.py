"""电子数据证据提取笔录 with its 固定清单, as PDF/A-3b and as docx, from recorded facts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from docxtpl import DocxTemplate

from documents.extraction_words import ExtractionWords, FileLine, Line, extraction_words
from documents.facts import ExtractionFacts, ReceivingFacts
from documents.fonts import find_typefaces
from documents.printable import beijing_date, breakable
from documents.typesetting import TEMPLATES, typeset
from records.canonical import canonical_bytes

__all__ = ["extraction_record_docx", "extraction_record_pdf", "paper_docx", "paper_pdf", "without_times"]

_BROKEN_IN_FILES = frozenset({"path", "role", "media_type", "made_by", "method"})
_OLDEST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def extraction_record_pdf(facts: ExtractionFacts, *, font_folders: Sequence[Path] = ()) -> bytes:
    """The record as PDF/A-3b, with the facts and both lists of digests attached; the same facts give the same bytes.

    Args:
        font_folders: Where the bureau's own fonts are (`fonts/` of the data directory).

    Raises:
        AwayError: There is no Chinese font.
    """
    return paper_pdf(extraction_words(facts), facts, font_folders=font_folders)


def extraction_record_docx(facts: ExtractionFacts) -> bytes:
    """The same record as docx, to be completed and signed; 仿宋 and 小标宋 are named, the reader's office has them."""
    return paper_docx(extraction_words(facts))


def paper_pdf(
    words: ExtractionWords, facts: ExtractionFacts | ReceivingFacts, *, font_folders: Sequence[Path] = ()
) -> bytes:
    """Words in this form as PDF/A-3b, with what they were made from attached. Raises as `extraction_record_pdf`."""
    return typeset(
        "extraction_record.typ",
        _for_typst(words, facts.prepared_at),
        faces=find_typefaces(font_folders),
        prepared_at=facts.prepared_at,
        data={
            "facts": canonical_bytes(facts.model_dump(mode="json")).decode(),
            "sha256sums": _sums((one.digests.sha256, one.path) for one in facts.manifest.artefacts),
            "sm3sums": _sums((one.digests.sm3, one.path) for one in facts.manifest.artefacts),
        },
    )


def paper_docx(words: ExtractionWords) -> bytes:
    """The same words as docx."""
    template = DocxTemplate(TEMPLATES / "extraction_record.docx")
    template.render({"words": asdict(words)}, autoescape=True)
    paper = io.BytesIO()
    template.save(paper)
    return without_times(paper.getvalue())


def _for_typst(words: ExtractionWords, prepared_at: datetime) -> dict[str, object]:
    """The words with every value in pieces between which a line may end."""
    day = beijing_date(prepared_at)

    def lines(group: Iterable[Line]) -> list[dict[str, list[str]]]:
        return [{"label": breakable(one.label), "value": breakable(one.value)} for one in group]

    return {
        "organisation": words.organisation,
        "organisation_pieces": breakable(words.organisation),
        "title": words.title,
        "document_no": words.document_no,
        "internal": words.internal,
        "notice": words.notice,
        "footer": words.footer,
        "prepared": {"year": day.year, "month": day.month, "day": day.day},
        "subject": lines(words.subject),
        "source": lines(words.source),
        "steps": lines(words.steps),
        "environment": lines(words.environment),
        "result": lines(words.result),
        "signatures": lines(words.signatures),
        "articles": [breakable(one) for one in words.articles],
        "files": [_file_for_typst(one) for one in words.files],
    }


def _file_for_typst(one: FileLine) -> dict[str, object]:
    broken = {name: breakable(value) for name, value in asdict(one).items() if name in _BROKEN_IN_FILES}
    return {**asdict(one), **broken}


def _sums(lines: Iterable[tuple[str, str]]) -> str:
    """The form `sha256sum -c` reads; a path with a backslash or line end is escaped as GNU coreutils do."""
    written = []
    for digest, path in lines:
        safe = path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
        written.append(f"{'' if safe == path else chr(92)}{digest}  {safe}\n")
    return "".join(written)


def without_times(paper: bytes) -> bytes:
    """The same docx without the times of its making, so that the same facts give the same bytes."""
    again = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(paper)) as old, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            new.writestr(zipfile.ZipInfo(member.filename, _OLDEST_ZIP_TIME), old.read(member), zipfile.ZIP_DEFLATED)
    return again.getvalue()
