"""复核 in the console: blind, two people each on their own, and a third where they differ."""

from __future__ import annotations

import re

import pytest

from matching.reviewing.queueing import pairs_in_doubt
from offices.accounts import NewAccount, create_account
from offices.audit import AuditAction
from records.people import Role
from records.reviews import Answer, ReviewState


def _send(client, token_of, path, **form):
    return client.post(path, data={"csrf_token": token_of(client), **form})


def _doubt(office):
    """One pair in doubt, of the shop that is hostile in every field."""
    match = office.services.survey.match_of(office.ids["hostile"])
    pairs = list(pairs_in_doubt(match, office.services.register.by_code, now=office.services.clock()))
    assert office.services.reviews.queue(pairs) == len(pairs) == 1
    return pairs[0]


def _next(client):
    page = client.get("/reviews/next").text
    return page, re.search(r'action="/reviews/(pair_\w+)"', page)[1]


@pytest.mark.parametrize(("login", "status"), [("shenji", 403), ("guanli", 403), ("fuze", 200), ("", 303)])
def test_who_decides_leads_reviews(quiet_office, client_of, login, status):
    assert client_of(quiet_office, login).get("/reviews").status_code == status


def test_pair_is_shown_blind_and_settled_by_two(office, client_of, csrf):
    first, second = client_of(office), client_of(office, "jiancha")
    assert first.get("/reviews/next").headers["location"] == "/reviews"
    _doubt(office)
    page, pair_id = _next(first)
    assert "杭州百草园保健品经营部" in page and "&lt;script&gt;" in page and "<script>alert" not in page
    assert "0.38" not in page and "/shops/" not in page, "neither the score nor a page that tells it"
    _send(first, csrf, f"/reviews/{pair_id}", answer="different", because=["other-place", "name"], note="地址不同")
    assert first.get("/reviews/next").status_code == 303, "nobody is asked twice"
    again = _send(first, csrf, f"/reviews/{pair_id}", answer="same")
    assert again.status_code == 409 and "已对" in again.text
    page, _ = _next(second)
    assert "地址不同" not in page and "banan" not in page
    assert "0.38" not in second.get("/reviews").text
    _send(second, csrf, f"/reviews/{pair_id}", answer="different")
    pair = office.services.reviews.pair(pair_id)
    assert (pair.state, pair.verdict) == (ReviewState.SETTLED, Answer.DIFFERENT)
    done = first.get("/reviews").text
    assert "0.38" in done and "地址不同" in done and "1.000" in done and "1 条中一致 1 条" in done
    assert _send(second, csrf, f"/reviews/{pair_id}", answer="perhaps").status_code == 422


def test_third_person_decides_where_two_differ(office, client_of, csrf):
    clients = [client_of(office, login) for login in ("banan", "jiancha", "fuze")]
    _doubt(office)
    _, pair_id = _next(clients[0])
    states = []
    for client, answer in zip(clients, ("same", "different", "different"), strict=True):
        states.append(office.services.reviews.pair(pair_id).state)
        _send(client, csrf, f"/reviews/{pair_id}", answer=answer)
    assert states == [ReviewState.OPEN, ReviewState.OPEN, ReviewState.DISPUTED]
    assert office.services.reviews.pair(pair_id).verdict is Answer.DIFFERENT


def test_personal_data_is_masked_or_its_reading_written_down(office, client_of, csrf):
    officer, monitor = client_of(office), client_of(office, "jiancha")
    pair = _doubt(office)
    entity = pair.entity.model_copy(update={"phone": "13812345678", "legal_representative": "欧阳小明"})
    office.services.reviews.change(pair.pair_id, lambda known: known.model_copy(update={"entity": entity}))
    masked = _next(monitor)[0]
    assert "138****5678" in masked and "欧阳小明" not in masked
    assert "欧阳小明" in _next(officer)[0]
    reads = [one for one in office.services.audit.audit() if one.action == AuditAction.PERSONAL_READ]
    assert [(one.actor, one.object_id) for one in reads] == [("banan", pair.pair_id)]


def test_pair_of_another_region_is_nobodys(office, client_of, csrf):
    pair = _doubt(office)
    wanted = NewAccount(
        login="chengdu", name="成都", roles=(Role.MONITOR,), password="Shuang-Sui-2026", region_code="5101"
    )  # fmt: skip
    create_account(office.services.accounts, wanted)
    client = client_of(office, "chengdu")
    assert client.get("/reviews/next").status_code == 303
    assert _send(client, csrf, f"/reviews/{pair.pair_id}", answer="same").status_code == 404


def test_what_is_in_doubt_is_put_before_people_once(office, client_of, csrf):
    client = client_of(office)
    added = _send(client, csrf, "/reviews/queue").headers["location"]
    assert int(added.removeprefix("/reviews?added=")) == len(list(office.services.reviews.pairs())) > 0
    assert _send(client, csrf, "/reviews/queue").headers["location"] == "/reviews?added=0"
    assert "新排入 0 条" in client.get("/reviews?added=0").text
    assert _send(client_of(office, "shenji"), csrf, "/reviews/queue").status_code == 403
