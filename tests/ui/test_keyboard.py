"""An officer's morning by keyboard, in a real browser."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from offices.sessions import cookie_name
from records.evidence import CaptureState
from wangjian.indexing import catch_up

pytestmark = pytest.mark.browser


def test_officer_signs_in_searches_and_opens_a_lead(quiet_office, visit, seeding):
    page = visit(quiet_office)
    page.context.clear_cookies()
    page.goto("/leads")
    page.get_by_label("登录名").fill("banan")
    page.get_by_label("口令").fill(seeding.PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(re.compile("/leads$"))
    page.keyboard.press("/")
    page.keyboard.type("糖尿病")
    page.keyboard.press("Enter")
    expect(page.locator("[data-lead]")).to_have_count(2)
    expect(page.locator("[data-lead] mark").first).to_have_text("糖尿病")
    assert "q=" in page.url
    page.get_by_role("link", name="高").click()
    expect(page.locator("[data-lead]")).to_have_count(1)
    assert "severity=high" in page.url
    page.go_back()
    expect(page.locator("[data-lead]")).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page.locator("h1")).to_contain_text("非医药品宣传疾病治疗功能")
    expect(page.locator("blockquote mark").first).to_have_text("治疗糖尿病")
    cookie = next(cookie for cookie in page.context.cookies() if cookie["name"] == cookie_name(secure=False))
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert page.outside == []
    assert page.complaints == []


def test_leads_are_decided_one_after_the_other_by_keyboard(office, visit):
    page = visit(office)
    page.goto("/leads?state=待研判")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/leads/lead_*")
    decided = []
    for key, reason in (("x", "与已有线索重复"), ("a", ""), ("x", "页面已改正")):
        decided.append(re.search(r"lead_[0-9a-f]+", page.url)[0])
        page.keyboard.press(key)
        expect(page.locator("#reason")).to_be_focused()
        if key == "x":  # sent without its reason it is held here, the key not forgotten
            page.keyboard.press("Enter")
            expect(page.locator("#reason:invalid")).to_be_focused()
            assert decided[-1] in page.url and "/act" not in page.url
        page.keyboard.type(reason)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.get_by_text("这是列表中的下一条")).to_be_visible()
    assert len(set(decided)) == 3
    states = [str(office.services.leads.lead(lead_id).state) for lead_id in decided]
    assert states == ["已排除", "已派单", "已排除"]
    assert office.services.leads.lead_events(decided[0])[-1].reason == "与已有线索重复"
    assert page.complaints == []


def test_j_and_k_walk_through_the_list_on_the_lead_page(quiet_office, visit):
    page = visit(quiet_office)
    page.goto("/leads")
    for _ in range(3):
        page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("tr.cursor")).to_have_count(1)
    second = page.locator("tr.cursor").get_attribute("data-lead")
    page.keyboard.press("o")
    page.wait_for_url(f"**/leads/{second}?**")
    page.keyboard.press("j")
    page.wait_for_function(f"!location.href.includes('{second}')")
    page.wait_for_load_state()
    page.keyboard.press("k")
    page.wait_for_url(f"**/leads/{second}?**")


def test_e_begins_a_capture_and_the_page_follows_it(office, visit):
    page = visit(office)
    page.goto(f"/leads/{office.ids['lead']}?at=0")
    page.keyboard.press("e")
    expect(page.get_by_text("正在固证")).to_be_visible()
    assert len(office.preserver.asked) == 1
    capture_id = re.search(r"capture_[0-9a-f]+", page.url)[0]
    running = office.services.evidence.capture(capture_id)
    office.services.evidence.save_capture(
        running.model_copy(
            update={"state": CaptureState.FAILED, "reason": "目标站点没有应答", "finished_at": office.clock()}
        )
    )
    expect(page.get_by_text("失败：目标站点没有应答")).to_be_visible()


def test_help_opens_and_keys_can_be_switched_off(quiet_office, visit):
    page = visit(quiet_office)
    page.goto("/leads")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_label("启用单键快捷键").uncheck()
    page.get_by_role("button", name="关闭").click()
    page.keyboard.press("j")
    expect(page.locator("tr.cursor")).to_have_count(0)
    page.reload()
    page.keyboard.press("j")
    expect(page.locator("tr.cursor")).to_have_count(0)


def test_list_says_so_when_the_server_is_away(quiet_office, visit):
    page = visit(quiet_office)
    page.goto("/leads")
    page.context.set_offline(True)
    page.get_by_role("link", name="高").click()
    expect(page.get_by_role("alert")).to_contain_text("没有连上服务器")
    page.context.set_offline(False)
    page.get_by_role("link", name="高").click()
    expect(page).to_have_url(re.compile("severity=high"))
    expect(page.locator("#unreached")).to_be_hidden()


def test_value_is_left_out_and_a_column_of_days_chosen_by_keyboard(office, visit):
    leads = office.services.leads
    old = leads.lead(office.ids["lead"])
    moved = old.model_copy(update={"last_seen_at": old.last_seen_at - timedelta(days=3)})
    leads.save_lead(moved, None, expected_version=old.version)
    catch_up(office.services)
    page = visit(office)
    page.goto("/leads")
    page.locator(".facet li", has_text="C16").locator("a").first.focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="排除", exact=True).and_(page.locator(":focus"))).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("[data-lead]")).to_have_count(4)
    assert "not.rule=C16" in page.url
    expect(page.locator(".bars a")).to_have_count(2)
    page.locator(".bars a").last.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.locator("[data-lead]")).to_have_count(1)
    assert "since=2026-11-17&until=2026-11-17" in page.url
    page.go_back()
    expect(page.locator("[data-lead]")).to_have_count(4)
    page.get_by_role("link", name=re.compile("排除 规则：C16")).click()
    expect(page.locator("[data-lead]")).to_have_count(50)
    assert page.complaints == []


def test_typing_words_never_triggers_a_key(quiet_office, visit):
    page = visit(quiet_office)
    page.goto("/leads")
    page.keyboard.press("/")
    page.keyboard.type("jkxoae?")
    expect(page.locator("#q")).to_have_value("jkxoae?")
    expect(page.locator("tr.cursor")).to_have_count(0)


def test_console_works_with_scripts_switched_off(quiet_office, visit):
    page = visit(quiet_office, java_script_enabled=False)
    page.goto("/leads")
    page.locator("#q").fill("糖尿病")
    page.get_by_role("button", name="检索").click()
    expect(page.locator("[data-lead]")).to_have_count(2)
    page.get_by_role("link", name="高").click()
    expect(page.locator("[data-lead]")).to_have_count(1)
    page.locator("[data-open]").first.click()
    expect(page.locator("blockquote mark").first).to_be_visible()
    expect(page.locator("kbd").first).to_be_hidden()


def test_digest_is_copied_whole(quiet_office, visit):
    page = visit(quiet_office, permissions=["clipboard-read", "clipboard-write"])
    page.goto("/evidence/capture_hz")
    page.get_by_role("button", name="复制 SHA-256").first.click()
    expect(page.get_by_text("已复制")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == quiet_office.services.evidence.capture("capture_hz").package.sha256
