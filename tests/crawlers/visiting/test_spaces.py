"""The brake on spaces without end: what it leaves, and what it must never leave."""

from __future__ import annotations

from collections.abc import Iterable

from crawlers.visiting.spaces import Spaces
from records.survey import PageKind

SITE = "http://shop.cn"


def spaces() -> Spaces:
    """Limits small enough to reach."""
    return Spaces(barren_pages=10, repeated_pages=5)


def saw(found: Spaces, path: str, content: str, *, records: bool = False, leads_to: Iterable[str] = ()) -> None:
    """A page read."""
    leads = [SITE + each for each in leads_to]
    fruitful = found.is_fruitful(SITE + path, content=content, gave_records=records, leads_to=leads)
    found.saw(SITE + path, content=content, fruitful=fruitful)


def closed(found: Spaces, path: str, kind: PageKind = PageKind.OTHER) -> str:
    """The shape that keeps an address from being visited."""
    return found.closed_by(SITE + path, kind)


def test_calendar_that_leads_only_to_itself_is_left() -> None:
    found = spaces()
    for month in range(10):
        assert not closed(found, f"/calendar?m={month}")
        saw(found, f"/calendar?m={month}", f"month {month}", leads_to=[f"/calendar?m={month + 1}"])
    assert closed(found, "/calendar?m=99") == "/calendar?m=*"
    assert not closed(found, "/list?page=2")


def test_one_page_under_many_addresses_is_left_early() -> None:
    found = spaces()
    for word in ("aa", "bb", "cc", "dd", "ee", "ff"):
        saw(found, f"/same/{word}", "always this")
    assert closed(found, "/same/gg") == "/same/…"


def test_paths_that_grow_for_ever_are_left_by_their_first_part() -> None:
    found = spaces()
    path = "/maze"
    for step in range(30):
        path += f"/{chr(97 + step % 26)}{chr(97 + step // 26)}"
        saw(found, path, f"step {step}", leads_to=[f"{path}/x"])
    assert closed(found, "/maze/q") == "/maze/…"


def test_products_are_never_too_many() -> None:
    found = spaces()
    for number in range(500):
        saw(found, f"/goods/{number}.html", f"product {number}", records=True)
    assert not closed(found, "/goods/501.html", PageKind.LISTING)


def test_pages_of_a_list_go_on_while_they_lead_to_products() -> None:
    found = spaces()
    for number in range(100):
        saw(found, f"/list?page={number}", f"page {number}", leads_to=[f"/goods/{number}.html"])
    assert not closed(found, "/list?page=101")
    for number in range(100, 2100):
        saw(found, f"/list?page={number}", "nothing more", leads_to=[f"/list?page={number + 1}"])
    assert closed(found, "/list?page=9999") == "/list?page=*"


def test_products_at_the_root_stay_open_beside_a_thousand_faces() -> None:
    found = spaces()
    for word in ("aa", "bb", "cc", "dd", "ee", "ff"):
        saw(found, f"/{word}", "always this")
    assert closed(found, "/gg")
    assert not closed(found, "/tea.html", PageKind.LISTING)
    assert not closed(found, "/licence.html", PageKind.LICENCE)


def test_what_was_left_out_is_counted_once_and_said() -> None:
    found = spaces()
    for word in ("aa", "bb", "cc", "dd", "ee", "ff"):
        saw(found, f"/same/{word}", "always this")
    for path in ("/same/x", "/same/y", "/same/x"):
        found.leave_out(closed(found, path), SITE + path)
    assert found.said() == ("形如 /same/… 的地址没有尽头：已读 6 页，另有 2 个地址未访问",)


def test_pages_without_readable_content_are_no_repetition() -> None:
    found = spaces()
    for number in range(9):
        saw(found, f"/app/{number}", "")
    assert not closed(found, "/app/10")
