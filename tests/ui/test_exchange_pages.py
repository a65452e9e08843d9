"""往来 at the console: what waits, what was refused and why, and matters answered by those who may."""

from __future__ import annotations

from datetime import timedelta

import pytest

from offices.audit import AuditAction
from records.exchange import (
    Bundle,
    BundleState,
    BundleWay,
    Direction,
    ItemKind,
    Peer,
    Refusal,
    RefusalReason,
    Relation,
    Zone,
)
from records.exchange_matters import Matter, MatterKind, MatterState, MatterWay

PAGE = "/exchange"


@pytest.fixture
def exchanging(office):
    """A peer, a bundle nobody acknowledged, a refusal, and a request that came."""
    services, now = office.services, office.services.clock()
    store = services.exchange
    store.save_peer(
        Peer(
            code="330000", name="省局<b>", relation=Relation.UPPER, zone=Zone.WHOLE, trust_pem="", root_sha256="a" * 64,
            made_at=now, added_by="guanli", added_at=now,
        )
    )  # fmt: skip
    sent = Bundle(
        bundle_id="b" * 64, peer="330000", way=BundleWay.SENT, sequence=1, direction=Direction.UPWARD,
        state=BundleState.HANDED_OUT, counts={ItemKind.TRANSFER: 1}, size_bytes=10, file="x.wjx", made_at=now,
        expires_at=now + timedelta(days=30),
    )  # fmt: skip
    store.record_sent((sent,), ())
    store.note_refusal(
        Refusal(
            refusal_id="r1", peer="330000", sequence=3, file_sha256="c" * 64, reason=RefusalReason.GAP,
            detail="缺少第 2 号包，第 3 号暂不能收录", at=now,
        )
    )  # fmt: skip
    asked = Matter(
        matter_id="matter_1", kind=MatterKind.ASSISTANCE, way=MatterWay.THEIRS, peer="330000", title="请核实<i>",
        reason="实际经营地", paper_no="协1号", state=MatterState.ARRIVED, by="李四", opened_at=now,
        due_on=(now - timedelta(days=30)).date(),
    )  # fmt: skip
    store.save_matter(asked, expected_version=0)
    return office


def test_page_shows_what_waits_what_was_refused_and_what_is_due(exchanging, client_of):
    page = client_of(exchanging, "fuze").get(PAGE).text
    assert "红牌" in page and "缺少第 2 号包" in page and "等待回执" in page and "重新取走" in page
    assert "省局&lt;b&gt;" in page and "<i>" not in page.split("<main", 1)[1]
    assert 'aria-current="page"' in page and ">往来<" in page


def test_admins_see_bundles_and_no_matters_and_others_nothing(exchanging, client_of):
    page = client_of(exchanging, "guanli").get(PAGE)
    assert page.status_code == 200
    assert "请核实" not in page.text and "等待回执" in page.text
    for login in ("banan", "jiancha", "shenji"):
        client = client_of(exchanging, login)
        assert client.get(PAGE).status_code == 403
        assert 'href="/exchange"' not in client.get("/").text
    assert client_of(exchanging, "").get(PAGE).status_code == 303


def test_chief_answers_prolongs_and_stops(exchanging, client_of, csrf):
    client = client_of(exchanging, "fuze")

    def send(path, **form):
        return client.post(path, data={"csrf_token": csrf(client), **form})

    place = "/exchange/matters/matter_1/answer"
    until = (exchanging.services.clock() + timedelta(days=7)).date().isoformat()
    assert "延期须写明" in send(place, text="须实地核查", until="后天").text
    assert send(place, text="须实地核查", until=until).headers["location"] == "/exchange?done=prolonged"
    assert send(place, state="已回函", text="").status_code == 422
    assert send(place, state="已接收", text="好").status_code == 422
    assert send(place, state="已回函", text="该址无此户").headers["location"] == "/exchange?done=answered"
    assert exchanging.services.exchange.matter("matter_1").state is MatterState.ANSWERED
    assert send("/exchange/peers/330000/revoke", reason="设备失窃").headers["location"] == "/exchange?done=revoked"
    assert "停止：设备失窃" in client.get(PAGE).text
    assert "往来已停止" in send("/exchange/peers/330000/send").text
    told = [event.action for event in exchanging.services.audit.audit()]
    assert told.count(AuditAction.MATTER_ACTED) == 2 and told.count(AuditAction.PEER_CHANGED) == 1


def test_matters_of_another_region_are_nobodys(exchanging, client_of):
    lead = next(iter(exchanging.services.leads.leads()))
    store = exchanging.services.exchange
    other = store.matter("matter_1").model_copy(update={"matter_id": "matter_2", "lead_id": lead.lead_id})
    exchanging.services.leads.save_lead(
        lead.model_copy(update={"region_code": ""}), None, expected_version=lead.version
    )
    store.save_matter(other, expected_version=0)
    account = exchanging.services.accounts.account_by_login("fuze")
    exchanging.services.accounts.save_account(account.model_copy(update={"region_code": "330106"}))
    page = client_of(exchanging, "fuze").get(PAGE).text
    assert "没有移送与协查" in page
