"""留存与销毁 at the console: one asks, another approves, and what is hostile in a name stays text."""

from __future__ import annotations

import pytest

from records.disposals import RetentionClass, RetentionItem, RetentionList
from wangjian.disposing import Disposing

HOSTILE = "<script>alert(1)</script>"


def _send(client, token_of, path, **form):
    return client.post(f"/evidence/retention{path}", data={"csrf_token": token_of(client), **form})


@pytest.fixture
def listed(office, monkeypatch):
    """A list with one lead that may go and an archive that may not, whatever the office has."""
    now = office.services.clock()
    items = (
        RetentionItem(kind=RetentionClass.LEAD, item_id=office.ids["lead"], since=now),
        RetentionItem(kind=RetentionClass.CRAWL, item_id=HOSTILE, since=now, kept_for="已冻结：复议"),
    )
    found = RetentionList(
        at=now, days=dict.fromkeys(RetentionClass, 90), counted=dict.fromkeys(RetentionClass, 3), items=items
    )
    monkeypatch.setattr("wangjian.disposing.list_retention", lambda *_: found)
    monkeypatch.setattr(Disposing, "_past", lambda _self, kind: [one for one in items if one.kind is kind])
    return office


def test_lead_is_asked_for_by_one_and_destroyed_by_another(listed, client_of, csrf):
    officer, chief = client_of(listed), client_of(listed, "fuze")
    page = officer.get("/evidence/retention").text
    assert "申请销毁可销毁的" in page and HOSTILE not in page and "&lt;script&gt;" in page
    assert _send(officer, csrf, "/ask", kind="线索", reason=" ").status_code == 422
    assert _send(officer, csrf, "/ask", kind="采集存档", reason="期满").status_code == 422
    done = _send(officer, csrf, "/ask", kind="线索", reason="留存期满")
    assert done.headers["location"] == "/evidence/retention?done=asked"
    (asked,) = listed.services.disposals.disposals()
    assert _send(officer, csrf, f"/{asked.disposal_id}/approve", reason="同意").status_code == 403
    assert "批准并销毁" in chief.get("/evidence/retention").text
    assert "批准并销毁" not in officer.get("/evidence/retention").text
    done = _send(chief, csrf, f"/{asked.disposal_id}/approve", reason="同意")
    assert done.headers["location"] == "/evidence/retention?done=approved"
    assert officer.get(f"/leads/{listed.ids['lead']}").status_code == 404
    assert "SHA-256" in chief.get("/evidence/retention").text
    assert _send(chief, csrf, f"/{asked.disposal_id}/withdraw", reason="不办").status_code == 409


def test_what_is_frozen_is_released_by_another_person(listed, client_of, csrf):
    officer, chief = client_of(listed), client_of(listed, "fuze")
    lead = listed.ids["lead"]
    assert _send(officer, csrf, "/hold", item="没有这个", reason="复议").status_code == 404
    assert _send(officer, csrf, "/hold", item=lead, reason="复议").status_code == 303
    assert _send(officer, csrf, "/hold", item=lead, reason="复议").status_code == 409
    assert _send(officer, csrf, "/release", item=lead, reason="结束").status_code == 403
    assert _send(chief, csrf, "/release", item=lead, reason="结束").status_code == 303
    assert listed.services.disposals.holds() == ()
    assert _send(chief, csrf, "/burn", item=lead, reason="-").status_code == 404


@pytest.mark.parametrize(("login", "status"), [("shenji", 200), ("guanli", 403), ("hangzhou", 403), ("", 303)])
def test_who_sees_it(quiet_office, client_of, login, status):
    assert client_of(quiet_office, login).get("/evidence/retention").status_code == status
