"""Makes `templates/case_paper.docx`: `python -m documents.case_docx_template`. An office may edit a copy in Word.

One template for all forms: it draws the blocks of a paper in order. The words put in are data and never read as tags.
"""

from __future__ import annotations

import io
from collections.abc import Callable

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from documents.typesetting import TEMPLATES

__all__ = ["build_case_template"]

Draw = Callable[[DocumentType], None]

_BODY_FONT, _TITLE_FONT = "仿宋_GB2312", "方正小标宋简体"
_TABLE_WIDTHS = {4: (1.2, 5.6, 4.6, 4.6), 7: (1.2, 2.6, 2.6, 4.0, 2.2, 1.2, 2.2)}


def build_case_template() -> bytes:
    """The template's bytes."""
    document = Document()
    _set_page(document)
    notice = document.add_paragraph().add_run("{{ words.draft }}")
    notice.bold, notice.font.color.rgb, notice.font.size = True, RGBColor(0x9B, 0x1C, 0x1C), Pt(10)
    _line(document, "{{ words.organisation }}", face=_TITLE_FONT, size=16)
    _line(document, "{{ words.title }}", face=_TITLE_FONT, size=22)
    _line(document, "{{ words.document_no }}", face=_BODY_FONT, size=12)
    document.add_paragraph("{%p for block in blocks %}")
    _if(document, "block.type == 'rows'", _pairs)
    for width in _TABLE_WIDTHS:
        _if(document, f"block.type == 'table' and block.width == {width}", _tables(width))
    _if(document, "block.type == 'heading'", _heading)
    _if(document, "block.type == 'text'", _paragraphs(WD_ALIGN_PARAGRAPH.LEFT))
    _if(document, "block.type == 'closing'", _paragraphs(WD_ALIGN_PARAGRAPH.RIGHT))
    _if(document, "block.type == 'sign'", _signatures)
    document.add_paragraph("{%p endfor %}")
    paper = io.BytesIO()
    document.save(paper)
    return paper.getvalue()


def _if(document: DocumentType, condition: str, draw: Draw) -> None:
    document.add_paragraph(f"{{%p if {condition} %}}")

    draw(document)
    document.add_paragraph("{%p endif %}")


def _pairs(document: DocumentType) -> None:
    table = document.add_table(rows=3, cols=2)
    table.style = "Table Grid"
    texts = (("{%tr for one in block.pairs %}", ""), ("{{ one.label }}", "{{ one.value }}"), ("{%tr endfor %}", ""))
    for row, pair in zip(table.rows, texts, strict=True):
        for cell, text, width in zip(row.cells, pair, (Cm(4.0), Cm(12.0)), strict=True):
            cell.text, cell.width = text, width


def _tables(width: int) -> Draw:
    def draw(document: DocumentType) -> None:
        _heading(document)
        table = document.add_table(rows=4, cols=width)
        table.style = "Table Grid"
        rows = (
            tuple(f"{{{{ block.head[{column}] }}}}" for column in range(width)),
            ("{%tr for row in block.rows %}", *("" for _ in range(width - 1))),
            tuple(f"{{{{ row[{column}] }}}}" for column in range(width)),
            ("{%tr endfor %}", *("" for _ in range(width - 1))),
        )
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text, wide in zip(row.cells, texts, _TABLE_WIDTHS[width], strict=True):
                cell.text, cell.width = text, Cm(wide)

    return draw


def _heading(document: DocumentType) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    _in_face(paragraph.add_run("{{ block.title }}"), _TITLE_FONT, size=13)


def _paragraphs(side: WD_ALIGN_PARAGRAPH) -> Draw:
    def draw(document: DocumentType) -> None:
        document.add_paragraph("{%p for line in block.lines %}")
        document.add_paragraph("{{ line }}").alignment = side
        document.add_paragraph("{%p endfor %}")

    return draw


def _signatures(document: DocumentType) -> None:
    _paragraphs(WD_ALIGN_PARAGRAPH.LEFT)(document)
    document.add_paragraph("日期：　　　　年　　月　　日").alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _line(document: DocumentType, text: str, *, face: str, size: int) -> Paragraph:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _in_face(paragraph.add_run(text), face, size=size)
    return paragraph


def _in_face(run: Run, face: str, *, size: int) -> None:
    run.font.size = Pt(size)
    run.font.name = face
    run.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)


def _set_page(document: DocumentType) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    style = document.styles["Normal"]
    if isinstance(style, ParagraphStyle):
        style.font.size = Pt(12)
        style.font.name = _BODY_FONT
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _BODY_FONT)
    section.footer.paragraphs[0].text = "{{ words.footer }}"


if __name__ == "__main__":
    (TEMPLATES / "case_paper.docx").write_bytes(build_case_template())
