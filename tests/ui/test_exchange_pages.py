"""往来 at the console: what waits, what was refused and why, and matters answered by those who may."""

from __future__ import annotations

from datetime import timedelta

import pytest

from offices.audit import AuditAction
from records.exchange_matters import MatterState

PAGE = "/exchange"


@pytest.fixture
def exchanging(office, add_exchange):
    """A peer, a bundle nobody acknowledged, a refusal, and a request that came."""
    add_exchange(office.services)
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
