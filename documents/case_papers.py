"""Case papers as PDF/A-3b and docx: `CasePaperRoom` does for the desks what `records.papers.PaperRoom` asks."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

from docxtpl import DocxTemplate

from documents.case_facts import case_facts
from documents.case_forms import FormPages, read_forms
from documents.case_words import CaseWords, WordBlock, case_words, filled, missing_of, named_facts
from documents.extraction_record import without_times
from documents.fonts import find_typefaces
from documents.printable import beijing_date, breakable
from documents.typesetting import TEMPLATES, Beside, typeset
from records.canonical import canonical_bytes
from records.errors import InvalidInputError, NotFoundError
from records.papers import CaseRecords, PaperFact, PaperForm, PrintedPaper

__all__ = ["CasePaperRoom"]

_PICTURE_MM = 118
_WIDTHS = {
    4: ("2.6em", "1fr", "1.05fr", "12.6em"),
    7: ("2.6em", "1.45fr", "1.15fr", "1.5fr", "6.4em", "2.6em", "4.2em"),
}
_FILES_WIDTHS = ("2.6em", "1fr", "1.55fr", "5.4em")


class CasePaperRoom:
    """Reads the forms when the first is asked for; everything else is pure."""

    @cached_property
    def _pages(self) -> Mapping[str, FormPages]:
        return read_forms()

    def forms(self) -> tuple[PaperForm, ...]:
        """See records.papers.PaperRoom."""
        return tuple(pages.form for pages in self._pages.values())

    def form(self, kind: str) -> PaperForm:
        """See records.papers.PaperRoom."""
        return self._of(kind).form

    def facts(self, form: PaperForm, records: CaseRecords) -> tuple[PaperFact, ...]:
        """See records.papers.PaperRoom."""
        return case_facts(records, named_facts(self._of(form.kind)))

    def first_fields(self, form: PaperForm, facts: Sequence[PaperFact]) -> dict[str, str]:
        """See records.papers.PaperRoom. What the proposal would quote and the records lack is not proposed."""
        said = {fact.key: fact for fact in facts}
        fields: dict[str, str] = {}
        for spec in form.fields:
            words = filled(spec.default, said, fields)
            fields[spec.name] = "" if "＿" in words else words
        return fields

    def missing(self, form: PaperForm, facts: Sequence[PaperFact], fields: Mapping[str, str]) -> tuple[str, ...]:
        """See records.papers.PaperRoom."""
        return missing_of(form, facts, fields)

    def pdf(self, printed: PrintedPaper, *, font_folders: Sequence[Path] = ()) -> bytes:
        """See records.papers.PaperRoom."""
        words = case_words(self._of(printed.form.kind), printed)
        version = printed.version

        def refuse(unshown: str) -> None:
            for spec in printed.form.fields:
                found = [char for char in unshown if char in version.fields.get(spec.name, "")]
                if found:
                    raise InvalidInputError(
                        f"“{spec.label}”中有字体里没有的字：{'、'.join(found)}",
                        cure="改用其他写法，或把有这个字的字体放进数据目录的 fonts/",
                    )

        return typeset(
            "case_paper.typ",
            _for_typst(words, printed),
            faces=find_typefaces(font_folders),
            prepared_at=printed.prepared_at,
            data={"facts": canonical_bytes(version.model_dump(mode="json", exclude={"pdf", "docx"})).decode()},
            beside=Beside(
                pictures={f"picture-{index}.png": one.content for index, one in enumerate(printed.pictures)},
                unshown_is=refuse,
            ),
        )

    def docx(self, printed: PrintedPaper) -> bytes:
        """See records.papers.PaperRoom."""
        words = case_words(self._of(printed.form.kind), printed)
        template = DocxTemplate(TEMPLATES / "case_paper.docx")
        blocks = [_for_docx(block, words.layout) for block in words.blocks if block.type != "pictures"]
        template.render({"words": asdict(words), "blocks": blocks}, autoescape=True)
        paper = io.BytesIO()
        template.save(paper)
        return without_times(paper.getvalue())

    def _of(self, kind: str) -> FormPages:
        try:
            return self._pages[kind]
        except KeyError:
            raise NotFoundError(f"没有第 {kind[:10]} 号文书格式", cure=f"现有：{'、'.join(self._pages)}") from None


def _for_typst(words: CaseWords, printed: PrintedPaper) -> dict[str, object]:
    day = beijing_date(printed.prepared_at)
    return {
        **{
            name: getattr(words, name) for name in ("organisation", "title", "document_no", "draft", "layout", "footer")
        },
        "organisation_pieces": breakable(words.organisation),
        "draft_pieces": breakable(words.draft),
        "prepared": {"year": day.year, "month": day.month, "day": day.day},
        "picture-height": _PICTURE_MM,
        "blocks": [_block(block) for block in words.blocks],
    }


def _block(block: WordBlock) -> dict[str, object]:
    is_files = block.head[-1:] == ("字节",)
    return {
        "type": block.type,
        "title": block.title,
        "signed": block.signed,
        "lines": [breakable(line) for line in block.lines],
        "pairs": [{"label": label, "value": [breakable(line) for line in value]} for label, value in block.pairs],
        "head": list(block.head),
        "widths": list(_FILES_WIDTHS if is_files else _WIDTHS.get(len(block.head), ())),
        "rows": [[[breakable(line) for line in cell] for cell in row] for row in block.rows],
    }


def _for_docx(block: WordBlock, layout: str) -> dict[str, object]:
    """Cells as texts with line ends; blanks of signatures drawn with underscores."""
    return {
        "type": "rows" if block.type == "opinion" else block.type,
        "title": "" if block.type == "opinion" else block.title,
        "lines": [f"{line}：＿＿＿＿＿＿＿＿＿＿" if block.type == "sign" else line for line in block.lines],
        "pairs": (
            [{"label": block.title, "value": "\n".join((*block.lines, "", block.signed))}]
            if block.type == "opinion"
            else [{"label": label, "value": "\n".join(value)} for label, value in block.pairs]
        ),
        "width": len(block.head),
        "head": list(block.head),
        "rows": [["\n".join(cell) for cell in row] for row in block.rows],
        "layout": layout,
    }
