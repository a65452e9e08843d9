"""From the key on the lead page to a package that verifies: real browser, real seal, nothing stood in for."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import expect

from records.evidence import CaptureState

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

SCREENS = Path(__file__).parents[2] / "test-results" / "screens" / "office"


def test_lead_is_captured_verified_and_downloaded(capturing_office, visit, page_shop):
    services = capturing_office.services
    lead = next(one for one in services.leads.leads() if one.rule_id == "C16")  # nothing else is held of it
    lead_id = lead.lead_id
    services.leads.save_lead(lead.model_copy(update={"urls": (page_shop,)}), None, expected_version=lead.version)
    page = visit(capturing_office)
    page.goto(f"/leads/{lead_id}")
    page.keyboard.press("e")
    expect(page.get_by_text("正在固证")).to_be_visible()
    page.get_by_role("button", name="核验").wait_for()
    capture = services.evidence.captures(lead_id=lead_id)[0]
    assert capture.state is CaptureState.COMPLETE, (capture.missing, capture.reason)
    assert page.get_by_text("内部授时").first.is_visible()
    page.get_by_role("button", name="核验").click()
    expect(page.get_by_text("核验通过：证据包完整，未被改动")).to_be_visible()
    assert page.locator(".check-failed").count() == 0
    assert page.locator(".check-passed").count() >= 5
    expect(page.locator("#custody")).to_contain_text("核验通过")
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / "capture-passed.png", full_page=True)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="下载证据包").click()
    content = downloading.value.path().read_bytes()
    assert hashlib.sha256(content).hexdigest() == capture.package.sha256
    page.goto(f"/leads/{lead_id}")
    picture = page.locator("#picture img")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('#picture img').naturalWidth > 0")
    page.screenshot(path=SCREENS / "lead-captured.png", full_page=True)
    assert [event.action for event in services.evidence.custody(capture.capture_id)][-3:] == ["查看", "核验", "导出"]
    _case_stands_on_it(page)
    assert page.outside == []
    assert page.complaints == []


def _case_stands_on_it(page) -> None:
    """A case made of the lead holds the genuine capture, and checking its timeline finds chain and package whole."""
    page.get_by_role("button", name="开立案件").click()
    page.get_by_role("link", name="时间线").first.click()
    page.get_by_role("button", name="核对时间线").click()
    expect(page.get_by_role("heading", name="核对一致")).to_be_visible()
    evidence = page.locator(".checks li", has_text="证据与保管链")
    expect(evidence).to_contain_text("1 件证据，保管链首尾相接，证据包与封存时的校验值相符")
    assert "check-passed" in evidence.get_attribute("class")
    page.screenshot(path=SCREENS / "case-evidence-whole.png", full_page=True)
