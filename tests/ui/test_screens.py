"""Pictures of every page at an office screen and on a phone, for people to look at (test-results/screens/), and each
page held to what everybody must be able to use."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

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
    "fuze": {
        "approvals": "/approvals",
        "exchange": "/exchange",
        "own-rule-new": "/rules/own/new",
        "retention": "/evidence/retention",
    },
    "guanli": {"account": "/accounts/banan", "accounts": "/accounts", "system": "/system"},
    "shenji": {"audit": "/audit"},
}
"""Pages of other desks than 办案, by login."""


@pytest.mark.parametrize(
    ("name", "width", "height"), [("office", 1366, 768), ("phone", 390, 844)], ids=["office", "phone"]
)
def test_every_page_is_drawn_whole_and_can_be_used_by_everybody(
    quiet_office, add_exchange, visit, sign_in, name, width, height
):
    """No sideways scrolling; at the office's size no violation of axe-core's rules (WCAG 2.1 A and AA, best
    practices)."""
    if name == "office":
        add_exchange(quiet_office.services)
    page, axe = visit(quiet_office, width=width, height=height), Axe()
    folder = SCREENS / name
    folder.mkdir(parents=True, exist_ok=True)
    too_wide, broken = [], []
    for login, pages in {"banan": PAGES, **OTHERS}.items():
        if login != "banan":
            sign_in(quiet_office, page, login)
        for title, path in pages.items():
            status = page.goto(path.format_map(quiet_office.ids)).status
            assert status == (404 if title == "missing" else 200), path
            page.screenshot(path=folder / f"{title}.png", full_page=title != "leads")
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
                too_wide.append(title)
            if name == "office":
                broken += [f"{title}: {said}" for said in _violations(axe, page)]
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
    assert broken == []
    assert page.outside == []


def _violations(axe: Axe, page: Page) -> list[str]:
    return [
        f"{rule['id']} ({rule['help']}) at " + "; ".join(node["target"][0] for node in rule["nodes"][:3])
        for rule in axe.run(page).response["violations"]
    ]


def test_dark_screens_are_drawn(quiet_office, visit):
    page = visit(quiet_office, color_scheme="dark")
    folder = SCREENS / "dark"
    folder.mkdir(parents=True, exist_ok=True)
    for title in ("leads", "lead", "capture"):
        page.goto(PAGES[title].format_map(quiet_office.ids))
        page.screenshot(path=folder / f"{title}.png")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 29)"
