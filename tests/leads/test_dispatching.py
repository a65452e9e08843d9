from __future__ import annotations

from datetime import UTC, datetime

from leads.dispatching import propose_dispatch
from records.dispatching import DutyOfficer
from records.leads import Jurisdiction, Lead, Severity
from records.market import Category

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)


def _lead(number: int, region: str = "330106", **changes: object) -> Lead:
    first = Jurisdiction(
        office="西湖区局", region_code=region, article="第十条第二款", reason="公示的地址", certainty_score=0.8
    )
    other = first.model_copy(update={"office": "余杭区局"})
    lead = Lead(
        lead_id=f"l{number}", rule_id="A01", rule_title="t", severity=Severity.HIGH, shop_id=f"s{number}", title="t",
        finding_ids=("f",), priority_score=0.9 - number / 100, region_code=region, jurisdictions=(first, other),
        categories=(Category.FOOD,), first_seen_at=NOW, last_seen_at=NOW,
    )  # fmt: skip
    return lead.model_copy(update=changes)


def _officer(login: str, region: str = "3301", **changes: object) -> DutyOfficer:
    return DutyOfficer(login=login, region_code=region, **changes)


def test_load_is_spread_the_most_pressing_first() -> None:
    officers = [_officer("li", load=1), _officer("wang")]
    given = propose_dispatch([_lead(number) for number in (3, 1, 2, 0)], officers)
    assert [one.lead_id for one in given] == ["l0", "l1", "l2", "l3"]
    assert [one.assignee for one in given] == ["wang", "li", "wang", "li"]


def test_reason_names_office_article_region_class_and_load() -> None:
    (one,) = propose_dispatch([_lead(0)], [_officer("li", categories=(Category.FOOD,), load=2), _officer("wang")])
    assert one.assignee == "li"
    assert one.reason.startswith("西湖区局：公示的地址（第十条第二款）；派 li：管辖 3301，分管食品，在办 2 件")
    assert one.alternatives == ("余杭区局（第十条第二款）",)


def test_deeper_region_goes_before_a_wider_one() -> None:
    officers = [_officer("city"), _officer("county", "330106", load=9), _officer("away", "5101")]
    (one,) = propose_dispatch([_lead(0)], officers)
    assert one.assignee == "county"


def test_nobody_is_named_who_may_not_or_cannot() -> None:
    (unknown,) = propose_dispatch([_lead(0, region="", jurisdictions=())], [_officer("li", "")])
    (away,) = propose_dispatch([_lead(0, region="510104")], [_officer("li")])
    (other,) = propose_dispatch([_lead(0)], [_officer("li", rules=("G",))])
    (full,) = propose_dispatch([_lead(0)], [_officer("li", load=5)], most_a_person=5)
    assert [one.assignee for one in (unknown, away, other, full)] == [""] * 4
    assert "实际经营地不明" in unknown.reason and "管辖不明" in unknown.reason
    assert "宜交办或移送" in away.reason
    assert "均不分管此类" in other.reason
    assert "均已达 5 件" in full.reason
