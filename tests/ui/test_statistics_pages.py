"""统计: each figure opens its list, and the list holds as many; the region holds for every count."""

from __future__ import annotations

import re
from html import unescape

import pytest

PERIOD = "2026-11"


def _figures(text: str) -> list[tuple[str, int]]:
    found = re.findall(r'class="num fig" href="([^"]+)" data-figure="(\d+)"', text)
    return [(unescape(href), int(count)) for href, count in found]


@pytest.mark.parametrize("query", ["", "&region=33", "&region=5101", "&step=day"])
def test_each_figure_opens_a_list_of_as_many(quiet_office, client_of, query):
    client = client_of(quiet_office, "banan")
    page = client.get(f"/statistics?period={PERIOD}{query}")
    assert page.status_code == 200, page.text[:500]
    figures = dict.fromkeys(_figures(page.text))
    assert len(figures) > (4 if query == "&region=33" else 12)
    for href, count in figures:
        answer = client.get(href)
        assert answer.status_code == 200, href
        listed = int(re.search(r'data-total="(\d+)"', answer.text)[1])
        if "/statistics/runs?" in href and "state=" not in href and "blind=" not in href:
            listed = int(re.search(r'data-pages="(\d+)"', answer.text)[1])
        assert listed == count, href
