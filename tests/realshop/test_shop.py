"""The real shop software runs here and serves what its own database says; the journey over it is in tests/journeys/."""

from __future__ import annotations

import re
from html import unescape

import httpx
import pytest

pytestmark = [pytest.mark.realshop, pytest.mark.xdist_group("realshop")]


def test_every_listing_page_shows_title_and_price_of_the_database(real_shop) -> None:
    assert len(real_shop.listings) == 120
    with httpx.Client(base_url=real_shop.base_url, trust_env=False) as client:
        for listing in real_shop.listings[::13]:
            page = unescape(client.get(listing.url).raise_for_status().text)
            assert f"<h1>{listing.title}</h1>" in page
            prices = re.findall(r'class="price_color">¥([\d,.]+)<', page)
            assert prices[0].replace(",", "") == f"{listing.price_fen / 100:.2f}"
            assert listing.planted in page


def test_footer_shows_who_runs_the_shop(real_shop) -> None:
    page = httpx.get(real_shop.base_url, trust_env=False, follow_redirects=True).text
    assert real_shop.licence_no in page
    assert real_shop.seller in page


def test_lists_lead_to_every_listing(real_shop) -> None:
    found: set[str] = set()
    with httpx.Client(base_url=real_shop.base_url, trust_env=False) as client:
        for number in range(1, 7):
            page = client.get("/catalogue/", params={"page": number}).raise_for_status().text
            found |= set(re.findall(r'href="(/catalogue/goods-[^"]+)"', page))
    assert {httpx.URL(listing.url).path for listing in real_shop.listings} <= found
