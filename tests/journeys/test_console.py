"""An officer's morning in a real browser: sign in, search, open a lead, see its evidence verified."""

from __future__ import annotations

import subprocess

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.journeys.conftest import Demo, environment, served, wangjian

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.timeout(2400), pytest.mark.xdist_group("demo")]

expect.set_options(timeout=120_000)
PASSWORD = "Jianding-2026-Zhengju"


def test_officer_signs_in_searches_opens_a_lead_and_sees_its_evidence_verified(demo: Demo, browser_executable: str):
    added = subprocess.run(
        wangjian("users", "add", "journey", "--role", "网监", "--role", "办案", "--name", "旅程", "--password", PASSWORD, "--data-dir", str(demo.data_dir)),
        capture_output=True, text=True, env=environment(),
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    with served(demo.data_dir) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_executable, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        outside: list[str] = []
        page.on(
            "request",
            lambda request: None if request.url.startswith((address, "data:")) else outside.append(request.url),
        )
        page.goto(address)
        page.get_by_label("登录名").fill("journey")
        page.get_by_label("口令").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.goto(f"{address}/leads")
        rows = page.locator("[data-lead]")
        expect(rows.first).to_be_visible()
        with_evidence = demo_lead_with_evidence(demo)
        page.goto(f"{address}/leads/{with_evidence}")
        expect(page.locator("mark").first).to_be_visible()
        page.locator("a[href^='/evidence/']").first.click()
        page.get_by_role("button", name="核验").click()
        expect(page.get_by_text("核验通过").first).to_be_visible()
        assert outside == []
        browser.close()


def demo_lead_with_evidence(demo: Demo) -> str:
    from wangjian.settings import load_settings
    from wangjian.wiring import open_services

    with open_services(load_settings(data_dir=demo.data_dir)) as services:
        return services.evidence.captures()[0].lead_id
