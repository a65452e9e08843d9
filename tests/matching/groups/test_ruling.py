"""What officers rule holds in every later look."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from matching.groups.keeping import kept_groups
from matching.groups.ruling import merge_ruling, split_ruling, standing_rulings, withdrawal
from records.errors import InvalidInputError
from records.groups import GroupEventKind, LinkKind

PHONE = ("phone", "13800138001")


@pytest.fixture
def shops(on):
    return [on.shop(key, contacts=[PHONE]) for key in "abcd"] + [on.shop("x"), on.shop("y")]


@pytest.fixture
def group(on, shops):
    (found,) = kept_groups((), on.linked(shops).clusters, now=on.now)
    return found


def _said(on, **more):
    return {"actor": "甲", "reason": "实地核查，系转让后的新店主", "now": on.now, **more}


def test_split_survives_regrouping_and_says_who_ruled(on, shops, group):
    ruling = split_ruling(group, ["d"], **_said(on))
    found = on.linked(shops, rulings=[ruling])
    assert on.members(found) == [("a", "b", "c")]
    standing = standing_rulings([ruling])
    (after,) = kept_groups([group], found.clusters, now=on.later, rulings=standing)
    assert after.group_id == group.group_id and after.events[-1].kind is GroupEventKind.SHRUNK
    assert "经 甲 认定不属同一经营者：实地核查" in after.events[-1].sentence


def test_split_half_forms_a_group_of_its_own(on, shops, group):
    found = on.linked(shops, rulings=[split_ruling(group, ["a", "d"], **_said(on))])
    assert on.members(found) == [("a", "d"), ("b", "c")]


def test_shop_that_shares_with_both_halves_joins_one_of_them_only(on, shops, group):
    ruling = split_ruling(group, ["d"], **_said(on))
    linked = on.linked([*shops, on.shop("e", contacts=[PHONE], target="t2")], rulings=[ruling])
    assert on.members(linked) == [("a", "b", "c", "e")]


def test_merge_joins_shops_that_share_nothing_with_the_ruling_as_reason(on, shops):
    found = on.linked(shops, rulings=[merge_ruling(["x", "y"], **_said(on))])
    assert on.members(found) == [("a", "b", "c", "d"), ("x", "y")]
    (link,) = found.clusters[1].links
    assert link.kind is LinkKind.RULING and "甲 认定 2 家网店为同一经营者" in link.sentence


def test_later_word_and_withdrawal_count(on, shops, group):
    split = split_ruling(group, ["d"], **_said(on))
    again = merge_ruling(["a", "d"], **_said(on, now=on.now + timedelta(hours=1)))
    back = withdrawal(split, **_said(on, now=on.now + timedelta(hours=2)))
    assert on.members(on.linked(shops, rulings=[split, back])) == [("a", "b", "c", "d")]
    # a and d are together again; b and c, still apart from d, go with whoever comes first: none is lost to both
    assert ("a", "d") in on.members(on.linked(shops, rulings=[again, split]))


def test_order_of_the_shops_does_not_matter_with_rulings_either(on, shops, group):
    rulings = [split_ruling(group, ["b", "d"], **_said(on)), merge_ruling(["x", "a"], **_said(on))]
    expected = on.linked(shops, rulings=rulings)
    for seed in range(5):
        random.Random(seed).shuffle(shops)
        assert on.linked(shops, rulings=rulings) == expected


@pytest.mark.parametrize(
    ("shop_ids", "more", "says"),
    [
        (["x"], {}, "不在关联组"),
        ([], {}, "一家不选"),
        (["a", "b", "c", "d"], {}, "全选"),
        (["a"], {"reason": "  "}, "理由"),
        (["a"], {"actor": ""}, "认定人"),
    ],
)
def test_ruling_without_sense_is_refused(on, group, shop_ids, more, says):
    with pytest.raises(InvalidInputError, match=says):
        split_ruling(group, shop_ids, **_said(on, **more))
