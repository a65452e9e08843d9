"""Promises of SavedSearchStore."""

import threading

import pytest

from records.errors import ConflictError, NotFoundError
from records.saved_searches import SavedSearch, SearchAlert
from records.search import Facet, SearchKind, SearchQuery


def _search(make, search_id="s1", *, name="玛咖", owner="zhang", **more):
    query = SearchQuery(
        kind=SearchKind.LEAD, text="玛咖 非 人参", filters={Facet.STATE: ("待研判",)}, region_scope="33"
    )
    return SavedSearch(search_id=search_id, name=name, owner=owner, query=query, saved_at=make.at(0), **more)


def _alert(make, lead_id, search_id="s1", minutes=1):
    return SearchAlert(search_id=search_id, lead_id=lead_id, title="线索", region_code="3301", at=make.at(minutes))


def test_search_is_kept_whole_and_changed_by_its_number(records, make):
    store = records.searches
    store.save_search(_search(make))
    assert store.search("s1") == _search(make)
    changed = _search(make, name="玛咖片", shared=True, alerting=False)
    store.save_search(changed)
    assert store.searches() == (changed,)
    with pytest.raises(NotFoundError, match="保存的检索"):
        store.search("s2")


def test_own_and_shared_ones_are_seen_by_name(records, make):
    store = records.searches
    store.save_search(_search(make, "s1", name="乙", owner="zhang"))
    store.save_search(_search(make, "s2", name="甲", owner="li", shared=True))
    store.save_search(_search(make, "s3", name="丙", owner="li"))
    assert {one.search_id for one in store.searches("zhang")} == {"s1", "s2"}
    assert {one.search_id for one in store.searches("li")} == {"s2", "s3"}
    assert [one.name for one in store.searches()] == sorted("甲乙丙")


def test_second_search_of_a_name_is_refused_and_of_another_owner_not(records, make):
    store = records.searches
    store.save_search(_search(make))
    with pytest.raises(ConflictError, match="已有同名的检索"):
        store.save_search(_search(make, "s2"))
    store.save_search(_search(make, "s3", owner="li"))
    assert len(store.searches()) == 2


def test_lead_is_noted_once_a_search(records, make):
    store = records.searches
    for search_id in ("s1", "s2"):
        store.save_search(_search(make, search_id, name=search_id))
    assert store.save_alerts([_alert(make, "l1"), _alert(make, "l2", minutes=2), _alert(make, "l1", "s2")]) == 3
    assert store.save_alerts([_alert(make, "l1", minutes=9), _alert(make, "l3", minutes=3)]) == 1
    assert [(one.lead_id, one.at) for one in store.alerts("s1")] == [
        ("l3", make.at(3)), ("l2", make.at(2)), ("l1", make.at(1)),
    ]  # fmt: skip
    assert store.alerts("s2") == (_alert(make, "l1", "s2"),)


def test_seen_alerts_are_told_from_unseen(records, make):
    store = records.searches
    store.save_search(_search(make))
    store.save_alerts([_alert(make, "l1"), _alert(make, "l2")])
    assert store.mark_seen("s1", make.at(5)) == 2
    assert store.mark_seen("s1", make.at(6)) == 0
    store.save_alerts([_alert(make, "l1", minutes=7), _alert(make, "l3", minutes=7)])
    assert [one.lead_id for one in store.alerts("s1", unseen=True)] == ["l3"]
    assert [(one.lead_id, one.seen_at) for one in store.alerts("s1")] == [
        ("l3", None), ("l1", make.at(5)), ("l2", make.at(5)),
    ]  # fmt: skip


def test_deleted_search_takes_its_alerts_along(records, make):
    store = records.searches
    store.save_search(_search(make))
    store.save_alerts([_alert(make, "l1")])
    assert store.delete_search("s1")
    assert not store.delete_search("s1")
    assert store.save_alerts([_alert(make, "l2")]) == 0
    store.save_search(_search(make))
    assert store.alerts("s1") == ()


def test_two_that_note_at_once_note_once(records, make):
    store = records.searches
    store.save_search(_search(make))
    made = []
    threads = [
        threading.Thread(target=lambda: made.append(store.save_alerts([_alert(make, f"l{n}") for n in range(20)])))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(made) == 20 == len(store.alerts("s1"))


def test_searches_survive_a_restart(records, open_again, make):
    records.searches.save_search(_search(make))
    records.searches.save_alerts([_alert(make, "l1")])
    records.close()
    assert open_again().searches.searches() == (_search(make),)
    assert open_again().searches.alerts("s1") == (_alert(make, "l1"),)
