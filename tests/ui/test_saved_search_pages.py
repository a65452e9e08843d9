"""保存的检索: kept from a list, opened as that list, new leads told to their owner alone."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from wangjian.indexing import catch_up


def _keep(client, csrf, state, **form):
    return client.post("/searches", data={"csrf_token": csrf(client), "state": state, **form})


def test_list_is_saved_and_opened_as_it_was(office, client_of, csrf):
    client = client_of(office)
    state = f"q={quote('概不退换')}&rule=C16&sort=newest"
    assert "保存这次检索" in client.get(f"/leads?{state}").text
    assert _keep(client, csrf, state, name="退换", shared="1").headers["location"] == "/searches?done=kept"
    page = client.get("/searches").text
    assert "退换" in page and "“概不退换”" in page and "C16" in page
    (kept,) = office.services.searches.searches("banan")
    opened = client.post(f"/searches/{kept.search_id}/open", data={"csrf_token": csrf(client)})
    assert opened.headers["location"].startswith(f"/leads?q={quote('概不退换')}&rule=C16")


def test_search_is_held_to_its_authors_region(office, client_of, csrf):
    _keep(client_of(office, "hangzhou"), csrf, "", name="全部", shared="1")
    (kept,) = office.services.searches.searches("hangzhou")
    assert kept.query.region_scope == "3301"


def test_nameless_or_unreadable_search_is_refused_in_words(office, client_of, csrf):
    client = client_of(office)
    for state, name, said in (("q=1", "  ", "名称是空的"), ("q=(", "括号", "后面缺少词语")):
        answer = _keep(client, csrf, state, name=name)
        assert answer.status_code == 422 and said in answer.text
    assert office.services.searches.searches("banan") == ()


def test_private_search_is_nobody_elses_and_a_shared_one_only_its_owner_deletes(office, client_of, csrf):
    owner, other = client_of(office), client_of(office, "jiancha")
    _keep(owner, csrf, "q=1", name="私")
    _keep(owner, csrf, "q=2", name="公", shared="1")
    private, shared = sorted(office.services.searches.searches("banan"), key=lambda one: one.shared)
    assert "公" in other.get("/searches").text
    token = {"csrf_token": csrf(other)}
    assert other.post(f"/searches/{private.search_id}/open", data=token).status_code == 404
    assert other.post(f"/searches/{shared.search_id}/delete", data=token).status_code == 403
    assert len(office.services.searches.searches("banan")) == 2
    done = owner.post(f"/searches/{shared.search_id}/delete", data={"csrf_token": csrf(owner)})
    assert done.status_code == 303 and office.services.searches.searches("banan") == (private,)


def test_new_lead_is_told_to_the_owner_until_they_look(office, client_of, csrf):
    services = office.services
    owner, other = client_of(office), client_of(office, "jiancha")
    _keep(owner, csrf, "rule=A01", name="绝对化", shared="1")
    (kept,) = services.searches.searches("banan")
    lead = services.leads.lead(office.ids["lead"])
    services.searches.save_search(kept.model_copy(update={"saved_at": lead.first_seen_at - timedelta(days=1)}))
    services.leads.save_lead(lead, None, expected_version=lead.version)
    catch_up(services)
    assert "1 条" in owner.get("/searches").text
    assert "保存的检索有新线索" in owner.get("/").text and "保存的检索有新线索" not in other.get("/").text
    other.post(f"/searches/{kept.search_id}/open", data={"csrf_token": csrf(other)})
    assert len(services.searches.alerts(kept.search_id, unseen=True)) == 1
    owner.post(f"/searches/{kept.search_id}/open", data={"csrf_token": csrf(owner)})
    assert services.searches.alerts(kept.search_id, unseen=True) == ()
    assert "保存的检索有新线索" not in owner.get("/").text
