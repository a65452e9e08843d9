"""The 笔录 says what was recorded, all of it, and nothing a page wrote can change its form."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn
from xml.etree import ElementTree

import pytest

from documents.docx_template import build_template
from documents.extraction_record import extraction_record_docx, extraction_record_pdf
from documents.facts import CitedArticle, ExtractionFacts, extraction_facts
from documents.fonts import find_typefaces
from documents.typesetting import TEMPLATES
from records.base import Record
from records.errors import AwayError
from records.evidence import CaptureState, Manifest, TimestampState
from records.leads import Case, Officer

HOSTILE = (
    '#panic("x") #read("/etc/passwd") $x$ *b* _i_ `c` <label> @ref \\ // /* ]#[',
    "{{ 7*7 }} {% for x in y %} {#c#} {{ words.title.__class__ }}",
    "<w:p/> & \"quotes\" 'single' ]]> &#x41; <script>alert(1)</script>",
    '=HYPERLINK("http://x") \x00\x01\x08\x1b[31m \u202e反 \u200b\ufeff\u2066',
    "😀👨‍👩‍👧‍👦🇨🇳 ሀማርኛ မြန်မာ ꦗꦮ עברית العربية हिन्दी ไทย 𝔘𝔫𝔦 \U0001f9ff \ue000",
    "㐂𠮷龘𰻞 〇々﹏",
)


HEADINGS = (
    "一、基本情况",
    "二、提取对象与方法",
    "三、提取过程",
    "四、提取环境",
    "五、提取结果",
    "六、依据",
    "七、签名",
    "电子数据固定清单",
)


@pytest.fixture
def texted(part_missing: Callable[[str, str], NoReturn], tmp_path: Path) -> Callable[[bytes], str]:
    """What another program reads in a PDF, spaces and line ends removed (a line may end anywhere)."""
    if shutil.which("pdftotext") is None:
        part_missing("pdftotext", "apt-get install -y poppler-utils")

    def read(paper: bytes) -> str:
        place = tmp_path / "paper.pdf"
        place.write_bytes(paper)
        done = subprocess.run(["pdftotext", "-layout", place, "-"], capture_output=True, check=True)
        assert done.stderr == b""
        return re.sub(r"\s+", "", done.stdout.decode())

    return read


def docx_text(paper: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(paper)) as members:
        assert members.testzip() is None
        parts = [name for name in members.namelist() if re.match(r"word/(document|header\d|footer\d)\.xml", name)]
        trees = [ElementTree.fromstring(members.read(name)) for name in parts]
    return re.sub(r"\s+", "", "".join("".join(tree.itertext()) for tree in trees))


def with_manifest(facts: ExtractionFacts, **changed: object) -> ExtractionFacts:
    return facts.model_copy(update={"manifest": facts.manifest.model_copy(update=changed)})


def test_every_fact_can_be_read_in_both_papers(facts: ExtractionFacts, texted: Callable[[bytes], str]) -> None:
    manifest = facts.manifest
    said = (
        facts.organisation,
        facts.case_title,
        facts.party_name,
        facts.party_code,
        manifest.url,
        manifest.title,
        "2026年11月20日09时15分02秒",
        "李建国　执法证号京市监010233",
        "赵晓芸",
        manifest.operator,
        manifest.capture_id,
        *manifest.environment,
        *(one.digests.sha256 for one in manifest.artefacts),
        *(one.digests.sm3 for one in manifest.artefacts),
        *(one.path for one in manifest.artefacts),
    )
    for text in (texted(extraction_record_pdf(facts)), docx_text(extraction_record_docx(facts))):
        for value in said:
            assert re.sub(r"\s+", "", value) in text, value


def test_paper_claims_pdf_a_3b_and_embeds_every_font(facts: ExtractionFacts) -> None:
    paper = extraction_record_pdf(facts)
    assert b"<pdfaid:part>3</pdfaid:part>" in paper
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in paper
    assert b"/FontFile3" in paper


def test_same_facts_give_the_same_bytes(facts: ExtractionFacts) -> None:
    assert extraction_record_pdf(facts) == extraction_record_pdf(facts)
    assert extraction_record_docx(facts) == extraction_record_docx(facts)


def test_digest_lists_attached_to_the_paper_are_those_of_the_manifest(
    facts: ExtractionFacts, part_missing: Callable[[str, str], NoReturn], tmp_path: Path
) -> None:
    if shutil.which("pdfdetach") is None:
        part_missing("pdfdetach", "apt-get install -y poppler-utils")
    (tmp_path / "paper.pdf").write_bytes(extraction_record_pdf(facts))
    subprocess.run(["pdfdetach", "-saveall", "paper.pdf"], cwd=tmp_path, check=True, capture_output=True)
    lines = [f"{one.digests.sha256}  {one.path}" for one in facts.manifest.artefacts]
    assert (tmp_path / "sha256sums.txt").read_text().splitlines() == lines
    assert ExtractionFacts.model_validate_json((tmp_path / "facts.json").read_bytes()) == facts


def test_without_two_officers_the_paper_is_internal(
    manifest: Manifest, case: Case, texted: Callable[[bytes], str]
) -> None:
    def read(*officers: Officer) -> str:
        facts = extraction_facts(
            manifest,
            organisation="某局",
            prepared_at=manifest.finished_at,
            case=case.model_copy(update={"officers": officers}),
        )
        text, other = texted(extraction_record_pdf(facts)), docx_text(extraction_record_docx(facts))
        assert ("内部监测件" in text) == ("内部监测件" in other)
        return text

    one, two = case.officers
    assert "内部监测件" in read()
    assert "内部监测件" in read(one)
    assert "内部监测件" in read(one, one)
    assert "内部监测件" in read(one, two.model_copy(update={"card_no": " "}))
    assert "内部监测件" not in read(one, two)


def test_articles_nobody_confirmed_print_待核(facts: ExtractionFacts, texted: Callable[[bytes], str]) -> None:
    articles = (
        CitedArticle(instrument="甲规定", article="第一条", verified=True),
        CitedArticle(instrument="乙规定", article="第二条"),
    )
    text = texted(extraction_record_pdf(facts.model_copy(update={"articles": articles})))
    assert "《乙规定》第二条【待核】" in text
    assert "《甲规定》第一条" in text
    assert text.count("待核】") == 1
    assert "标明待核的条款尚未与官方文本核对" in text


@pytest.mark.parametrize(
    ("state", "says", "not_says"),
    [
        (TimestampState.PENDING, "待加戳", "（RFC3161）"),
        (TimestampState.LOCAL, "内部授时", "待加戳"),
        (TimestampState.STAMPED, "某授时中心（RFC3161）", "内部授时"),
    ],
)
def test_time_stamp_is_said_for_what_it_is(
    facts: ExtractionFacts, texted: Callable[[bytes], str], state: TimestampState, says: str, not_says: str
) -> None:
    at = None if state is TimestampState.PENDING else facts.prepared_at
    stamped = facts.model_copy(update={"timestamp": state, "timestamp_at": at, "authorities": ("某授时中心",)})
    text = texted(extraction_record_pdf(stamped))
    assert says in text
    assert not_says not in text


def test_partial_capture_names_what_is_missing(facts: ExtractionFacts, texted: Callable[[bytes], str]) -> None:
    partial = with_manifest(facts, state=CaptureState.PARTIAL, missing=("网页打印件：超时", "证书链"))
    text = texted(extraction_record_pdf(partial))
    assert "部分完成" in text
    assert "网页打印件：超时；证书链" in text
    assert "完整：应固定" not in text


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_printed_and_does_nothing(
    facts: ExtractionFacts, texted: Callable[[bytes], str], hostile: str
) -> None:
    soiled = with_manifest(
        facts,
        title=hostile,
        url="http://a/" + hostile,
        environment={hostile: hostile},
        operator=hostile,
        missing=(hostile,),
        artefacts=(facts.manifest.artefacts[0].model_copy(update={"path": hostile, "role": hostile}),),
    ).model_copy(update={"party_name": hostile, "case_title": hostile, "document_no": hostile})
    text, other = texted(extraction_record_pdf(soiled)), docx_text(extraction_record_docx(soiled))
    for heading in HEADINGS:
        assert text.count(heading) == 1
        assert other.count(heading) == 1
    visible = re.sub(r"\s+", "", "".join(char for char in hostile if char.isascii() and char.isprintable()))
    assert visible in text or not hostile.isascii()
    assert visible in other or not hostile.isascii()
    assert "\u202e" not in text + other


def test_very_long_words_stay_on_the_paper(
    facts: ExtractionFacts, tmp_path: Path, texted: Callable[[bytes], str]
) -> None:
    url = "https://example.cn/" + "a" * 1900
    paper = extraction_record_pdf(with_manifest(facts, url=url, title="W" * 50_000, environment={"x" * 200: "é" * 400}))
    assert "a" * 1900 in texted(paper)
    place = tmp_path / "paper.pdf"
    place.write_bytes(paper)
    boxes = subprocess.run(["pdftotext", "-bbox", place, "-"], capture_output=True, check=True, text=True).stdout
    right_edges = [float(edge) for edge in re.findall(r'xMax="([\d.]+)"', boxes)]
    assert max(right_edges) <= 595.28 - 60


def test_capture_without_files_or_environment_still_has_its_paper(
    facts: ExtractionFacts, texted: Callable[[bytes], str]
) -> None:
    bare = with_manifest(facts, artefacts=(), environment={}, navigation=(), title="", state=CaptureState.FAILED)
    text = texted(extraction_record_pdf(bare))
    assert "（没有固定任何文件）" in text
    assert "失败" in text
    assert "没有标题" in docx_text(extraction_record_docx(bare))


def test_no_chinese_font_is_said_and_no_paper_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("documents.fonts._BODY", ("No Such Face",))
    monkeypatch.setattr("documents.fonts._FALLBACK", ("No Such Face",))
    with pytest.raises(AwayError, match="没有可用于文书的中文字体") as caught:
        find_typefaces()
    assert "fonts-noto-cjk" in caught.value.cure


def test_docx_template_is_the_one_its_program_makes() -> None:
    def body(paper: bytes) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(paper)) as members:
            return {name: members.read(name) for name in members.namelist() if name.startswith("word/")}

    assert body((TEMPLATES / "extraction_record.docx").read_bytes()) == body(build_template())


def test_facts_are_a_closed_record() -> None:
    assert issubclass(ExtractionFacts, Record)
    assert ExtractionFacts.model_config["frozen"] is True
