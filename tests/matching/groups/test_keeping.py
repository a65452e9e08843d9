"""Ids that stay, and the history that says why."""

import pytest

from matching.groups.keeping import kept_groups
from records.groups import GroupEventKind, GroupState

FORMED, GROWN, MERGED = GroupEventKind.FORMED, GroupEventKind.GROWN, GroupEventKind.MERGED
SHRUNK, DISSOLVED = GroupEventKind.SHRUNK, GroupEventKind.DISSOLVED


@pytest.fixture
def look(on):
    """Looks at shops given as {shop: phones}, over the groups of the look before; all groups after it."""

    def at(known, shops, now):
        made = [on.shop(key, contacts=[("phone", phone) for phone in phones]) for key, phones in shops.items()]
        changed = {group.group_id: group for group in kept_groups(known, on.linked(made).clusters, now=now)}
        return tuple({**{group.group_id: group for group in known}, **changed}.values())

    return at


P, Q = "13800138001", "13700137001"


def _active(groups):
    return [group for group in groups if group.state is GroupState.ACTIVE]


def test_same_look_again_changes_nothing(on, look):
    first = look((), {"a": [P], "b": [P]}, on.now)
    made = [on.shop(key, contacts=[("phone", P)]) for key in "ab"]
    assert kept_groups(first, on.linked(made).clusters, now=on.later) == ()


def test_group_keeps_its_id_when_it_grows_and_says_why(on, look):
    first = look((), {"b": [P], "c": [P]}, on.now)
    (grown,) = look(first, {"a": [P], "b": [P], "c": [P]}, on.later)
    assert grown.group_id == first[0].group_id and grown.shop_ids == ("a", "b", "c")
    assert [event.kind for event in grown.events] == [FORMED, GROWN]
    assert grown.events[1].shop_ids == ("a",) and "138****8001" in grown.events[1].sentence
    assert (grown.formed_at, grown.changed_at) == (on.now, on.later)


def test_smaller_group_goes_into_the_larger_with_the_link_that_joined_them(on, look):
    first = look((), {"a": [P], "b": [P], "c": [P], "x": [Q], "y": [Q]}, on.now)
    large, small = sorted(first, key=lambda group: -len(group.shop_ids))
    after = {group.group_id: group for group in look(first, {"a": [P], "b": [P], "c": [P, Q], "x": [Q], "y": [Q]},
                                                     on.later)}  # fmt: skip
    kept, gone = after[large.group_id], after[small.group_id]
    assert kept.shop_ids == ("a", "b", "c", "x", "y") and kept.state is GroupState.ACTIVE
    assert (gone.state, gone.merged_into) == (GroupState.MERGED, large.group_id)
    assert kept.events[-1].kind is MERGED and kept.events[-1].group_ids == (small.group_id,)
    assert "137****7001" in kept.events[-1].sentence and "138****8001" not in kept.events[-1].sentence


def test_split_leaves_the_id_with_the_larger_part(on, look):
    whole = {"a": [P], "b": [P], "c": [P, Q], "d": [Q], "e": [P]}
    (first,) = look((), whole, on.now)
    after = look((first,), {**whole, "c": [Q]}, on.later)
    groups = {group.shop_ids: group for group in _active(after)}
    assert set(groups) == {("a", "b", "e"), ("c", "d")}
    assert groups["a", "b", "e"].group_id == first.group_id
    assert groups["a", "b", "e"].events[-1].kind is SHRUNK
    assert groups["c", "d"].group_id != first.group_id and groups["c", "d"].events[0].kind is FORMED


def test_group_without_links_is_dissolved_and_comes_back_under_its_id(on, look):
    first = look((), {"a": [P], "b": [P]}, on.now)
    (ended,) = look(first, {"a": [P], "b": []}, on.later)
    assert ended.state is GroupState.DISSOLVED and ended.events[-1].kind is DISSOLVED
    assert ended.shop_ids == ("a", "b")
    (back,) = look((ended,), {"a": [P], "b": [P]}, on.later)
    assert (back.group_id, back.state) == (first[0].group_id, GroupState.ACTIVE)
    assert [event.kind for event in back.events] == [FORMED, DISSOLVED, FORMED]


def test_nobody_is_in_two_active_groups_and_no_id_is_used_twice(on, look):
    groups = ()
    looks = [{"a": [P], "b": [P]}, {"a": [P], "b": []}, {"a": [P, Q], "c": [Q]}, {"b": [P], "a": [P], "c": [Q],
             "d": [Q]}]  # fmt: skip
    for shops in looks * 2:
        groups = look(groups, shops, on.later)
        inside = [shop_id for group in _active(groups) for shop_id in group.shop_ids]
        assert len(inside) == len(set(inside))
        assert len({group.group_id for group in groups}) == len(groups)
