"""Pictures of every page at an office screen and on a phone, for people to look at (test-results/screens/)."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

SCREENS = Path(__file__).parents[2] / "test-results" / "screens"

PAGES = {
    "today": "/",
    "leads": "/leads",
    "leads-searched": "/leads?q=百草园&severity=medium",
    "leads-empty": "/leads?q=查无此词",
    "lead": "/leads/{lead}?at=0",
    "lead-hostile": "/leads/{lead_hostile}",
    "shops": "/shops",
    "shop": "/shops/{hangzhou}",
    "shop-hostile": "/shops/{hostile}",
    "listings": "/listings",
    "listing": "/listings/{hangzhou_listing}",
    "listing-hostile": "/listings/{hostile_listing}",
    "entities": "/entities?q=杭州百草园商贸有限公司",
    "entity": "/entities/91330106MA2CCEX21A",
    "evidence": "/evidence",
    "capture": "/evidence/capture_hz",
    "capture-partial": "/evidence/capture_part",
    "capture-order": "/evidence/new?lead={lead}",
    "compare-choice": "/evidence/compare?first=capture_hz",
    "prove": "/evidence/prove",
    "probes": "/evidence/probes",
    "evidence-keeping": "/evidence/keeping",
    "reviews": "/reviews",
    "target": "/targets/target_jishi",
    "targets": "/targets",
    "register": "/register",
    "public-check": "/check?q=91330106MA2CCEX21A",
    "own-rules": "/rules/own",
    "rule": "/rules/A01",
    "me": "/me",
    "runs": "/runs",
    "run": "/runs/run_jishi",
    "alarm": "/alarms/alarm_jishi",
    "alarms": "/alarms",
    "bulk-runs": "/leads/bulk",
    "cases": "/cases",
    "facet": "/facets/leads?of=rule&find=绝对",
    "jobs": "/jobs",
    "rules": "/rules",
    "run-pages": "/runs/run_jishi/pages?outcome=captcha",
    "schedule": "/schedules/schedule_jishi",
    "schedules": "/schedules",
    "visits": "/listings/{hangzhou_listing}/compare",
    "visits-shop": "/shops/{hangzhou}/compare",
    "when": "/when/leads",
    "searches": "/searches",
    "statistics": "/statistics",
    "statistics-leads": "/statistics/leads",
    "statistics-reports": "/statistics/reports",
    "photo": "/evidence/photo?lead={lead}",
    "upload": "/evidence/upload",
    "verify": "/evidence/verify",
    "watch": "/watch",
    "missing": "/leads/keine",
}
OTHERS = {
    "fuze": {"approvals": "/approvals", "own-rule-new": "/rules/own/new"},
    "guanli": {"account": "/accounts/banan", "accounts": "/accounts", "system": "/system"},
    "shenji": {"audit": "/audit"},
}
"""Pages of other desks than 办案, by login."""


@pytest.mark.parametrize(
    ("name", "width", "height"), [("office", 1366, 768), ("phone", 390, 844)], ids=["office", "phone"]
)
def test_every_page_is_drawn_without_sideways_scrolling(quiet_office, visit, sign_in, name, width, height):
    page = visit(quiet_office, width=width, height=height)
    folder = SCREENS / name
    folder.mkdir(parents=True, exist_ok=True)
    too_wide = []
    for title, path in PAGES.items():
        page.goto(path.format_map(quiet_office.ids))
        page.screenshot(path=folder / f"{title}.png", full_page=title not in ("leads",))
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
            too_wide.append(title)
    for login, pages in OTHERS.items():
        sign_in(quiet_office, page, login)
        for title, path in pages.items():
            assert page.goto(path).status == 200, path
            page.screenshot(path=folder / f"{title}.png", full_page=True)
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
                too_wide.append(title)
    sign_in(quiet_office, page, "banan")
    page.goto("/evidence/capture_hz")
    page.get_by_role("button", name="核验", exact=True).click()
    page.locator(".checks").wait_for()
    page.screenshot(path=folder / "capture-verified.png", full_page=True)
    page.goto("/leads")
    page.keyboard.press("?")
    page.screenshot(path=folder / "help.png")
    page.context.clear_cookies()
    page.goto("/login")
    page.screenshot(path=folder / "login.png")
    assert too_wide == []
    assert page.outside == []


def test_dark_screens_are_drawn(quiet_office, visit):
    page = visit(quiet_office, color_scheme="dark")
    folder = SCREENS / "dark"
    folder.mkdir(parents=True, exist_ok=True)
    for title in ("leads", "lead", "capture"):
        page.goto(PAGES[title].format_map(quiet_office.ids))
        page.screenshot(path=folder / f"{title}.png")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 29)"
