"""监测报告 of a week or month, as PDF/A-3b and docx, from words and drawings that were kept: printed again the same."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import typst
from docx.shared import Cm, Length
from docxtpl import DocxTemplate, InlineImage

from documents.extraction_record import without_times
from documents.fonts import find_typefaces
from documents.typesetting import TEMPLATES, typeset
from records.base import Record, UtcDatetime

__all__ = ["MonitoringWords", "monitoring_docx", "monitoring_pdf"]

_PIXELS_PER_INCH = 220.0
_WIDE, _HALF = Cm(15.4), Cm(7.6)


class MonitoringWords(Record):
    """What a report says. Rows are cells of text; `drawings` are SVG as `documents.charts` makes them.

    Attributes:
        limits: What could not be read or be concluded; stands on the first page, beside the figures it bears on.
        cases: Notable cases, without the name of any shop or person.
        small: Drawings two in a row; `ground` the map, empty where there is none.
    """

    title: str
    organisation: str
    period: str
    region: str
    report_id: str
    prepared_at: UtcDatetime
    prepared: str
    made_by: str
    summary: tuple[str, ...]
    limits: tuple[str, ...]
    survey: tuple[tuple[str, ...], ...]
    unread: tuple[tuple[str, ...], ...]
    overall: tuple[tuple[str, ...], ...]
    rates: tuple[tuple[str, ...], ...]
    regions: tuple[tuple[str, ...], ...]
    rules: tuple[tuple[str, ...], ...]
    categories: tuple[tuple[str, ...], ...]
    platforms: tuple[tuple[str, ...], ...]
    handling: tuple[tuple[str, ...], ...]
    cases: tuple[str, ...]
    method: tuple[str, ...]
    small: tuple[str, ...] = ()
    ground: str = ""
    bars: str = ""


def monitoring_pdf(words: MonitoringWords, *, font_folders: Sequence[Path] = ()) -> bytes:
    """The report as PDF/A-3b; the same words give the same bytes.

    Raises:
        AwayError: There is no Chinese font.
    """
    said = words.model_dump(mode="json", exclude={"small", "ground", "bars"})
    return typeset(
        "monitoring_report.typ",
        {**said, "year": words.prepared_at.year, "small": len(words.small)},
        faces=find_typefaces(font_folders),
        prepared_at=words.prepared_at,
        data={
            **{f"small{number}": svg for number, svg in enumerate(words.small)},
            "ground": words.ground,
            "bars": words.bars,
            "facts": words.model_dump_json(exclude={"small", "ground", "bars"}),
        },
    )


def monitoring_docx(words: MonitoringWords, *, font_folders: Sequence[Path] = ()) -> bytes:
    """The same report as docx, to be worked over. Raises as `monitoring_pdf`."""
    template = DocxTemplate(TEMPLATES / "monitoring_report.docx")
    drawings = [*words.small, words.ground, words.bars]
    pictures = iter(_pngs([svg for svg in drawings if svg], font_folders=font_folders, prepared_at=words.prepared_at))

    def picture(svg: str, wide: Length) -> InlineImage | str:
        return InlineImage(template, io.BytesIO(next(pictures)), width=wide) if svg else ""

    template.render(
        {
            "words": words.model_dump(mode="json", exclude={"small", "ground", "bars"}),
            "small": [picture(svg, _HALF) for svg in words.small],
            "ground": picture(words.ground, _WIDE),
            "bars": picture(words.bars, _WIDE),
        },
        autoescape=True,
    )
    paper = io.BytesIO()
    template.save(paper)
    return without_times(paper.getvalue())


def _pngs(drawings: Sequence[str], *, font_folders: Sequence[Path], prepared_at: datetime) -> list[bytes]:
    """Drawings as pictures, for papers that hold no SVG; in one go, for looking through the fonts takes longest."""
    if not drawings:
        return []
    faces = find_typefaces(font_folders)
    source = (
        "#set page(width: auto, height: auto, margin: 0pt)\n"
        '#for number in range(int(sys.inputs.count)) { page(image(bytes(sys.inputs.at("svg" + str(number))), '
        'format: "svg")) }'
    )
    inputs = {"count": str(len(drawings)), **{f"svg{number}": svg for number, svg in enumerate(drawings)}}
    folders: list[Path] = list(faces.folders)
    compiler = typst.Compiler(
        source.encode(), root=TEMPLATES, font_paths=typst.Fonts(font_paths=folders), sys_inputs=inputs
    )
    made = compiler.compile(format="png", ppi=_PIXELS_PER_INCH, timestamp=int(prepared_at.timestamp()))
    pictures = [one for one in (made if isinstance(made, list) else [made]) if isinstance(one, bytes)]
    if len(pictures) != len(drawings):
        raise TypeError(f"typst gave {len(pictures)} pictures of {len(drawings)}")
    return pictures
