"""Makes `templates/extraction_record.docx`: `python -m documents.docx_template`. An office may edit a copy in Word.

The template holds docxtpl tags; the words put into them are data and are never read as tags.
"""

from __future__ import annotations

import io

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table
from docx.text.run import Run

from documents.typesetting import TEMPLATES

__all__ = ["build_template"]

_BODY_FONT, _TITLE_FONT = "仿宋_GB2312", "方正小标宋简体"
_SECTIONS = (
    ("一、基本情况", "subject"),
    ("二、提取对象与方法", "source"),
    ("三、提取过程", "steps"),
    ("四、提取环境", "environment"),
    ("五、提取结果", "result"),
)
_BLANK = "＿" * 16


def build_template() -> bytes:
    """The template's bytes."""
    document = Document()
    _set_page(document)
    _centred(document, "{{ words.organisation }}", size=15)
    _centred(document, "{{ words.title }}", size=22)
    _centred(document, "{{ words.document_no }}", size=11)
    notice = document.add_paragraph()
    _marked(notice.add_run("{{ words.internal }}　{{ words.notice }}"))
    for title, name in _SECTIONS:
        _heading(document, title)
        _facts(document, name)
    _heading(document, "六、依据")
    document.add_paragraph("{%p for one in words.articles %}")
    document.add_paragraph("{{ one }}")
    document.add_paragraph("{%p endfor %}")
    _heading(document, "七、签名")
    document.add_paragraph("{%p for one in words.signatures %}")
    document.add_paragraph("{{ one.label }}：" + _BLANK)
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("日期：　　　　年　　月　　日").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    _centred(document, "电子数据固定清单", size=18)
    _files(document)
    paper = io.BytesIO()
    document.save(paper)
    return paper.getvalue()


def _set_page(document: DocumentType) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    style = document.styles["Normal"]
    if isinstance(style, ParagraphStyle):
        style.font.size = Pt(12)
        style.font.name = _BODY_FONT
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _BODY_FONT)
    header = section.header.paragraphs[0]
    header.text = "{{ words.title }}　{{ words.internal }}"
    section.footer.paragraphs[0].text = "{{ words.footer }}"


def _centred(document: DocumentType, text: str, *, size: int) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _in_face(paragraph.add_run(text), _TITLE_FONT, size=size)


def _heading(document: DocumentType, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    _in_face(paragraph.add_run(text), _TITLE_FONT, size=13)


def _in_face(run: Run, face: str, *, size: int) -> None:
    run.font.size = Pt(size)
    run.font.name = face
    run.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)


def _marked(run: Run) -> None:
    run.bold = True
    run.font.color.rgb = RGBColor(0x9B, 0x1C, 0x1C)


def _facts(document: DocumentType, name: str) -> None:
    table = document.add_table(rows=3, cols=2)
    table.style = "Table Grid"
    _fill(table, 0, (f"{{%tr for one in words.{name} %}}", ""))
    _fill(table, 1, ("{{ one.label }}", "{{ one.value }}"))
    _fill(table, 2, ("{%tr endfor %}", ""))
    for row in table.rows:
        row.cells[0].width, row.cells[1].width = Cm(4.2), Cm(12.0)


def _files(document: DocumentType) -> None:
    table = document.add_table(rows=4, cols=3)
    table.style = "Table Grid"
    _fill(table, 0, ("序号", "文件与完整性校验值", "大小（字节）"))
    _fill(table, 1, ("{%tr for one in words.files %}", "", ""))
    told = (
        "{{ one.path }}\n{{ one.role }}　{{ one.media_type }}　{{ one.made_at }}\n"
        "制作：{{ one.made_by }}　方法：{{ one.method }}\n"
        "SHA-256 {{ one.sha256 }}\nSM3 {{ one.sm3 }}"
    )
    _fill(table, 2, ("{{ one.number }}", told, "{{ one.size }}"))
    _fill(table, 3, ("{%tr endfor %}", "", ""))
    for row in table.rows:
        for cell, width in zip(row.cells, (Cm(1.4), Cm(12.2), Cm(2.6)), strict=True):
            cell.width = width


def _fill(table: Table, row: int, texts: tuple[str, ...]) -> None:
    for cell, text in zip(table.rows[row].cells, texts, strict=True):
        cell.text = text


if __name__ == "__main__":
    (TEMPLATES / "extraction_record.docx").write_bytes(build_template())
