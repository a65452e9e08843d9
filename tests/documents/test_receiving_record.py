"""The record of received files: who gave what, what each is, and whether it may go out."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from docx import Document

from documents.facts import ReceivingFacts
from documents.receiving_record import receiving_record_docx, receiving_record_pdf, receiving_words
from records.digests import digests_of
from records.evidence import Artefact, CaptureState
from records.leads import Officer
from records.uploads import ListedEntry, ObtainWay, Receipt, UploadedFile, UploadedFiles, UploadManifest

AT = datetime(2026, 11, 20, 1, 15, tzinfo=UTC)
HOSTILE = "{{ 7*7 }}#panic()\u202e.jpg"


@pytest.fixture
def facts() -> ReceivingFacts:
    digests = digests_of(b"one")
    original = Artefact(
        path="files/0001.zip",
        role="original",
        media_type="application/zip",
        made_by="李某",
        made_at=AT,
        digests=digests,
    )
    one = UploadedFile(
        path="files/0001.zip",
        name=HOSTILE,
        media_type="application/zip",
        mismatch="扩展名与内容不符：名为 .jpg，内容是 ZIP 压缩包",
        digests=digests,
        received_at=AT,
        facts={"种类": "ZIP 压缩包"},
        personal={"拍摄位置（照片自带）": "30.25, 120.16"},
        entries=(ListedEntry(name="账.txt", size_bytes=1),),
        warnings=("压缩包内有 1 项加密",),
    )
    manifest = UploadManifest(
        capture_id="upload_1",
        title="当事人U盘",
        state=CaptureState.COMPLETE,
        started_at=AT,
        finished_at=AT,
        operator="张三",
        receipt=Receipt(
            source="当事人U盘",
            obtained_at=AT,
            handed_by="李某",
            device="黑色U盘",
            witness="赵某",
            officers=(Officer(name="张三", card_no="浙A1"), Officer(name="王五", card_no="浙A2")),
        ),
        formal=True,
        environment={"software": "wangjian 0.1.0"},
        artefacts=(original,),
    )
    files = UploadedFiles(upload_id="upload_1", files=(one,))
    return ReceivingFacts(organisation="测试局", prepared_at=AT, manifest=manifest, files=files)


def _way(facts: ReceivingFacts, way: ObtainWay, *, formal: bool = True) -> ReceivingFacts:
    receipt = facts.manifest.receipt.model_copy(update={"way": way})
    return facts.model_copy(
        update={"manifest": facts.manifest.model_copy(update={"receipt": receipt, "formal": formal})}
    )


def test_record_says_who_gave_what_and_what_it_is(facts):
    words = receiving_words(facts)
    told = {line.label: line.value for line in (*words.subject, *words.source)}
    assert words.title == "电子数据证据接收笔录" and words.internal == ""
    assert told["提供人"] == "李某" and told["原始设备或载体"] == "黑色U盘" and told["见证人"] == "赵某"
    received = words.steps[1].value
    assert "扩展名与内容不符" in received and "压缩包内：账.txt" in received and "1 项加密" in received
    assert "另含拍摄位置" in received and "30.25" not in received
    assert "【待核】" in "".join(words.articles)


def test_what_officers_take_themselves_is_an_extraction(facts):
    assert receiving_words(_way(facts, ObtainWay.SEIZED)).title == "电子数据证据提取笔录"


def test_without_two_officers_it_says_it_is_internal(facts):
    words = receiving_words(_way(facts, ObtainWay.HANDED, formal=False))
    assert words.internal == "内部监测件" and "执法证号" in words.notice


def test_both_forms_print_names_as_words(facts):
    pdf = receiving_record_pdf(facts)
    assert pdf.startswith(b"%PDF-") and b"pdfaid" in pdf and pdf == receiving_record_pdf(facts)
    document = Document(io.BytesIO(receiving_record_docx(facts)))
    cells = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert "{{ 7*7 }}#panic()" in cells and "\u202e" not in cells
