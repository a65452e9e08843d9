"""Promises of GroupStore."""

from datetime import timedelta
from threading import Thread

import pytest

from records.errors import NotFoundError
from records.group_marks import MarkedSentence, ShopMarks, ShopTraits, Trait
from records.groups import GroupLink, GroupRuling, GroupState, LinkKind, LinkPage, RulingKind, SellerGroup


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


@pytest.fixture
def marks():
    def made(
        shop_id="a", *, page="p1", prints=((1, 2, 2, 2, 2, 2), (3, 3, 3, 3, 3, 3)), value="13800138001", version="v1"
    ):
        where = LinkPage(shop_id=shop_id, page_id=page, page_sha256="0" * 64, url="http://a.test/")
        trait = Trait(kind=LinkKind.PHONE, value=value, shown="138****8001", weight=1.0)
        traits = ShopTraits(
            shop_id=shop_id, target_id="t1", host="a.test", subject="", traits=(trait,), pages=(where,)
        )  # fmt: skip
        sentences = tuple(MarkedSentence(snippet=f"第{at}句", page=0, prints=each) for at, each in enumerate(prints))
        return ShopMarks(version=version, traits=traits, text_pages=(where,), sentences=sentences)

    return made


def test_marks_are_kept_whole_and_prints_are_counted_by_shop(records, marks, open_again):
    assert (
        records.groups.save_marks([marks(), marks("b", prints=((1, 9, 9, 9, 9, 9),)), marks("c", version="old")]) == 3
    )
    again = open_again().groups
    assert again.marks(["a", "b", "nobody"]) == {"a": marks(), "b": marks("b", prints=((1, 9, 9, 9, 9, 9),))}
    assert [traits.shop_id for traits in again.traits("v1")] == ["a", "b"]
    assert {key: list(found) for key, found in again.prints(["b", "nobody"]).items()} == {"b": [1, 9, 9, 9, 9, 9]}
    assert again.print_holders([1, 2, 3, 9, 8]) == {1: 3, 2: 2, 3: 2, 9: 1}


def test_same_marks_from_another_visit_are_nothing_new(records, marks):
    records.groups.save_marks([marks()])
    assert records.groups.save_marks([marks(page="p2")]) == 0
    assert records.groups.marks(["a"])["a"].text_pages[0].page_id == "p1"
    assert records.groups.save_marks([marks(value="13900139001", page="p3")]) == 1


def test_prints_of_a_changed_shop_are_counted_anew(records, marks):
    records.groups.save_marks([marks(), marks("b")])
    assert records.groups.save_marks([marks(prints=((1, 7, 7, 7, 7, 7),))]) == 1
    assert records.groups.print_holders([1, 2, 3, 7]) == {1: 2, 2: 1, 3: 1, 7: 1}
    records.groups.save_marks([marks("b", prints=())])
    assert records.groups.print_holders([1, 2, 3, 7]) == {1: 1, 7: 1}


def test_rulings_are_kept_for_good_oldest_first(records, clock, open_again):
    def ruling(number, days):
        return GroupRuling(
            ruling_id=number, kind=RulingKind.TOGETHER, shop_ids=("a", "b"), actor="甲", reason="核实",
            at=clock.now + timedelta(days=days),
        )  # fmt: skip

    records.groups.rule(ruling("r1", 2))
    records.groups.rule(ruling("r2", 1))
    records.groups.rule(ruling("r1", 3))
    assert open_again().groups.rulings() == (ruling("r2", 1), ruling("r1", 2))


def test_groups_are_behind_from_a_change_to_the_next_regroup(records, marks, open_again):
    assert not records.groups.unsettled()
    records.groups.save_marks([marks()])
    assert open_again().groups.unsettled()
    records.groups.regroup(lambda known: ())
    records.groups.save_marks([marks(page="p9")])
    assert not records.groups.unsettled()
    assert [traits.shop_id for traits in records.groups.traits("v1")] == ["a"]
