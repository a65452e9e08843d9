"""Promises of GroupStore."""

from datetime import timedelta
from threading import Thread

import pytest

from records.errors import NotFoundError
from records.groups import GroupLink, GroupState, LinkKind, SellerGroup


@pytest.fixture
def group(clock):
    def make(group_id="g1", shops=("a", "b"), **more):
        link = GroupLink(kind=LinkKind.PHONE, value="138****8001", weight=1.0, sentence="同一电话", shop_ids=shops)
        values = dict(
            group_id=group_id, shop_ids=shops, links=(link,), formed_at=clock.now, changed_at=clock.now,
            method_version="groups-1",
        )  # fmt: skip
        return SellerGroup(**{**values, **more})

    return make


def test_groups_are_found_by_id_and_by_shop_after_a_restart(records, group, open_again):
    records.groups.regroup(lambda known: [group(), group("g2", ("c", "d", "e"))])
    again = open_again().groups
    assert again.group("g1") == group()
    assert again.group_of("d") == group("g2", ("c", "d", "e"))
    assert again.group_of("nobody") is None
    assert [found.group_id for found in again.groups()] == ["g1", "g2"]


def test_builder_sees_every_state_and_what_it_does_not_name_stays(records, group):
    records.groups.regroup(lambda known: [group(), group("g2", ("c", "d"), state=GroupState.DISSOLVED)])
    seen = []
    assert records.groups.regroup(lambda known: seen.extend(known) or ()) == ()
    assert [found.group_id for found in seen] == ["g1", "g2"]
    assert records.groups.group("g1") == group()


def test_shop_that_moves_is_in_its_new_group_only(records, group):
    records.groups.regroup(lambda known: [group("g1", ("a", "b", "c")), group("g2", ("d", "e"))])
    records.groups.regroup(lambda known: [group("g2", ("c", "d", "e")), group("g1", ("a", "b"))])
    assert records.groups.group_of("c").group_id == "g2"
    records.groups.regroup(lambda known: [group("g1", ("a", "c")), group("g2", ("b", "d", "e"))])
    assert [records.groups.group_of(shop).group_id for shop in "abcde"] == ["g1", "g2", "g1", "g2", "g2"]


def test_merged_group_holds_no_shop_and_is_listed_when_asked_for(records, group):
    records.groups.regroup(lambda known: [group(), group("g2", ("c", "d"))])
    merged = group("g2", ("c", "d"), state=GroupState.MERGED, merged_into="g1")
    records.groups.regroup(lambda known: [group("g1", ("a", "b", "c", "d")), merged])
    assert records.groups.group_of("c").group_id == "g1"
    assert [found.group_id for found in records.groups.groups()] == ["g1"]
    assert [found.group_id for found in records.groups.groups(active_only=False)] == ["g1", "g2"]


def test_failing_builder_changes_nothing(records, group):
    records.groups.regroup(lambda known: [group()])

    def fail(known):
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        records.groups.regroup(fail)
    assert list(records.groups.groups()) == [group()]


def test_unknown_group_is_not_found(records):
    with pytest.raises(NotFoundError, match="关联组"):
        records.groups.group("g9")


def test_looks_at_the_same_time_come_one_after_another(records, group, clock):
    def grow(known):
        count = len(known[0].shop_ids) if known else 1
        return [group("g1", tuple(f"s{at}" for at in range(count + 1)), changed_at=clock.now + timedelta(count))]

    threads = [Thread(target=records.groups.regroup, args=(grow,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(records.groups.group("g1").shop_ids) == 9
