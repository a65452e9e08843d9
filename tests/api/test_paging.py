"""Lists go on where they ended: signed cursors of one list, one person and one hour."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest

from records.exchange import Bundle, BundleState, BundleWay, Direction, Refusal, RefusalReason
from records.exchange_matters import Matter, MatterKind, MatterState, MatterWay

LISTS = [
    "/api/v1/leads", "/api/v1/shops", "/api/v1/listings", "/api/v1/captures", "/api/v1/runs", "/api/v1/schedules",
    "/api/v1/occurrences",
]  # fmt: skip


def first_id(item) -> str:
    return json.dumps(item, sort_keys=True)


def walk(client, path, *, limit):
    seen, cursor = [], ""
    while cursor is not None:
        page = client.get(path, params={"limit": limit, **({"cursor": cursor} if cursor else {})}).json()
        assert len(page["items"]) <= limit
        seen += [first_id(item) for item in page["items"]]
        cursor = page["next_cursor"]
    return page["total"], seen


@pytest.mark.parametrize("path", LISTS)
def test_small_pages_give_the_whole_list_in_its_order(quiet_office, client_of, path):
    client = client_of(quiet_office)
    whole = client.get(path, params={"limit": 200}).json()
    total, seen = walk(client, path, limit=2)
    assert whole["next_cursor"] is None
    assert whole["total_relation"] == "eq"
    assert seen == [first_id(item) for item in whole["items"]]
    assert len(seen) == total > 1


def test_lists_of_the_exchange_go_on_where_they_ended(office, client_of):
    exchange, now = office.services.exchange, office.services.clock()
    for number in range(1, 6):
        at = now + timedelta(minutes=number // 2)  # two of the same moment
        refusal = Refusal(
            refusal_id=f"refusal_{number}", file_sha256="0" * 64, reason=RefusalReason.GAP, detail="缺包", at=at
        )
        exchange.note_refusal(refusal)
        bundle = Bundle(
            bundle_id=f"{number:064}", peer="330106", way=BundleWay.SENT, sequence=number, state=BundleState.MADE,
            direction=Direction.DOWNWARD, size_bytes=1, file=f"{number}.wjx", made_at=at, expires_at=at, by="fuze",
        )  # fmt: skip
        exchange.record_sent((bundle,), ())
        matter = Matter(
            matter_id=f"matter_{number}", kind=MatterKind.STATISTICS, way=MatterWay.OURS, peer="330106", title="报表",
            state=MatterState.SENT, by="fuze", opened_at=at,
        )  # fmt: skip
        exchange.save_matter(matter, expected_version=0)
    client = client_of(office, "fuze")
    for path in ("bundles", "refusals", "matters"):
        whole = client.get(f"/api/v1/exchange/{path}", params={"limit": 200}).json()
        total, seen = walk(client, f"/api/v1/exchange/{path}", limit=2)
        assert (seen, total) == ([first_id(item) for item in whole["items"]], 5)


def test_page_goes_on_behind_what_was_shown_though_something_new_came_before_it(office, client_of):
    client = client_of(office)
    first = client.get("/api/v1/captures", params={"limit": 2}).json()
    client.post("/api/v1/captures", json={"url": "http://market.example/new"})
    rest = client.get("/api/v1/captures", params={"limit": 200, "cursor": first["next_cursor"]}).json()
    ids = [one["capture_id"] for one in (*first["items"], *rest["items"])]
    assert len(ids) == len(set(ids)) == rest["total"] - 1


def cursor_of(client, **params) -> str:
    return client.get("/api/v1/leads", params={"limit": 1, **params}).json()["next_cursor"]


def forged(cursor: str) -> str:
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    return base64.urlsafe_b64encode(raw[:16] + raw[16:].replace(b"[1", b"[2")).decode().rstrip("=")


def test_cursor_of_ones_own_making_is_refused(quiet_office, client_of):
    client = client_of(quiet_office)
    good = cursor_of(client)
    assert client.get("/api/v1/leads", params={"limit": 1, "cursor": good}).status_code == 200
    for bad in (forged(good), good[:-4], "x", "%00", good + "A", base64.urlsafe_b64encode(b"[]" * 20).decode()):
        answer = client.get("/api/v1/leads", params={"limit": 1, "cursor": bad})
        assert answer.status_code == 400, bad
        assert answer.json()["type"] == "urn:wangjian:problem:usage"


@pytest.mark.parametrize(
    ("path", "params"),
    [("/api/v1/shops", {}), ("/api/v1/leads", {"severity": "high"}), ("/api/v1/leads", {"sort": "newest"})],
)
def test_cursor_of_another_list_or_other_conditions_is_refused(quiet_office, client_of, path, params):
    client = client_of(quiet_office)
    assert client.get(path, params={"cursor": cursor_of(client), **params}).status_code == 400


def test_cursor_of_another_person_is_refused(quiet_office, client_of):
    cursor = cursor_of(client_of(quiet_office))
    assert client_of(quiet_office, "hangzhou").get("/api/v1/leads", params={"cursor": cursor}).status_code == 400


def test_cursor_ends_after_an_hour(office, client_of):
    client = client_of(office)
    cursor = cursor_of(client)
    office.clock.advance(minutes=61)
    answer = client.get("/api/v1/leads", params={"cursor": cursor})
    assert answer.status_code == 410
    assert answer.json()["type"] == "urn:wangjian:problem:expired"
    assert "第一页" in answer.json()["cure"]


def test_secret_of_cursors_is_the_servers_alone(quiet_office, client_of):
    cursor_of(client_of(quiet_office))
    kept = quiet_office.services.data_dir / "keys" / "cursors.key"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert len(kept.read_bytes()) == 32
