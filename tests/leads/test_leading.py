from __future__ import annotations

from datetime import timedelta

import pytest

from leads.assessing import assess_listing, assess_shop
from leads.indexing import lead_document
from leads.leading import LeadMaker, build_lead
from leads.states import act
from records.leads import LeadState, RuleHit, Severity
from records.market import Category, Disclosure
from records.register import LicenceProblem, MatchDecision
from records.search import Facet, SearchKind
from records.subjects import Credit, SubjectHistory


@pytest.fixture
def shop(make):
    return make.shop(disclosure=Disclosure(licence_no="91110000600037341L", address="浙江省杭州市余杭区文一西路1号"))


def _findings(judge, make, shop, now, *titles):
    for at, title in enumerate(titles):
        listing = make.listing(title, listing_id=f"listing_{at}", url=f"http://shop.test/s/1/{at}.html")
        yield from assess_listing(judge, listing, shop, now=now)


def test_findings_of_one_rule_merge_to_one_lead(judge, make, shop, now) -> None:
    findings = list(_findings(judge, make, shop, now, "全网最好的面膜", "国家级品质面膜", "顶级面膜"))
    lead = build_lead(findings, shop, make.match(), existing=None, now=now)
    assert len(lead.finding_ids) == len(lead.urls) == 3
    assert lead.title == "青石百货 涉嫌广告使用绝对化用语"
    assert (lead.entity_name, lead.state) == ("杭州青石百货有限公司", LeadState.NEW)
    assert any("3 个页面" in reason for reason in lead.priority_reasons)


def test_excluded_and_undetermined_findings_make_no_lead(judge, make, shop, now) -> None:
    findings = list(_findings(judge, make, shop, now, "最佳赏味期三天", "全国首家 填补国内空白"))
    assert {finding.verdict.value for finding in findings} == {"excluded", "undetermined"}
    assert build_lead(findings, shop, None, existing=None, now=now) is None


def test_same_findings_give_the_same_lead(judge, make, shop, now) -> None:
    findings = list(_findings(judge, make, shop, now, "全网最好的面膜"))
    lead = build_lead(findings, shop, None, existing=None, now=now)
    assert build_lead(findings, shop, None, existing=lead, now=now + timedelta(days=1)) == lead


def test_new_finding_joins_the_lead_and_keeps_officers_work(judge, make, shop, now) -> None:
    old, *new = _findings(judge, make, shop, now, "全网最好的面膜", "国家级品质面膜")
    lead = build_lead([old], shop, None, existing=None, now=now)
    accepted, _ = act(lead, "签收", actor="王", reason="", now=now)
    joined = build_lead(new, shop, None, existing=accepted, now=now)
    assert set(joined.finding_ids) == {old.finding_id, *(one.finding_id for one in new)}
    assert (joined.state, joined.assignee, joined.due_on) == (LeadState.ACCEPTED, "王", accepted.due_on)


def test_priority_grows_with_severity_spread_sales_and_subject(judge, make, shop, now) -> None:
    medium = list(_findings(judge, make, shop, now, "全网最好的面膜"))
    plain = build_lead(medium, shop, None, existing=None, now=now)
    sold = make.listing("全网最好的面膜", listing_id="listing_0", sales_count=50_000, category=Category.COSMETIC)
    popular = build_lead(medium, shop, None, existing=None, now=now, listings=[sold])
    spread = build_lead(
        list(_findings(judge, make, shop, now, "全网最好的面膜", "全网最好的精华")), shop, None, existing=None, now=now
    )
    false_licence = assess_shop(judge, shop, make.match(LicenceProblem.REVOKED), now=now)
    grave = build_lead(false_licence, shop, make.match(LicenceProblem.REVOKED), existing=None, now=now)
    assert plain.priority_score < min(popular.priority_score, spread.priority_score) < grave.priority_score <= 1
    assert grave.severity is Severity.HIGH
    assert "登记主体已吊销" in grave.priority_reasons
    assert popular.categories == (Category.COSMETIC,)


def test_findings_of_two_rules_are_refused(judge, make, shop, now) -> None:
    findings = list(_findings(judge, make, shop, now, "全网最好的面膜，根治湿疹"))
    with pytest.raises(ValueError, match="one rule"):
        build_lead(findings, shop, None, existing=None, now=now)


def test_document_is_found_by_words_subject_and_facets(judge, make, shop, now) -> None:
    findings = list(_findings(judge, make, shop, now, "全网最好的面膜"))
    match = make.match(decision=MatchDecision.MATCH)
    lead = build_lead(findings, shop, match, existing=None, now=now)
    document = lead_document(lead, findings, shop, match)
    assert document.kind is SearchKind.LEAD
    for words in ("全网最好", "杭州青石百货有限公司", "http://shop.test/s/1/0.html", "杭州市余杭区市场监督管理局"):
        assert words in document.text
    assert document.facets[Facet.RULE] == ("A01",)
    assert document.facets[Facet.DECISION] == ("match",)
    assert document.region_code == "330110"


def test_rule_that_is_not_live_makes_no_lead_and_leads_that_are_there_go_on(judge, make, shop, now) -> None:
    old, *new = _findings(judge, make, shop, now, "全网最好的面膜", "国家级品质面膜")
    silent = LeadMaker(leading=frozenset({"A02"}))
    assert silent.build([old], shop, None, existing=None, now=now) is None
    lead = LeadMaker(leading=frozenset({"A01"})).build([old], shop, None, existing=None, now=now)
    assert len(silent.build([old, *new], shop, None, existing=lead, now=now).finding_ids) == 2


def test_priority_weighs_the_subjects_past_and_its_credit_class(judge, make, shop, now) -> None:
    findings = list(_findings(judge, make, shop, now, "全网最好的面膜"))

    def lead(**known):
        maker = LeadMaker(history_of=lambda _shop, _match, _rule: SubjectHistory(**known))
        return maker.build(findings, shop, make.match(), existing=None, now=now)

    plain, again, bad = lead(), lead(taken_up=3), lead(taken_up=3, credit=Credit.D)
    good, cleared = lead(credit=Credit.A), lead(excluded=2)
    scores = [one.priority_score for one in (good, cleared, plain, again, bad)]
    assert scores == sorted(scores) and len(set(scores)) == 5
    assert "该主体此前有 3 条线索经查属实" in again.priority_reasons
    assert "信用风险 D 类（高）" in bad.priority_reasons


def test_version_decided_on_is_kept_and_an_undecided_lead_takes_the_newest(judge, make, shop, now) -> None:
    old, *new = _findings(judge, make, shop, now, "全网最好的面膜", "国家级品质面膜")
    lead = build_lead([old], shop, None, existing=None, now=now)
    newer = [one.model_copy(update={"rule_version": "9", "found_at": now + timedelta(days=1)}) for one in new]
    assert build_lead([old, *newer], shop, None, existing=lead, now=now).rule_version == "9"
    decided, _ = act(lead, "排除", actor="王", reason="已公示有效资质", now=now)
    after = build_lead([old, *newer], shop, None, existing=decided, now=now)
    assert (after.rule_version, after.rule_hit, after.decided_at) == (lead.rule_version, RuleHit.WRONG, now)
