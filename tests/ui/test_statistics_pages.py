"""统计: each figure opens its list, and the list holds as many; the region holds for every count."""

from __future__ import annotations

import re
from html import unescape

import pytest

PERIOD = "2026-11"


def _figures(text: str) -> list[tuple[str, int]]:
    found = re.findall(r'class="num fig" href="([^"]+)" data-figure="(\d+)"', text)
    return [(unescape(href), int(count)) for href, count in found]


@pytest.mark.parametrize("query", ["", "&region=5101"])
def test_each_figure_opens_a_list_of_as_many(quiet_office, client_of, query):
    client = client_of(quiet_office, "banan")
    page = client.get(f"/statistics?period={PERIOD}{query}")
    assert page.status_code == 200, page.text[:500]
    figures = dict.fromkeys(_figures(page.text))
    assert len(figures) > 12
    for href, count in figures:
        answer = client.get(href)
        assert answer.status_code == 200, href
        listed = int(re.search(r'data-total="(\d+)"', answer.text)[1])
        if "/statistics/runs?" in href and "state=" not in href and "blind=" not in href:
            listed = int(re.search(r'data-pages="(\d+)"', answer.text)[1])
        assert listed == count, href


def test_region_holds_for_every_count_and_list(quiet_office, client_of):
    whole, part = client_of(quiet_office, "banan"), client_of(quiet_office, "hangzhou")
    counts = {}
    for name, client, query in (("own", part, ""), ("asked", whole, "&region=3301"), ("all", whole, "")):
        text = client.get(f"/statistics?period={PERIOD}{query}").text
        counts[name] = re.findall(r'data-figure="(\d+)"', text)
        assert ("四川省" in text) == (name == "all"), name
    assert counts["own"] == counts["asked"] != counts["all"]
    for kind in ("", "/leads", "/shops", "/listings", "/findings", "/runs"):
        assert part.get(f"/statistics{kind}?period={PERIOD}&region=51").status_code == 422, kind


def test_who_may_not_read_leads_sees_the_survey_alone(quiet_office, client_of):
    client = client_of(quiet_office, "guanli")
    text = client.get(f"/statistics?period={PERIOD}").text.split("口径")[0]
    assert "监测的网店" in text and "新发现线索" not in text and "检出率" not in text
    for kind in ("leads", "findings", "listings?which=suspected", "reports"):
        assert client.get(f"/statistics/{kind}").status_code == 403, kind


@pytest.mark.parametrize(
    "query", ["period=昨天", "period=2026-99", "region=xx", "region=3", "region=99", "period=1900..2100"]
)
def test_what_cannot_be_counted_is_told(quiet_office, client_of, query):
    answer = client_of(quiet_office, "banan").get(f"/statistics?{query}")
    assert answer.status_code == 422 and "写成" in answer.text or "写 2、4" in answer.text


def test_nobody_sees_no_figure(quiet_office, client_of):
    for path in ("", "/leads", "/reports", "/reports/x.pdf"):
        assert client_of(quiet_office, "").get(f"/statistics{path}").status_code in (303, 401), path
