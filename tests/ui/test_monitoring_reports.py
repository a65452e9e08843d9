"""Figures are those of the records; a report is kept and printed again the same, without anybody's name."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import pytest

from leads.figure_periods import read_period
from records.errors import IntegrityError, InvalidInputError
from records.statistics import Span
from wangjian.map_importing import import_map
from wangjian.marking import rebuild_marks
from wangjian.monitoring import SCHEDULED, keep_reports, make_report, printed, report_period, words_of

ALL = Span(first=0, last=40_000)


def _marks(services):
    figures = services.figures
    return (
        list(figures.leads(ALL)),
        list(figures.shops()),
        list(figures.listing_ids(ALL)),
        sorted(figures.listing_days(ALL)),
        list(figures.finding_ids(ALL)),
        sorted(figures.finding_days(ALL)),
    )


def test_marks_kept_with_the_index_are_those_made_anew(quiet_office):
    kept = _marks(quiet_office.services)
    assert all(kept)
    rebuild_marks(quiet_office.services)
    assert _marks(quiet_office.services) == kept


@pytest.fixture(scope="module")
def week(quiet_office):
    return make_report(quiet_office.services, report_period("2026-W47"), region="", made_by="傅泽")


def test_report_is_printed_again_the_same(quiet_office, week):
    services = quiet_office.services
    services.figures.save_report(week)
    kept = services.figures.report(week.report_id)
    paper = printed(services, kept, "pdf")
    assert paper.startswith(b"%PDF") and b"pdfaid" in paper
    assert hashlib.sha256(paper).hexdigest() == kept.pdf_sha256


def test_report_that_was_changed_is_not_printed(quiet_office, week):
    with pytest.raises(IntegrityError):
        words_of(week.model_copy(update={"words_json": week.words_json.replace("本期", "上期")}))


def test_report_tells_base_and_limits_and_nobodys_name(quiet_office, week):
    words = words_of(week)
    assert any("未能读到" in line for line in words.summary)
    assert words.limits
    assert all("/" in row[3] for row in words.rates)
    said = words.model_dump_json(exclude={"small", "ground", "bars"})
    for shop in quiet_office.services.survey.shops():
        assert not shop.name or shop.name not in said
        assert not shop.disclosure.holder_name or shop.disclosure.holder_name not in said


def test_reports_due_are_made_once_and_none_where_nothing_was_surveyed(office):
    services = office.services
    assert keep_reports(services) == ()
    office.clock.advance(days=4)
    made = keep_reports(services)
    assert [(one.period, one.region_code, one.made_by) for one in made] == [("2026-W47", "", SCHEDULED)]
    assert keep_reports(services) == ()
    assert services.figures.reports() == made


@pytest.mark.parametrize("said", ["2026", "2026-11-20", "2026-W54", "上周", "2026-13", ""])
def test_what_is_no_week_or_month_is_refused(said):
    with pytest.raises(InvalidInputError):
        report_period(said)


def test_week_spans_the_turn_of_the_year():
    assert [str(day) for day in (read_period("2026-W53").first, read_period("2026-W53").last)] == [
        "2026-12-28",
        "2027-01-03",
    ]


def _square(code, at):
    ring = [[at, 30], [at + 1, 30], [at + 1, 31], [at, 30]]
    return {"properties": {"adcode": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def test_own_map_must_show_all_of_china(tmp_path):
    provinces = [_square(f"{number}0000", number) for number in range(11, 45)]
    line = {"properties": {}, "geometry": {"type": "LineString", "coordinates": [[110, 15], [111, 16]]}}
    source = tmp_path / "map.geojson"
    source.write_text(json.dumps({"features": provinces}))
    with pytest.raises(InvalidInputError, match="断续线"):
        import_map(source, "GS（2024）0650号", tmp_path)
    source.write_text(json.dumps({"features": [*provinces[1:], line]}))
    with pytest.raises(InvalidInputError, match="33"):
        import_map(source, "GS（2024）0650号", tmp_path)
    source.write_text(json.dumps({"features": [*provinces, line]}))
    assert import_map(source, "GS（2024）0650号", tmp_path)["provinces"] == 34

    from documents.charts.atlas import Atlas
    from documents.charts.choropleth import MapOf, choropleth

    atlas = Atlas(tmp_path)
    assert "审图号：GS（2024）0650号" in choropleth(atlas, MapOf(title="图", values={"11": 3}))


def test_one_click_makes_a_report_of_ones_region(quiet_office, client_of, csrf):
    client = client_of(quiet_office, "hangzhou")
    form = {"csrf_token": csrf(client), "period": "2026-11", "region": ""}
    made = client.post("/statistics/reports", data=form, headers={"origin": "http://127.0.0.1"})
    assert made.status_code == 303, made.text[:400]
    report_id = made.headers["location"].rpartition("=")[2]
    assert quiet_office.services.figures.report(report_id).region_code == "3301"
    assert "杭州市" in client.get("/statistics/reports").text
    paper = client.get(f"/statistics/reports/{report_id}.docx")
    members = zipfile.ZipFile(io.BytesIO(paper.content)).namelist()
    assert sum(name.startswith("word/media/") for name in members) >= 5
    assert client.get(f"/statistics/reports/{report_id}.xlsx").status_code == 422
    refused = client.post("/statistics/reports", data={**form, "region": "51"}, headers={"origin": "http://127.0.0.1"})
    assert refused.status_code == 409 and "不在本辖区" in refused.text


def test_report_of_the_whole_is_not_for_a_part_of_it(quiet_office, client_of, week):
    quiet_office.services.figures.save_report(week)
    assert week.report_id in client_of(quiet_office, "fuze").get("/statistics/reports").text
    assert client_of(quiet_office, "hangzhou").get(f"/statistics/reports/{week.report_id}.pdf").status_code == 404
    assert client_of(quiet_office, "guanli").get(f"/statistics/reports/{week.report_id}.pdf").status_code == 403
