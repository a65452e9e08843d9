"""A case paper in words: facts and fields put into the places of its form, for the PDF and the docx alike.

What an officer must still write prints as 【待填：…】, what the records lack as 【缺：…】: nobody takes a draft
for a paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from documents.case_forms import Block, FormPages
from documents.printable import beijing_date, printable
from records.papers import Approval, PaperFact, PaperField, PaperForm, PrintedPaper

__all__ = ["CaseWords", "WordBlock", "case_words", "filled", "missing_of", "named_facts"]

_PLACE = re.compile(r"\{(@?)([a-z_0-9]+)\}")
_BLANK = "＿＿＿＿＿＿"
_LONGEST = 8_000
_OFFICERS = "两名执法人员及其执法证号（案件页“承办人员”）"
_TABLES = {
    "evidence": ("evidence_table", ("序号", "名称与来源", "固证编号与时间", "SHA-256")),
    "files": ("files_table", ("序号", "文件", "完整性校验值", "字节")),
    "contents": ("contents", ("序号", "文书号（编号）", "责任者", "题名", "日期", "页次", "备注")),
}
_PAGE_COLUMN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class WordBlock:
    """A part in words: `pairs` label and value, `lines` paragraphs, `table` head and rows."""

    type: str
    title: str = ""
    pairs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    lines: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[tuple[str, ...], ...], ...] = ()
    signed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWords:
    """The whole paper. `draft` is what the top of a draft says; empty once it is signed off."""

    organisation: str
    title: str
    document_no: str
    draft: str
    layout: str
    footer: str
    blocks: tuple[WordBlock, ...]


def named_facts(pages: FormPages) -> set[str]:
    """Keys of every fact the form quotes or needs."""
    texts = [one.default for one in pages.form.fields]
    for block in pages.blocks:
        texts += [block.text, *(said for _, said in block.rows)]
    quoted = {key for text in texts for mark, key in _PLACE.findall(text) if mark}
    tables = {_TABLES[block.type][0] for block in pages.blocks if block.type in _TABLES}
    officers = {"handlers"} if pages.form.officers else set()
    return {"organisation", *quoted, *tables, *officers, *pages.form.needs}


def filled(text: str, facts: Mapping[str, PaperFact], fields: Mapping[str, str], form: PaperForm | None = None) -> str:
    """The words with facts and fields in their places.

    >>> filled("{to}：{@cause}", {}, {"to": "甲局"})
    '甲局：＿＿＿＿＿＿'
    """

    def place(found: re.Match[str]) -> str:
        name = found[2]
        if found[1]:
            fact = facts.get(name)
            if fact is not None and fact.value:
                return fact.value
            return f"【缺：{fact.label}】" if fact is not None and form is not None and name in form.needs else _BLANK
        spec = next((one for one in form.fields if one.name == name), None) if form is not None else None
        return _shown(spec, fields.get(name, ""))

    return _PLACE.sub(place, text)


def missing_of(form: PaperForm, facts: Iterable[PaperFact], fields: Mapping[str, str]) -> tuple[str, ...]:
    """缺什么: facts the records lack, then required fields nobody wrote, then what was chosen outside the choices."""
    said = {fact.key: fact for fact in facts}
    lacking = [said[key].label for key in form.needs if key in said and not said[key].value]
    if form.officers and said["handlers"].value.count("执法证号") < form.officers:
        lacking.append(_OFFICERS)
    for spec in form.fields:
        value = fields.get(spec.name, "").strip()
        if spec.required and (not value or "【" in value or _BLANK in value):
            lacking.append(spec.label)
        elif value and spec.kind == "choice" and value not in spec.choices:
            lacking.append(f"{spec.label}（不在可选之列）")
        elif value and spec.kind == "date" and _day(value) is None:
            lacking.append(f"{spec.label}（写成 2026-12-05 的样子）")
    return tuple(lacking)


def case_words(pages: FormPages, printed: PrintedPaper) -> CaseWords:
    """The paper in words."""
    form, version = pages.form, printed.version
    facts = {fact.key: fact for fact in version.facts}
    lacking = f"缺：{'、'.join(version.missing)}" if version.missing else "内容已齐，尚未定稿"
    number = version.document_no or ("〔未编号〕" if form.series else "")
    return CaseWords(
        organisation=printable(facts["organisation"].value, longest=80) if "organisation" in facts else "",
        title=form.title,
        document_no=number,
        draft="" if version.sealed else f"草稿　第 {version.number} 版，不得对外使用。{lacking}",
        layout=form.layout,
        footer=f"文书编号 {version.paper_id}　第 {version.number} 版"
        if version.sealed
        else f"草稿 {version.paper_id} 第 {version.number} 版",
        blocks=tuple(_words(block, facts, printed) for block in pages.blocks),
    )


def _words(block: Block, facts: Mapping[str, PaperFact], printed: PrintedPaper) -> WordBlock:
    form, fields = printed.form, printed.version.fields
    if block.type == "rows":
        pairs = tuple((label, _lines(_in_row(said, facts, fields, form))) for label, said in block.rows)
        return WordBlock(type="rows", pairs=pairs)
    if block.type == "text":
        return WordBlock(type="text", lines=_indented(filled(block.text.strip("\n"), facts, fields, form)))
    if block.type == "opinion":
        return _opinion(block, facts, printed)
    if block.type in _TABLES:
        return _table(block, facts)
    if block.type == "closing":
        day = beijing_date(printed.prepared_at)
        when = f"{day.year}年{day.month}月{day.day}日" if printed.version.sealed else "　　年　　月　　日"
        organisation = facts["organisation"].value if "organisation" in facts else ""
        return WordBlock(type="closing", lines=(printable(organisation), "（印　章）", when))
    if block.type == "pictures":
        return WordBlock(type="pictures", lines=tuple(printable(one.caption) for one in printed.pictures))
    return WordBlock(type=block.type, title=block.text or block.title, lines=block.lines)


def _in_row(said: str, facts: Mapping[str, PaperFact], fields: Mapping[str, str], form: PaperForm) -> str:
    """In a table what is not known is left blank, to be written by hand."""
    return filled(said, facts, fields, form).replace(_BLANK, "").strip("　 ")


def _opinion(block: Block, facts: Mapping[str, PaperFact], printed: PrintedPaper) -> WordBlock:
    given = next((one for one in reversed(printed.version.approvals) if one.step == block.step), None)
    said = filled(block.text, facts, printed.version.fields, printed.form) if block.text else ""
    if not said and given is not None:
        said = given.opinion or ("同意" if given.agreed else "不同意")
    return WordBlock(type="opinion", title=block.label, lines=_lines(said), signed=_signed(given))


def _signed(given: Approval | None) -> str:
    if given is None:
        return "签名：　　　　　　　　　年　　月　　日"
    day = beijing_date(given.at)
    card = f"　执法证号 {given.card_no}" if given.card_no else ""
    return f"{printable(given.name, longest=20)}{card}　{day.year}年{day.month}月{day.day}日"


def _table(block: Block, facts: Mapping[str, PaperFact]) -> WordBlock:
    key, head = _TABLES[block.type]
    value = facts[key].value if key in facts else ""
    rows = []
    for number, line in enumerate(value.split("\n") if value else (), 1):
        cells = [str(number), *line.split("\t")]
        if block.type == "contents":
            cells.insert(_PAGE_COLUMN + 1, "")
        rows.append(tuple(_lines(cell.replace("\v", "\n")) for cell in cells))
    return WordBlock(type="table", title=block.title or block.text, head=head, rows=tuple(rows))


def _lines(text: str) -> tuple[str, ...]:
    """Each line printable; an indent of two full-width spaces stays."""
    shown = []
    for line in text.split("\n"):
        indent = "　　" if line.startswith("　　") else ""
        shown.append(indent + printable(line, longest=_LONGEST))
    return tuple(shown) if any(shown) else ()


def _indented(text: str) -> tuple[str, ...]:
    """Paragraphs of a letter: all but the first, whom it goes to, begin two characters in."""
    first, *rest = _lines(text) or ("",)
    return (first, *(line if line.startswith("　　") else f"　　{line}" for line in rest))


def _shown(spec: PaperField | None, value: str) -> str:
    value = value.strip()
    if not value:
        return f"【待填：{spec.label}】" if spec is not None and spec.required else ""
    if spec is not None and spec.kind == "date":
        day = _day(value)
        return f"{day.year}年{day.month}月{day.day}日" if day else value
    return value


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
