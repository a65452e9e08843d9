"""Every page can be used by everybody: no violation of axe-core's rules (WCAG 2.1 A and AA, and its best practices)."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser


def _screens() -> ModuleType:
    """test_screens.py, which lists the pages, whichever way pytest was started."""
    found = importlib.util.spec_from_file_location("tests_ui_screens", Path(__file__).with_name("test_screens.py"))
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_no_page_violates_a_rule_of_axe(quiet_office, visit, sign_in):
    axe, page, screens = Axe(), visit(quiet_office), _screens()
    found: list[str] = []
    for login, pages in {"banan": screens.PAGES, **screens.OTHERS}.items():
        page.goto("/me")
        sign_in(quiet_office, page, login)
        for title, path in pages.items():
            page.goto(path.format_map(quiet_office.ids))
            for broken in axe.run(page).response["violations"]:
                places = "; ".join(node["target"][0] for node in broken["nodes"][:3])
                found.append(f"{title}: {broken['id']} ({broken['help']}) at {places}")
    assert found == []
