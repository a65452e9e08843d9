"""Makes `templates/monitoring_report.docx`: `python -m documents.monitoring_template`. Offices may edit a copy.

The template holds docxtpl tags; the words put into them are data and are never read as tags.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from documents.typesetting import TEMPLATES

__all__ = ["build_template"]

_BODY, _TITLE = "仿宋_GB2312", "方正小标宋简体"
_RED = RGBColor(0xB3, 0x14, 0x0E)
_COMPARED = ("项目", "本期", "上期", "增减")


def build_template() -> bytes:
    """The template's bytes."""
    document = Document()
    _page(document)
    _line(document, "{{ words.title }}", size=24, face=_TITLE, colour=_RED)
    _under(_line(document, "{{ words.organisation }}　　　　{{ words.prepared }}", size=12))
    _line(document, "{{ words.period }}", size=16, face=_TITLE)
    _line(document, "监测范围：{{ words.region }}", size=12)
    _heading(document, "一、要情")
    _each(document, "words.summary")
    _heading(document, "未能读到的")
    _each(document, "words.limits")
    _heading(document, "二、监测完成情况")
    _table(document, _COMPARED, "words.survey")
    _table(document, ("未读到的原因", "网页数"), "words.unread")
    _heading(document, "三、检出情况")
    _table(document, _COMPARED, "words.overall")
    _table(document, ("比率", "本期", "上期", "分子 / 基数（本期）"), "words.rates")
    document.add_paragraph("{% for one in small %}{{ one }} {% endfor %}")
    _heading(document, "四、地区分布")
    document.add_paragraph("{{ ground }}").alignment = WD_ALIGN_PARAGRAPH.CENTER
    _table(document, ("地区", "新线索", "涉嫌网店", "监测网店", "未读全", "检出率"), "words.regions")
    _heading(document, "五、主要问题")
    _table(document, ("规则", "新线索", "采纳", "误报", "精确率"), "words.rules")
    document.add_paragraph("{{ bars }}").alignment = WD_ALIGN_PARAGRAPH.CENTER
    _table(document, ("平台", "新线索", "涉嫌网店", "监测网店"), "words.platforms")
    _heading(document, "六、典型情形")
    _each(document, "words.cases")
    _heading(document, "七、处置与时限")
    _table(document, _COMPARED, "words.handling")
    _heading(document, "八、方法与局限")
    _each(document, "words.method")
    closing = document.add_paragraph("{{ words.organisation }}\n{{ words.prepared }}")
    closing.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paper = io.BytesIO()
    document.save(paper)
    return paper.getvalue()


def _page(document: DocumentType) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.0), Cm(2.6)
    section.left_margin = section.right_margin = Cm(2.7)
    style = document.styles["Normal"]
    if isinstance(style, ParagraphStyle):
        style.font.size, style.font.name = Pt(12), _BODY
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _BODY)
        style.paragraph_format.space_after = Pt(4)
    section.footer.paragraphs[0].text = "报告编号 {{ words.report_id }}"


def _line(
    document: DocumentType, said: str, *, size: int, face: str = _BODY, colour: RGBColor | None = None
) -> Paragraph:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(said)
    run.font.size, run.font.name = Pt(size), face
    run.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)
    if colour is not None:
        run.font.color.rgb = colour
        run.bold = True
    return paragraph


def _under(paragraph: Paragraph) -> None:
    """The red rule of an official paper."""
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "14"), ("space", "6"), ("color", "B3140E")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().append(borders)  # python-docx has no name for a paragraph's border


def _heading(document: DocumentType, said: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_before = Pt(12)
    run = paragraph.add_run(said)
    run.bold = True
    run.font.size, run.font.name = Pt(14), _TITLE
    run.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _TITLE)


def _each(document: DocumentType, name: str) -> None:
    document.add_paragraph(f"{{%p for one in {name} %}}")
    document.add_paragraph("{{ one }}").paragraph_format.first_line_indent = Pt(24)
    document.add_paragraph("{%p endfor %}")


def _table(document: DocumentType, heads: Sequence[str], name: str) -> None:
    table = document.add_table(rows=4, cols=len(heads))
    table.style = "Table Grid"
    lines = (
        tuple(heads),
        (f"{{%tr for one in {name} %}}",),
        tuple(f"{{{{ one[{place}] }}}}" for place in range(len(heads))),
        ("{%tr endfor %}",),
    )
    for row, texts in zip(table.rows, lines, strict=True):
        for place, said in enumerate(texts):
            row.cells[place].text = said
            if place:
                row.cells[place].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for run in (run for cell in table.rows[0].cells for paragraph in cell.paragraphs for run in paragraph.runs):
        run.bold = True
    document.add_paragraph().paragraph_format.space_after = Pt(0)


if __name__ == "__main__":
    (TEMPLATES / "monitoring_report.docx").write_bytes(build_template())
