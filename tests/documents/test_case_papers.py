"""Papers of a case: one golden text each, what they lack said by name, the sealed ones without a mark of a draft."""

from __future__ import annotations

import importlib.util
import io
import subprocess
import zipfile
from pathlib import Path

import pytest

from documents.case_docx_template import build_case_template
from documents.case_papers import CasePaperRoom
from documents.typesetting import TEMPLATES
from records.errors import InvalidInputError, NotFoundError
from records.papers import CasePicture, PaperVersion, PrintedPaper

KINDS = ("01", "03", "04", "07", "11", "12", "15", "16", "17", "33", "55")
GOLDEN = Path(__file__).parent / "golden_papers"


def _making():
    spec = importlib.util.spec_from_file_location("case_making", Path(__file__).with_name("case_making.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


making = _making()


@pytest.fixture(scope="module")
def room():
    return CasePaperRoom()


def printed(room, kind, *, written=True, sealed=True, records=None, **fields):
    form = room.form(kind)
    facts = room.facts(form, records or making.records())
    words = room.first_fields(form, facts)
    if written:
        words |= {name: value for name, value in making.WRITTEN.items() if name in words}
    words |= fields
    version = PaperVersion(
        paper_id=f"paper_{kind}",
        number=2,
        fields=words,
        facts=facts,
        missing=room.missing(form, facts, words),
        saved_by="banan",
        saved_at=making.NOW,
        sealed=sealed,
        document_no=f"杭西市监{form.series}〔2026〕3号" if sealed and form.series else "",
        approvals=making.approvals() if sealed else (),
    )
    return PrintedPaper(form=form, version=version, prepared_at=making.NOW)


def text_of(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return "\n".join(line.replace(" ", "") for line in done.stdout.decode().splitlines() if line.strip()) + "\n"


@pytest.mark.parametrize("kind", KINDS)
def test_paper_says_what_it_said_before(room, kind):
    paper = printed(room, kind)
    assert paper.version.missing == ()
    said = text_of(room.pdf(paper))
    golden = GOLDEN / f"{kind}.txt"
    assert said == golden.read_text()
    assert "草稿" not in said and "【" not in said


@pytest.mark.parametrize("kind", KINDS)
def test_docx_holds_the_same_words(room, kind):
    paper = printed(room, kind)
    with zipfile.ZipFile(io.BytesIO(room.docx(paper))) as archive:
        document = archive.read("word/document.xml").decode()
    assert paper.form.title in document and "杭州市西湖区市场监督管理局" in document
    assert "{{" not in document and "{%" not in document
    for value in paper.version.fields.values():
        assert all(line in document for line in value.splitlines() if "-" not in line), value


def test_same_words_give_the_same_bytes(room):
    assert room.pdf(printed(room, "17")) == room.pdf(printed(room, "17"))
    assert room.docx(printed(room, "17")) == room.docx(printed(room, "17"))


def test_what_a_paper_lacks_is_named_and_marked(room):
    draft = printed(room, "15", written=False, sealed=False)
    assert draft.version.missing == ("应提供的材料", "提供期限", "提交地点", "联系人及电话")
    said = text_of(room.pdf(draft))
    assert "草稿" in said and "【待填：应提供的材料】" in said and "〔未编号〕" in said


def test_fact_the_records_lack_is_said_not_invented(room):
    bare = making.records(case=making.case().model_copy(update={"parties": (), "handlers": ()}))
    draft = printed(room, "33", sealed=False, records=bare)
    assert "当事人" in draft.version.missing
    assert any("两名执法人员" in what for what in draft.version.missing)


def test_date_that_is_none_and_choice_outside_the_list_are_named(room):
    assert "提供期限（写成 2026-12-05 的样子）" in printed(room, "15", until="下周").version.missing
    assert "报请事项（不在可选之列）" in printed(room, "07", decision="罚款").version.missing


def test_officers_character_without_a_glyph_is_refused_by_name(room):
    with pytest.raises(InvalidInputError, match="应提供的材料.*🦜"):
        room.pdf(printed(room, "15", materials="流水🦜"))


def test_words_of_a_page_are_never_markup_or_template(room):
    hostile = "#panic() {{ 1 }} {%p endif %} <b>$x$</b> \u202e"
    lead = making.lead().model_copy(update={"shop_name": hostile})
    paper = printed(room, "01", records=making.records(leads=(lead,)), content=hostile)
    said = text_of(room.pdf(paper))
    assert "#panic(){{1}}" in said and "〔U+202E〕" in said
    with zipfile.ZipFile(io.BytesIO(room.docx(paper))) as archive:
        assert "{{ 1 }}" in archive.read("word/document.xml").decode()


def test_picture_of_the_page_stands_on_the_extraction_sheet(room):
    from PIL import Image

    content = io.BytesIO()
    Image.new("RGB", (40, 60), "red").save(content, "PNG")
    paper = printed(room, "11")
    with_picture = PrintedPaper(
        form=paper.form,
        version=paper.version,
        prepared_at=paper.prepared_at,
        pictures=(CasePicture(content=content.getvalue(), caption="整页截图"),),
    )
    assert "整页截图" in text_of(room.pdf(with_picture))


def test_unknown_form_is_named(room):
    with pytest.raises(NotFoundError, match="99"):
        room.form("99")


def test_docx_template_is_the_one_its_program_makes():
    def parts(content):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.read("word/document.xml")

    assert parts(build_case_template()) == parts((TEMPLATES / "case_paper.docx").read_bytes())
