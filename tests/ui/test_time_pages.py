"""A list by time: columns whose distance is time, each a way to the leads of its days."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from starlette.datastructures import QueryParams

from records.search import FacetCount, SearchInterval, SearchKind
from ui.lead_pages import LEAD_FACETS
from ui.searching import SearchState
from ui.time_pages import columns_of, fitting_width
from wangjian.indexing import catch_up

STATE = SearchState.read(QueryParams("q=蜂胶"), path="/leads", kind=SearchKind.LEAD, facets=LEAD_FACETS)


def _days(**counts: int) -> list[FacetCount]:
    return [FacetCount(value=day.strip("d").replace("_", "-"), count=count) for day, count in counts.items()]


def test_empty_days_stand_between_those_that_are_not():
    columns = columns_of(_days(d2026_03_01=4, d2026_03_04=1), None, STATE)
    assert [(column.first.day, column.count, column.height) for column in columns] == [
        (1, 4, 48), (2, 0, 0), (3, 0, 0), (4, 1, 12)
    ]  # fmt: skip
    assert columns[0].href.endswith("since=2026-03-01&until=2026-03-01")
    assert columns[1].href == ""


def test_weeks_begin_on_monday_and_months_on_their_first_day():
    days = _days(d2026_02_27=1, d2026_03_01=2, d2026_03_02=3)
    weeks = columns_of(days, SearchInterval.WEEK, STATE)
    assert [(str(week.first), str(week.last), week.count) for week in weeks] == [
        ("2026-02-23", "2026-03-01", 3), ("2026-03-02", "2026-03-08", 3)
    ]  # fmt: skip
    months = columns_of(days, SearchInterval.MONTH, STATE)
    assert [(str(month.first), str(month.last), month.count) for month in months] == [
        ("2026-02-01", "2026-02-28", 1), ("2026-03-01", "2026-03-31", 5)
    ]  # fmt: skip


@pytest.mark.parametrize(("spanned", "width"), [(0, "day"), (61, "day"), (62, "week"), (400, "week"), (900, "month")])
def test_width_is_the_smallest_with_which_all_fits(spanned, width):
    last = date(2026, 11, 20)
    days = [FacetCount(value=str(day), count=1) for day in dict.fromkeys((last - timedelta(days=spanned), last))]
    assert fitting_width(days) == width
    assert sum(column.count for column in columns_of(days, None, STATE)) == len(days)


def test_column_within_chosen_days_does_not_widen_them():
    state = STATE.between(date(2026, 3, 4), date(2026, 3, 5))
    (column,) = columns_of(_days(d2026_03_04=1), SearchInterval.WEEK, state)
    assert "since=2026-03-04&until=2026-03-05" in column.href


def test_columns_count_what_the_list_shows_and_lead_to_it(office, client_of):
    leads = office.services.leads
    old = leads.lead(office.ids["lead"])
    moved = old.model_copy(update={"last_seen_at": old.last_seen_at - timedelta(days=100)})
    leads.save_lead(moved, None, expected_version=old.version)
    catch_up(office.services)
    client = client_of(office)
    shown = client.get("/when/leads?not.rule=C16").text
    titles = re.findall(r'aria-label="(\S+) 至 (\S+)：(\d+) 条"', shown)
    assert [int(count) for _, _, count in titles] == [1, 3]
    first = re.search(r'<a href="(/leads[^"]+)"[^>]*aria-label="2026-', shown)[1].replace("&amp;", "&")
    narrowed = client.get(first).text
    assert narrowed.count("data-lead=") == 1
    assert f"/leads/{old.lead_id}?" in narrowed
    assert "日期：2026-08-10 至 2026-08-16" in narrowed and "排除 规则：C16" in narrowed
    assert client.get("/when/leads?not.rule=C16", headers={"HX-Request": "true"}).text.count("<html") == 0


def test_list_left_out_of_is_saved_frozen_and_exported_as_it_stands(office, client_of, csrf):
    client = client_of(office)
    token = csrf(client)
    state = "not.rule=C16&not.rule=C15"
    assert client.get(f"/leads?{state}").text.count("data-lead=") == 3
    client.post("/searches", data={"csrf_token": token, "name": "除网购", "state": state})
    (kept,) = office.services.searches.searches("banan")
    assert kept.query.text == '非 规则:"C16" 非 规则:"C15"'
    opened = client.post(f"/searches/{kept.search_id}/open", data={"csrf_token": token})
    assert opened.headers["location"] == "/leads?not.rule=C16&not.rule=C15"
    frozen = client.post("/leads/bulk", data={"csrf_token": token, "state": state, "everything": "1"})
    assert "3 条" in client.get(frozen.headers["location"]).text


def test_columns_of_nothing_and_of_words_that_cannot_be_read(quiet_office, client_of):
    client = client_of(quiet_office)
    assert "没有可按日期分布的结果" in client.get("/when/leads?q=查无此词").text
    assert "第 1 个字处" in client.get("/when/leads?q=(").text
    assert client.get("/when/secrets").status_code == 404
    assert client_of(quiet_office, "guanli").get("/when/leads").status_code == 403
    assert client_of(quiet_office, "").get("/when/leads").status_code == 303
