"""FigureStore: marks are replaced by key, held to days and regions, and reports never change."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from records.errors import NotFoundError
from records.statistics import FindingMark, LeadMark, ListingMark, Marks, MonitoringReport, ShopMark, Span

WEEK = Span(first=100, last=106)


def _lead(lead_id, *, first=100, last=100, region="330106", **more):
    fixed = {"target_id": "t1", "shop_id": "s1", "rule_id": "A01", "severity": "high", "state": "待研判"}
    return LeadMark(
        **{**fixed, "lead_id": lead_id, "first_day": first, "last_day": last, "region_code": region,
           "categories": "食品", "upheld": "open", **more}
    )  # fmt: skip


def _shop(shop_id, *, region="330106", target="t1"):
    return ShopMark(shop_id=shop_id, target_id=target, region_code=region, first_day=90, last_day=103, unread=False)


def test_lead_is_found_on_its_days_and_where_it_is(records):
    figures = records.figures
    kept = (
        _lead("a", first=90, last=100),
        _lead("b", first=106, last=200, region="5101"),
        _lead("c", first=107, last=107),
        _lead("d", first=1, last=2, upheld="right", decided_day=103),
        _lead("e", first=1, last=2, checked=True, check_due_day=20),
        _lead("f", first=1, last=2, checked=True, check_ended_day=50),
    )
    figures.keep(Marks(leads=kept))
    assert [row[0] for row in figures.leads(WEEK)] == ["a", "b", "d", "e"]
    assert [row[0] for row in figures.leads(WEEK, region="33")] == ["a", "d", "e"]
    assert figures.leads(WEEK, region="33", target_id="t2") == []
    assert figures.leads(WEEK, region="%") == []
    assert tuple(figures.leads(WEEK)[0]) == tuple(kept[0].model_dump().values())
    assert figures.decided_days(WEEK) == {103: 1}
    assert figures.lead_days(Span(first=1, last=100)) == {1: 3, 90: 1}


def test_mark_kept_again_replaces_the_one_before(records):
    figures = records.figures
    figures.keep(Marks(leads=(_lead("a"),), shops=(_shop("s1"),)))
    figures.keep(Marks(leads=(_lead("a", region="5101"),)))
    assert figures.leads(WEEK, region="33") == []
    assert figures.counted() == {"leads": 1, "shops": 1, "listings": 0, "findings": 0}
    figures.clear()
    assert not any(figures.counted().values())


def test_listings_and_findings_belong_where_their_shop_is(records):
    figures = records.figures
    listings = tuple(
        ListingMark(listing_id=f"i{number}", shop_id=shop, category="食品", first_day=100, last_day=100 + number)
        for number, shop in enumerate(("s1", "s1", "s2"))
    )
    findings = tuple(
        FindingMark(finding_id=f"f{number}", shop_id=shop, listing_id=listing, rule_id="A01", verdict=verdict, day=101)
        for number, (shop, listing, verdict) in enumerate(
            [("s1", "i0", "suspected"), ("s1", "i0", "suspected"), ("s2", "i2", "suspected"), ("s1", "", "suspected"),
             ("s1", "i1", "undetermined")]
        )
    )  # fmt: skip
    shops = (_shop("s1"), _shop("s2", region="510104", target="t2"))
    figures.keep(Marks(shops=shops, listings=listings, findings=findings))
    assert figures.listing_ids(WEEK) == ["i0", "i1", "i2"]
    assert figures.listing_ids(WEEK, region="51") == figures.listing_ids(WEEK, target_id="t2") == ["i2"]
    assert sum(row[-1] for row in figures.listing_days(WEEK, region="33")) == 2
    assert figures.listing_ids(WEEK, category="药品") == []
    assert figures.suspected_listings(WEEK) == ["i0", "i2"] and figures.suspected_listing_count(WEEK) == 2
    assert figures.suspected_listing_count(WEEK, region="33") == 1
    assert sorted(figures.finding_days(WEEK, region="33")) == [("suspected", 101, 3), ("undetermined", 101, 1)]
    assert figures.finding_ids(WEEK, verdict="undetermined") == ["f4"]
    assert [shop[0] for shop in figures.shops(region="3301")] == ["s1"]


def test_report_stays_as_it_was_first_kept(records):
    report = MonitoringReport(
        report_id="report_1",
        period="2026-W47",
        region_code="33",
        title="网络交易监测报告",
        made_by="傅泽",
        made_at=datetime(2026, 11, 22, tzinfo=UTC),
        words_json="{}",
        words_sha256="0" * 64,
        pdf_sha256="1" * 64,
    )
    records.figures.save_report(report)
    records.figures.save_report(report.model_copy(update={"title": "改过"}))
    assert records.figures.report("report_1") == report
    newer = report.model_copy(update={"report_id": "report_2", "made_at": datetime(2026, 11, 23, tzinfo=UTC)})
    records.figures.save_report(newer)
    assert [one.report_id for one in records.figures.reports()] == ["report_2", "report_1"]
    with pytest.raises(NotFoundError):
        records.figures.report("report_3")
