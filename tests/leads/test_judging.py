from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.catalogue import load_rules
from leads.judging import Judge
from leads.signals import NEGATED, NOT_MERCHANT
from records.leads import ScanFields, ScanInput, Severity, Verdict
from records.market import Category, Speaker

JUDGE = Judge(load_rules(), on=date(2026, 11, 20))
WORDS = sorted({word for rule in JUDGE.rules.values() for cue in rule.signal.cues for word in cue.words})
HOSTILE = st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=8)), max_size=12).map("".join)


@settings(deadline=None, max_examples=300)
@given(HOSTILE, st.sampled_from(list(Category)), st.sampled_from(list(Speaker)))
def test_any_text_is_judged_and_spans_point_at_the_original(text: str, category: Category, source: Speaker) -> None:
    for finding in JUDGE.judge(ScanInput(id="x", text=text, category=category, source=source)):
        assert finding.spans
        for span in finding.spans:
            assert text[span.start : span.end] == span.text != ""


@pytest.mark.parametrize(
    "disguised", ["国/家/级", "國 家 級", "国\u200b家\u200b级", "【国】【家】【级】", "国👍家👍级"]
)
def test_span_of_a_disguised_word_covers_the_whole_disguise(ask, disguised: str) -> None:
    found = ask("A01", f"正宗{disguised}品质")
    assert found is not None
    assert found.verdict is Verdict.SUSPECTED
    assert disguised.strip("【】") in found.spans[0].text


@pytest.mark.parametrize(
    "likeness",
    [
        "第一次网购",
        "最后三天",
        "最近上新",
        "绝对值编码器",
        "顶级域名",
        "长沙市第一中学",
        "首付三成",
        "唯一标识",
        "最终成交价",
    ],
)
def test_lexical_likeness_gives_no_finding_at_all(ask, likeness: str) -> None:
    assert ask("A01", likeness) is None


@pytest.mark.parametrize(
    ("text", "exemption"),
    [
        ("最佳赏味期三天", "使用方法、时间、保存等消费提示"),
        ("我们致力于成为行业第一品牌", "目标追求"),
        ("本店销量最高款", "同一品牌或企业内自我比较"),
        ("国家级非物质文化遗产", "国家规定评定的奖项、称号"),
        ("竭诚提供最优质的服务", "服务态度、经营理念或主观愿望"),
        ("每块玉石的纹理独一无二", "与商品性能质量无直接关联"),
    ],
)
def test_exemption_is_named_with_the_proof_the_party_owes(ask, text: str, exemption: str) -> None:
    found = ask("A01", text)
    assert found is not None
    assert (found.verdict, found.exemption) == (Verdict.EXCLUDED, exemption)
    assert "举证" in found.explanation


def test_review_is_not_the_merchants_advertising(ask) -> None:
    found = ask("A01", "全网最好的面膜", source=Speaker.REVIEW)
    assert (found.verdict, found.exemption) == (Verdict.EXCLUDED, NOT_MERCHANT)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("A03", "本品不能治疗糖尿病"),
        ("A10", "本课程不承诺考试保过"),
        ("C02", "本店从不刷单，快递单号均真实，联系客服"),
        ("A11", "警惕稳赚不赔的投资骗局"),
    ],
)
def test_denied_words_are_not_suspected(ask, rule: str, text: str) -> None:
    found = ask(rule, text)
    assert found is None or found.verdict is Verdict.EXCLUDED


def test_denial_of_another_word_does_not_excuse(ask) -> None:
    found = ask("A01", "没有副作用的最佳选择")
    assert found.verdict is Verdict.SUSPECTED
    assert found.exemption != NEGATED


def test_one_exempt_use_does_not_excuse_another(ask) -> None:
    found = ask("A01", "最佳赏味期三天。全国第一的蛋糕")
    assert found.verdict is Verdict.SUSPECTED
    assert [span.text for span in found.spans] == ["全国第一"]


def test_absolute_words_weigh_high_in_health_money_and_schooling(ask) -> None:
    assert ask("A01", "效果最好的护肝片", Category.HEALTH_FOOD).severity is Severity.HIGH
    assert ask("A01", "效果最好的拖把", Category.HOME).severity is Severity.MEDIUM


def test_limited_sales_fact_was_exempt_until_the_2026_guide(judge: Judge) -> None:
    scan = ScanInput(id="x", text="2025年天猫保温杯类目销量第一，数据来源：天猫商智")
    before = Judge(load_rules(), on=date(2026, 5, 1)).judge(scan)
    after = judge.judge(scan)
    assert [finding.verdict for finding in before if finding.rule == "A01"] == [Verdict.EXCLUDED]
    assert [finding.verdict for finding in after if finding.rule == "A01"] == [Verdict.UNDETERMINED]
    assert Verdict.SUSPECTED not in {finding.verdict for finding in (*before, *after)}


def test_rules_not_in_force_on_the_day_do_not_judge() -> None:
    assert "N01" not in Judge(load_rules(), on=date(2018, 12, 31)).rules
    assert "N01" in Judge(load_rules(), on=date(2019, 1, 1)).rules


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        (ScanFields(page_complete=True, licence_no="", has_licence_link=False), Verdict.SUSPECTED),
        (ScanFields(page_complete=False, licence_no="", has_licence_link=False), Verdict.UNDETERMINED),
        (ScanFields(licence_no="", has_licence_link=False), Verdict.UNDETERMINED),
        (ScanFields(page_complete=True, licence_no=""), Verdict.UNDETERMINED),
        (ScanFields(page_complete=True, has_licence_link=False), None),
        (ScanFields(page_complete=True, licence_no="", has_licence_link=True), None),
        (ScanFields(), None),
    ],
)
def test_absence_is_concluded_only_from_what_was_looked_at(ask, fields: ScanFields, verdict: Verdict | None) -> None:
    found = ask("N01", "首页", fields=fields)
    assert (found.verdict if found else None) is verdict


def test_text_stuffed_with_one_word_shows_a_hundred_hits_of_it(ask) -> None:
    text = "国家级品质。" * 5000
    found = ask("A01", text)
    assert found.verdict is Verdict.SUSPECTED
    assert len(found.spans) == 100
    assert all(text[span.start : span.end] == span.text for span in found.spans)


@pytest.mark.parametrize(
    "quoted",
    [
        "课程：为什么不能说“国家级”“顶级品质”",
        "“国家级”“顶级品质”错在哪里",
        "不得使用“国家级”、“顶级品质”等用语",
        "问：是国家级品质吗？答：普通品质",
    ],
)
def test_words_quoted_in_a_row_or_asked_are_not_claimed(ask, quoted: str) -> None:
    found = ask("A01", quoted)
    assert found is None or found.verdict is Verdict.EXCLUDED


def test_words_in_quotes_for_emphasis_are_claimed(ask) -> None:
    assert ask("A01", "我们的“国家级”品质").verdict is Verdict.SUSPECTED


def test_many_texts_together_are_judged_as_each_alone() -> None:
    scans = [
        ScanInput(id=one.text, text=one.text, category=one.category, source=one.source, fields=one.fields)
        for rule in JUDGE.rules.values()
        for one in (*rule.breaching[:3], *rule.clean[:2])
    ]
    assert len(scans) > 300  # more than one batch
    assert list(JUDGE.judge_all(scans)) == [JUDGE.judge(scan) for scan in scans]
    assert list(JUDGE.judge_all([])) == []
