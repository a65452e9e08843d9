"""Readable at 200 % (WCAG 1.4.4, 1.4.10), and clean on paper; one browser session for both."""

from __future__ import annotations

import subprocess

import pytest

pytestmark = pytest.mark.browser

ZOOMED = {"width": 683, "height": 384}
"""What 1366x768 leaves at 200 %."""

PAGES = (
    "/", "/leads", "/leads/{lead}?at=0", "/shops", "/shops/{hangzhou}", "/listings/{hangzhou_listing}",
    "/listings/{hangzhou_listing}/compare", "/entities/91330106MA2CCEX21A", "/evidence", "/evidence/capture_hz",
    "/evidence/upload", "/evidence/photo", "/cases", "/statistics", "/rules", "/rules/A01", "/runs", "/targets", "/register",
    "/leads/{lead_hostile}", "/listings/{hostile_listing}",
)  # fmt: skip
CUT = """() => [...document.querySelectorAll('main *')].filter(element => {
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  if (!box.width || !element.childNodes.length || style.position === 'absolute' || element.closest('.hidden, .unseen, svg'))
    return false;
  const scrolls = one => ['auto', 'scroll'].includes(getComputedStyle(one).overflowX);
  for (let up = element; up && up !== document.body; up = up.parentElement) if (scrolls(up)) return false;
  const hides = style.overflowX === 'hidden' && element.scrollWidth > element.clientWidth + 1;
  return hides || box.right > innerWidth + 1 || box.left < -1;
}).slice(0, 3).map(element => `${element.tagName}.${element.className} ${element.textContent.trim().slice(0, 40)}`)"""
HIDDEN_ON_PAPER = ".bar, .foot, .actions, .rail, .crumbs, .search, .sorts, .when, .filters, main button, main .button"


def test_main_pages_are_whole_at_200_percent_and_clean_on_paper(quiet_office, visit, tmp_path):
    page = visit(quiet_office, **ZOOMED)
    wrong = []
    for path in PAGES:
        page.goto(path.format_map(quiet_office.ids))
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append(f"{path}: the page scrolls sideways")
        wrong += [f"{path}: cut {what}" for what in page.evaluate(CUT)]
    assert wrong == []
    page.emulate_media(media="print", color_scheme="dark")
    for path in ("/leads/{lead}?at=0", "/entities/91330106MA2CCEX21A", "/evidence/capture_hz"):
        page.goto(path.format_map(quiet_office.ids))
        shown = page.locator(HIDDEN_ON_PAPER).evaluate_all(
            "all => all.filter(one => one.offsetParent !== null).map(one => one.className)"
        )
        assert shown == [], path
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    paper = tmp_path / "entity.pdf"
    page.goto("/entities/91330106MA2CCEX21A")
    page.pdf(path=paper, format="A4", prefer_css_page_size=True)
    said = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, text=True, check=True).stdout
    assert "杭州百草园商贸有限公司" in said and f"/shops/{quiet_office.ids['hangzhou']}" in said
    assert "第 1 页，共" in said and "退出" not in said and "监测" not in said.partition("登记信息")[0]
