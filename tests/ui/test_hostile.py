"""Crawled text is hostile: in every field of every page it stays text, in a real browser."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

PLACES = [
    "/",
    "/leads",
    "/leads?q=<script>alert(9)</script>",
    "/leads?q=店",
    "/leads?rule=<img src=x onerror=alert(8)>&sort=<b>&offset=<i>",
    "/leads/{lead_hostile}",
    '/leads/{lead_hostile}?q="><script>alert(7)</script>&at=0',
    "/shops",
    "/shops/{hostile}",
    "/listings?q=<img src=x onerror=alert(6)>",
    "/listings/{hostile_listing}",
    "/entities?q=<script>alert(5)</script>",
    "/evidence?state=<script>alert(4)</script>",
    "/evidence/new?url=javascript:alert(10)&lead=<img src=x>",
    '/evidence/prove?page="><script>alert(11)</script>',
    "/evidence/compare?first=capture_hz&second=<script>alert(12)</script>",
    "/targets?q=<script>alert(13)</script>&state=<b>",
    "/register?office=<img src=x>&state=<script>alert(14)</script>",
    "/reviews?added=<script>alert(15)</script>",
    '/leads?not.rule=<img src=x onerror=alert(16)>&since=<b>&until="><script>alert(17)</script>',
    '/when/leads?by=<script>alert(18)</script>&not.state="><img src=x onerror=alert(19)>',
    "/listings/{hostile_listing}/compare?first=<script>alert(20)</script>",
    "/shops/{hostile}/compare",
    "/entities/91330106MA2CCEX21A",
    '/evidence/photo?case="><script>alert(21)</script>&lead=',
    "/login?after=javascript:alert(3)",
    "/<script>alert(2)</script>",
]


BUILT = "body img[src=x], body b:text-is('店'), main script, a[href^='javascript:'], [onerror], [onclick], [style]"


def test_hostile_text_runs_nothing_and_builds_nothing(quiet_office, visit):
    page = visit(quiet_office)
    said, wrong = [], []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    for path in PLACES:
        page.complaints.clear()
        answer = page.goto(path.format_map(quiet_office.ids))
        page.wait_for_load_state("networkidle")
        if (built := page.locator(BUILT).count()) or answer.status >= 500:
            wrong.append(f"{path}: {answer.status}, {built} built of it")
        wrong += [f"{path}: {text}" for text in page.complaints if "Content Security Policy" in text]
        wrong += [f"{path}: said {words}" for words in said]
        said.clear()
    assert wrong == []
    assert page.outside == []


def test_hidden_characters_are_seen_and_giant_text_is_cut(quiet_office, visit):
    page = visit(quiet_office)
    page.goto(f"/leads/{quiet_office.ids['lead_hostile']}")
    shown = page.locator("main").inner_text()
    assert "⟨U+202E⟩" in shown
    assert "⟨U+200B⟩" in shown
    assert "\u202e" not in shown
    assert page.locator("blockquote mark").first.inner_text() == "<script>"
    page.goto(f"/listings/{quiet_office.ids['hostile_listing']}")
    assert len(page.locator("h1").inner_text()) < 400


def test_links_to_crawled_pages_tell_nothing_about_us(quiet_office, visit):
    page = visit(quiet_office)
    page.goto(f"/leads/{quiet_office.ids['lead']}")
    links = page.locator("main a[href^='http']")
    assert links.count() >= 1
    for place in range(links.count()):
        assert set(links.nth(place).get_attribute("rel").split()) == {"noreferrer", "noopener", "nofollow"}
