"""Promises of RegisterStore."""

import threading

import pytest

from records.register import EntityStatus, RegisterStats

SYLLABLES = "华翰瑞丰恒泰宏远鑫盛嘉禾金源博雅天和众合新城东方海纳"
TRADES = ("印务", "食品", "商贸", "科技", "茶业", "服饰", "网络科技", "电子商务")


def _rows(make, count, *, salt=""):
    for number in range(count):
        core = SYLLABLES[number % 23] + SYLLABLES[(number * 7 + 3) % 23] + SYLLABLES[(number // 23) % 23]
        name = f"杭州{core}{TRADES[number % 8]}有限公司{salt}"
        yield make.register_row(f"9133{number:014}", name, keys=(f"core:{core}",))


def test_imported_entity_is_found_by_code(records, make):
    report = records.register.import_entities("国家企业信用", "2026-03", [make.register_row()])
    assert (report.snapshot_id, report.read, report.added, report.errors) == ("2026-03", 1, 1, ())
    entity = records.register.by_code("91330100000000001X")
    assert entity == make.entity(source="国家企业信用", snapshot_id="2026-03")
    assert records.register.by_code("nothing") is None


def test_same_import_again_changes_nothing(records, make):
    rows = list(_rows(make, 300))
    first = records.register.import_entities("s", "snap", rows)
    grams = make.grams_of(rows[7].entity.name)
    before = records.register.by_grams(grams, limit=20)
    again = records.register.import_entities("s", "snap", rows)
    assert (first.added, first.changed, first.unchanged) == (300, 0, 0)
    assert (again.read, again.added, again.changed, again.unchanged, again.refused) == (300, 0, 0, 300, 0)
    assert records.register.by_grams(grams, limit=20) == before
    assert records.register.stats() == RegisterStats(
        total=300, by_status={EntityStatus.ACTIVE: 300}, snapshot_id="snap"
    )


def test_later_snapshot_changes_what_differs_and_keeps_the_rest(records, make):
    register = records.register
    register.import_entities("s", "one", list(_rows(make, 10)))
    closed = make.register_row("9133" + "0" * 13 + "3", "宁波新名茶业有限公司", status=EntityStatus.CANCELLED)
    report = register.import_entities("s", "two", [*list(_rows(make, 3)), closed, make.register_row("new", "新设公司")])
    assert (report.added, report.changed, report.unchanged) == (1, 1, 3)
    assert register.by_code(closed.entity.code).status == EntityStatus.CANCELLED
    assert register.by_code("9133" + "0" * 13 + "1").snapshot_id == "two"
    assert register.by_code("9133" + "0" * 13 + "9").snapshot_id == "one"
    stats = register.stats()
    assert (stats.total, stats.snapshot_id) == (11, "two")
    assert stats.by_status == {EntityStatus.ACTIVE: 10, EntityStatus.CANCELLED: 1}


def test_old_name_no_longer_leads_to_a_renamed_entity(records, make):
    register = records.register
    register.import_entities("s", "one", [make.register_row("c1", "杭州鹿茸商贸有限公司", keys=("core:鹿茸",))])
    register.import_entities("s", "two", [make.register_row("c1", "杭州海纳科技有限公司", keys=("core:海纳",))])
    assert register.by_keys(["core:鹿茸"]) == ()
    assert register.key_count("core:鹿茸") == 0
    assert register.by_grams(make.grams_of("鹿茸"), limit=5) == ()
    assert [entity.code for entity in register.by_grams(make.grams_of("海纳"), limit=5)] == ["c1"]


def test_last_of_rows_with_one_code_holds(records, make):
    register = records.register
    register.import_entities("s", "one", [make.register_row("c1", "甲公司"), make.register_row("c1", "乙公司")])
    assert register.by_code("c1").name == "乙公司"
    assert register.stats().total == 1


def test_exact_keys_find_every_entity_that_has_one(records, make):
    register = records.register
    register.import_entities(
        "s",
        "one",
        [
            make.register_row("c2", "甲公司", keys=("phone:0571", "core:甲")),
            make.register_row("c1", "乙公司", keys=("phone:0571",)),
            make.register_row("c3", "丙公司"),
        ],
    )
    assert [entity.code for entity in register.by_keys(["phone:0571", "core:甲", "core:无"])] == ["c1", "c2"]
    assert (register.key_count("phone:0571"), register.key_count("core:无")) == (2, 0)
    assert register.by_keys([]) == ()
    many = [f"core:{number}" for number in range(2_000)]
    assert [entity.code for entity in register.by_keys([*many, "name:丙公司"])] == ["c3"]


def test_rarer_grams_count_more(records, make):
    common = [make.register_row(f"c{number}", f"杭州海纳{SYLLABLES[number % 23]}商贸有限公司") for number in range(60)]
    rare = make.register_row("rare", "宁波鹿鸣茶业有限公司")
    records.register.import_entities("s", "one", [*common, rare])
    best = records.register.by_grams(make.grams_of("鹿鸣商贸有限公司"), limit=3)
    assert best[0].code == "rare"


@pytest.mark.parametrize("limit", [0, 1, 5])
def test_candidates_are_at_most_the_limit(records, make, limit):
    records.register.import_entities("s", "one", list(_rows(make, 40)))
    assert len(records.register.by_grams(make.grams_of("杭州华瑞印务有限公司"), limit=limit)) == limit


def test_candidates_order_as_a_scan_of_all_shared_grams(records, make):
    """The whole answer is checked against the definition: weight of all shared grams, rarer ones more."""
    import math

    rows = list(_rows(make, 400))
    records.register.import_entities("s", "one", rows)
    own = {row.entity.code: set(row.grams) for row in rows}
    held = {gram: sum(gram in grams for grams in own.values()) for row in rows for gram in row.grams}
    for row in rows[::23]:
        query = make.grams_of(row.entity.name[2:7])
        worth = {gram: math.log(1 + 400 / held[gram]) for gram in query if gram in held}
        scored = {code: sum(w for gram, w in worth.items() if gram in grams) for code, grams in own.items()}
        expected = sorted(own, key=lambda code: (-round(scored[code], 9), len(own[code]), code))[:10]
        found = records.register.by_grams(query, limit=10)
        assert [round(scored[entity.code], 6) for entity in found] == [round(scored[code], 6) for code in expected]
        assert row.entity.code in {entity.code for entity in found}


def test_grams_nobody_has_find_nobody(records, make):
    assert records.register.by_grams(make.grams_of("华翰"), limit=5) == ()
    records.register.import_entities("s", "one", [make.register_row()])
    assert records.register.by_grams(("龘",), limit=5) == ()
    assert records.register.by_grams((), limit=5) == ()


def test_empty_register_has_empty_statistics(records):
    assert records.register.stats() == RegisterStats(total=0)


def test_register_is_read_while_it_is_imported(records, make):
    register = records.register
    register.import_entities("s", "one", list(_rows(make, 2_000)))
    failures = []

    def read():
        for row in _rows(make, 200):
            if register.by_code(row.entity.code) is None or not register.by_grams(row.grams, limit=1):
                failures.append(row.entity.code)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    report = register.import_entities("s", "two", list(_rows(make, 2_000, salt="（筹）")))
    for reader in readers:
        reader.join()
    assert failures == []
    assert report.changed == 2_000


def test_twenty_thousand_rows_and_reopening(records, open_again, make):
    rows = list(_rows(make, 20_000))
    assert records.register.import_entities("s", "one", iter(rows)).added == 20_000
    before = records.register.by_grams(rows[1234].grams, limit=10)
    records.close()
    again = open_again().register
    assert again.by_grams(rows[1234].grams, limit=10) == before
    assert rows[1234].entity.code in {entity.code for entity in before}
    assert again.stats().total == 20_000


def test_entities_that_declared_addresses_are_walked_once_each_by_code(records, make):
    rows = [
        make.register_row("b", "乙公司", keys=("url:b.cn", "url:b.cn/shop"), shop_urls=("https://b.cn/", "b.cn/shop")),
        make.register_row("a", "甲公司", keys=("url:a.cn", "core:甲"), shop_urls=("a.cn",)),
        make.register_row("c", "丙公司", keys=("core:丙",)),
    ]
    records.register.import_entities("s", "snap", rows)
    assert [(found.code, found.shop_urls) for found in records.register.with_addresses()] == [
        ("a", ("a.cn",)),
        ("b", ("https://b.cn/", "b.cn/shop")),
    ]


def test_several_keys_are_counted_at_once(records, make):
    rows = [make.register_row("c1", "甲公司", keys=("core:甲", "x")), make.register_row("c2", "乙公司", keys=("x",))]
    records.register.import_entities("s", "one", rows)
    assert dict(records.register.key_counts(["x", "core:甲", "core:无", "x"])) == {"x": 2, "core:甲": 1}
    assert dict(records.register.key_counts([])) == {}
    many = [f"core:{number}" for number in range(1_200)]
    assert dict(records.register.key_counts([*many, "x"])) == {"x": 2}


def test_all_entities_are_walked_once_each_by_code_and_from_any_code_on(records, make):
    register = records.register
    assert list(register.entities()) == []
    rows = list(_rows(make, 4_321))
    register.import_entities("s", "one", reversed(rows))
    register.import_entities("s", "two", [make.register_row(rows[7].entity.code, "宁波新名茶业有限公司")])
    codes = sorted(row.entity.code for row in rows)
    walked = list(register.entities())
    assert [entity.code for entity in walked] == codes
    assert {entity.snapshot_id for entity in walked} == {"one", "two"}
    assert next(entity for entity in walked if entity.snapshot_id == "two").name == "宁波新名茶业有限公司"
    assert [entity.code for entity in register.entities(codes[2_000])] == codes[2_001:]
    assert list(register.entities(codes[-1])) == []


def test_register_is_imported_while_it_is_walked(records, make):
    register = records.register
    register.import_entities("s", "one", list(_rows(make, 3_000)))
    walk = register.entities()
    first = next(walk)
    register.import_entities("s", "two", [make.register_row("0", "甲公司"), make.register_row("Z", "乙公司")])
    assert [first.code, *(entity.code for entity in walk)] == [*sorted(r.entity.code for r in _rows(make, 3_000)), "Z"]
