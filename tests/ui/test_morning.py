"""An officer's morning in a real browser: sixty leads by keyboard; a case of two officers, approved on a phone, taken out
as one file that another tool can check."""

from __future__ import annotations

import hashlib
import subprocess
import time
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from records.evidence import CaptureState
from records.leads import LeadState
from wangjian.indexing import catch_up

pytestmark = [pytest.mark.browser]

SCREENS = Path(__file__).parents[2] / "test-results" / "screens"


def test_sixty_leads_are_triaged_without_a_mouse(office, visit, record_property):
    page = visit(office)
    page.goto("/leads?state=待研判")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/leads/lead_*")
    began, decided = time.monotonic(), []
    for number in range(60):
        decided.append(page.url.split("/leads/")[1].partition("?")[0])
        page.keyboard.press("a" if number % 6 == 5 else "x")
        if number % 6 != 5:
            page.keyboard.type("同店同句，已并入在办线索")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        if number % 3 == 2:
            catch_up(office.services)  # as the keeper of `serve` does every second
    record_property("seconds_for_60_leads", round(time.monotonic() - began, 1))
    assert len(set(decided)) == 60
    states = [office.services.leads.lead(one).state for one in decided]
    assert states.count(LeadState.EXCLUDED) == 50 and states.count(LeadState.ASSIGNED) == 10
    expect(page.get_by_text("这是列表中的下一条")).to_be_visible()
    assert page.complaints == [] and page.outside == []


@pytest.fixture
def cards(capturing_office):
    """Officers with cards: two who investigate, and who approves."""
    accounts = capturing_office.services.accounts
    for login, card in (("banan", "33010600123"), ("jiancha", "33010600456"), ("fuze", "33010600900")):
        account = accounts.account_by_login(login)
        roles = tuple(dict.fromkeys((*account.roles, *accounts.account_by_login("banan").roles)))
        wanted = roles if login == "jiancha" else account.roles
        accounts.save_account(account.model_copy(update={"card_no": card, "roles": wanted}))


def test_lead_becomes_a_case_that_is_approved_and_taken_out(
    capturing_office, cards, page_shop, visit, sign_in, tmp_path
):
    services, lead_id = capturing_office.services, capturing_office.ids["lead_high"]
    lead = services.leads.lead(lead_id)
    services.leads.save_lead(lead.model_copy(update={"urls": (page_shop,)}), None, expected_version=lead.version)
    page = visit(capturing_office)
    page.goto(f"/leads/{lead_id}")
    page.keyboard.press("e")
    page.get_by_role("button", name="核验", exact=True).wait_for()
    capture = services.evidence.captures(lead_id=lead_id)[0]
    assert capture.state is CaptureState.COMPLETE, (capture.missing, capture.reason)

    page.goto(f"/leads/{lead_id}")
    page.get_by_role("button", name="开立案件").click()
    page.wait_for_url("**/cases/case_*")
    page.get_by_label("主办").select_option("banan")
    page.get_by_label("协办").select_option("jiancha")
    page.locator("#officers").get_by_role("button", name="保存").click()
    expect(page.locator("#officers")).to_contain_text("33010600456")
    page.get_by_label("拟写").select_option("07")
    page.get_by_role("button", name="拟写文书").click()
    page.wait_for_url("**/papers/*")
    page.screenshot(path=_made(SCREENS / "office") / "paper.png", full_page=True)
    page.get_by_role("button", name="保存并送审").click()
    paper = page.url

    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(capturing_office, page, "fuze")
    page.goto("/approvals")
    page.screenshot(path=_made(SCREENS / "phone") / "approval.png", full_page=True)
    page.get_by_role("button", name="同意").first.click()
    page.wait_for_url("**/approvals?done=decided")

    page.set_viewport_size({"width": 1366, "height": 768})
    sign_in(capturing_office, page, "banan")
    page.goto(paper)
    expect(page.get_by_text("已定稿").first).to_be_visible()
    page.goto("/cases?mine=1")
    page.locator("tr[data-row] a").first.click()
    page.wait_for_url("**/cases/case_*")
    page.screenshot(path=SCREENS / "office" / "case.png", full_page=True)
    page.get_by_role("button", name="导出案卷").click()
    page.wait_for_url("**/jobs/job_*")
    page.get_by_role("link", name="下载 case_").wait_for()
    page.screenshot(path=SCREENS / "office" / "job.png", full_page=True)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="下载 case_").click()
    packed = downloading.value.path()
    assert hashlib.sha256(packed.read_bytes()).hexdigest() in page.content().replace("</span><span>", "")
    with zipfile.ZipFile(packed) as opened:
        opened.extractall(tmp_path / "out")
    (folder,) = (tmp_path / "out").iterdir()
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert f"{capture.capture_id}.wacz" in names and "时间线.pdf" in names
    assert any(name.startswith("文书/07-") and name.endswith(".pdf") for name in names)
    checked = subprocess.run(["sha256sum", "-c", "案卷清单.sha256"], cwd=folder, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout
    exported = [
        one for one in services.audit.audit() if one.origin.startswith("任务 ") and one.object_id == folder.name
    ]
    assert exported and {one.actor for one in exported} == {"banan"}  # not whoever runs the server
    assert not any(one.actor.startswith("cli:") for one in services.audit.audit())
    assert page.complaints == [] and page.outside == []


def test_list_is_taken_out_as_a_file_with_what_was_asked(quiet_office, visit):
    page = visit(quiet_office)
    page.goto("/leads?q=百草园")
    page.get_by_text("导出", exact=True).first.click()
    page.locator("#export-form").select_option("jsonl")
    page.locator("form[action='/exports/leads'] button").click()
    link = page.get_by_role("link", name="下载 leads.jsonl")
    link.wait_for()
    with page.expect_download() as downloading:
        link.click()
    assert "百草园" in downloading.value.path().read_text(encoding="utf-8")
    page.goto("/leads")
    for row in (0, 1, 2):
        page.locator("[data-tick]").nth(row).check()
    page.get_by_role("button", name="批量处理所选 3 条").click()
    page.wait_for_url("**/leads/bulk/set_*")
    page.screenshot(path=_made(SCREENS / "office") / "bulk.png", full_page=True)
    page.goto("/jobs")
    expect(page.get_by_role("link", name="导出列表")).to_be_visible()
    page.screenshot(path=_made(SCREENS / "office") / "jobs.png", full_page=True)
    assert page.complaints == []


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
