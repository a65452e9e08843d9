"""Promises of RegisterStore."""

import threading
from dataclasses import replace

import pytest

from records.register import EntityStatus, RegisterStats
from records.register_ports import RegisterHit

SYLLABLES = "华翰瑞丰恒泰宏远鑫盛嘉禾金源博雅天和众合新城东方海纳"
TRADES = ("印务", "食品", "商贸", "科技", "茶业", "服饰", "网络科技", "电子商务")


def _rows(make, count, *, salt=""):
    for number in range(count):
        core = SYLLABLES[number % 23] + SYLLABLES[(number * 7 + 3) % 23] + SYLLABLES[(number // 23) % 23]
        name = f"杭州{core}{TRADES[number % 8]}有限公司{salt}"
        yield make.register_row(f"9133{number:014}", name, keys=(f"core:{core}",))


def _by_grams(register, grams, *, limit):
    with register.reading() as reader:
        return reader.by_grams(grams, limit=limit)


def _by_keys(register, keys, *, most=100):
    with register.reading() as reader:
        return reader.by_keys(keys, most=most)


def test_imported_entity_is_found_by_code(records, make):
    report = records.register.import_entities("国家企业信用", "2026-03", [make.register_row()])
    assert (report.snapshot_id, report.read, report.added, report.errors) == ("2026-03", 1, 1, ())
    entity = records.register.by_code("91330100000000001X")
    assert entity == make.entity(source="国家企业信用", snapshot_id="2026-03")
    assert records.register.by_code("nothing") is None


def test_register_tells_whether_it_takes_in_codes_that_begin_so(records, make):
    assert not records.register.covers("9133")
    records.register.import_entities("s", "one", [make.register_row("91330100000000001X")])
    assert [records.register.covers(start) for start in ("9133", "91", "9132", "9134", "9233", "9133010000000000")] == [
        True, True, False, False, False, True,
    ]  # fmt: skip


def test_same_import_again_changes_nothing(records, make):
    rows = list(_rows(make, 300))
    first = records.register.import_entities("s", "snap", rows)
    grams = make.grams_of(rows[7].entity.name)
    before = _by_grams(records.register, grams, limit=20)
    again = records.register.import_entities("s", "snap", rows)
    assert (first.added, first.changed, first.unchanged) == (300, 0, 0)
    assert (again.read, again.added, again.changed, again.unchanged, again.refused) == (300, 0, 0, 300, 0)
    assert _by_grams(records.register, grams, limit=20) == before
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


def test_grams_are_counted_by_entities_that_have_them(register_records, make):
    register = register_records.register
    register.import_entities("s", "one", list(_rows(make, 4)))
    grams = make.grams_of(next(_rows(make, 4)).entity.name)
    with register.reading() as reader:
        counts = reader.gram_counts([*grams, "龘龘"])
    assert set(counts) == set(grams)
    assert all(1 <= count <= 4 for count in counts.values())


def test_old_name_no_longer_leads_to_a_renamed_entity(register_records, make):
    register = register_records.register
    register.import_entities("s", "one", [make.register_row("c1", "杭州鹿茸商贸有限公司", keys=("core:鹿茸",))])
    register.import_entities("s", "two", [make.register_row("c1", "杭州海纳科技有限公司", keys=("core:海纳",))])
    assert _by_keys(register, ["core:鹿茸"]) == ({}, {})
    assert _by_grams(register, make.grams_of("鹿茸"), limit=5) == ()
    assert [hit.code for hit in _by_grams(register, make.grams_of("海纳"), limit=5)] == ["c1"]


def test_last_of_rows_with_one_code_holds(records, make):
    register = records.register
    register.import_entities("s", "one", [make.register_row("c1", "甲公司"), make.register_row("c1", "乙公司")])
    assert register.by_code("c1").name == "乙公司"
    assert register.stats().total == 1


def test_exact_keys_find_every_entity_that_has_one(register_records, make):
    register = register_records.register
    register.import_entities(
        "s",
        "one",
        [
            make.register_row("c2", "甲公司", keys=("phone:0571", "core:甲")),
            make.register_row("c1", "乙公司", keys=("phone:0571",)),
            make.register_row("c3", "丙公司"),
        ],
    )
    counts, hits = _by_keys(register, ["phone:0571", "core:甲", "core:无", "core:甲"])
    assert counts == {"phone:0571": 2, "core:甲": 1}
    assert {key: [hit.code for hit in found] for key, found in hits.items()} == {
        "phone:0571": ["c1", "c2"],
        "core:甲": ["c2"],
    }
    assert hits["core:甲"] == (RegisterHit("c2", "甲公司", "outline of 甲公司"),)
    assert _by_keys(register, []) == ({}, {})
    counts, hits = _by_keys(register, [*(f"core:{number}" for number in range(2_000)), "name:丙公司"])
    assert (counts, [hit.code for hit in hits["name:丙公司"]]) == ({"name:丙公司": 1}, ["c3"])


def test_key_that_too_many_have_is_only_counted(register_records, make):
    register = register_records.register
    rows = [make.register_row(f"c{number:03}", f"杭州{number}公司", keys=("brand:华翰",)) for number in range(150)]
    register.import_entities("s", "one", [*rows, make.register_row("other", keys=("brand:瑞丰",))])
    for _again in range(2):
        counts, hits = _by_keys(register, ["brand:华翰", "brand:瑞丰"], most=149)
        assert (counts, list(hits)) == ({"brand:华翰": 150, "brand:瑞丰": 1}, ["brand:瑞丰"])
    assert len(_by_keys(register, ["brand:华翰"], most=150).hits["brand:华翰"]) == 150
    assert _by_keys(register, ["brand:瑞丰", "brand:无"], most=0) == ({"brand:瑞丰": 1}, {})
    register.import_entities("s", "two", [make.register_row("c007", "宁波七公司", keys=("brand:七",))])
    assert _by_keys(register, ["brand:华翰"], most=0).counts == {"brand:华翰": 149}


def test_several_codes_are_looked_up_at_once(records, make):
    records.register.import_entities("s", "one", [make.register_row("c2", "甲公司"), make.register_row("c1", "乙公司")])
    with records.register.reading() as reader:
        assert [hit.name for hit in reader.by_codes(["c2", "none", "c1", "c1"])] == ["乙公司", "甲公司"]
        assert reader.by_codes([]) == ()
        assert {code: entity.name for code, entity in reader.whole(["c2", "none"]).items()} == {"c2": "甲公司"}


def test_outline_follows_the_name_and_the_version_that_wrote_it(records, make):
    register = records.register
    row = make.register_row("c1", "甲公司")
    for rows, wanted in (
        ([row], ("甲公司", "outline of 甲公司")),
        ([replace(row, outline="newer version")], ("甲公司", "newer version")),
        ([make.register_row("c1", "乙公司")], ("乙公司", "outline of 乙公司")),
    ):
        register.import_entities("s", "one", rows)
        with register.reading() as reader:
            assert reader.by_codes(["c1"]) == (RegisterHit("c1", *wanted),)


def test_one_reading_sees_one_moment(records, make):
    register = records.register
    register.import_entities("s", "one", [make.register_row("c1", "杭州鹿茸商贸有限公司", keys=("core:鹿茸",))])
    with register.reading() as reader:
        assert reader.by_keys(["core:鹿茸"], most=5).counts == {"core:鹿茸": 1}
        register.import_entities("s", "two", [make.register_row("c1", "杭州海纳科技有限公司", keys=("core:海纳",))])
        assert reader.by_keys(["core:鹿茸", "core:海纳"], most=5).counts == {"core:鹿茸": 1}
        assert [hit.name for hit in reader.by_grams(make.grams_of("鹿茸"), limit=5)] == ["杭州鹿茸商贸有限公司"]
    assert _by_keys(register, ["core:鹿茸", "core:海纳"]).counts == {"core:海纳": 1}


def test_candidates_do_not_depend_on_the_order_of_the_import(records, open_elsewhere, make):
    rows = [
        make.register_row(f"c{number:04}", f"{place}鹿鸣{SYLLABLES[number % 23]}商贸有限公司")
        for number, place in enumerate(("杭州", "宁波", "温州", "上海") * 150)
    ]
    other = open_elsewhere()
    other.migrate()
    records.register.import_entities("s", "one", rows)
    for part in (rows[400:], rows[:200], rows[200:400]):
        other.register.import_entities("s", "one", reversed(part))
    for query in ("鹿鸣商贸", "鹿鸣", "鹿鸣海", "商贸", "杭州鹿鸣"):
        grams = make.grams_of(query)
        assert _by_grams(records.register, grams, limit=40) == _by_grams(other.register, grams, limit=40)


def test_many_small_imports_are_found_as_one_is(records, make):
    rows = list(_rows(make, 120))
    for start in range(0, 120, 10):
        records.register.import_entities("s", f"snap{start}", rows[start : start + 10])
    for row in rows[::11]:
        assert row.entity.code in {hit.code for hit in _by_grams(records.register, row.grams, limit=10)}
    assert len(_by_grams(records.register, make.grams_of("杭州"), limit=200)) == 120


def test_rarer_grams_count_more(records, make):
    common = [make.register_row(f"c{number}", f"杭州海纳{SYLLABLES[number % 23]}商贸有限公司") for number in range(60)]
    rare = make.register_row("rare", "宁波鹿鸣茶业有限公司")
    records.register.import_entities("s", "one", [*common, rare])
    best = _by_grams(records.register, make.grams_of("鹿鸣商贸有限公司"), limit=3)
    assert best[0].code == "rare"


@pytest.mark.parametrize("limit", [0, 1, 5])
def test_candidates_are_at_most_the_limit(records, make, limit):
    records.register.import_entities("s", "one", list(_rows(make, 40)))
    assert len(_by_grams(records.register, make.grams_of("杭州华瑞印务有限公司"), limit=limit)) == limit


def test_candidates_order_as_a_scan_of_all_shared_grams(register_records, make):
    """The whole answer is checked against the definition: weight of all shared grams, rarer ones more."""
    import math

    rows = list(_rows(make, 400))
    register_records.register.import_entities("s", "one", rows)
    own = {row.entity.code: set(row.grams) for row in rows}
    held = {gram: sum(gram in grams for grams in own.values()) for row in rows for gram in row.grams}
    for row in rows[::23]:
        query = make.grams_of(row.entity.name[2:7])
        worth = {gram: math.log(1 + 400 / held[gram]) for gram in query if gram in held}
        scored = {code: sum(w for gram, w in worth.items() if gram in grams) for code, grams in own.items()}
        expected = sorted(own, key=lambda code: (-round(scored[code], 9), len(own[code]), code))[:10]
        found = _by_grams(register_records.register, query, limit=10)
        assert [round(scored[entity.code], 6) for entity in found] == [round(scored[code], 6) for code in expected]
        assert row.entity.code in {entity.code for entity in found}


def test_grams_nobody_has_find_nobody(register_records, make):
    assert _by_grams(register_records.register, make.grams_of("华翰"), limit=5) == ()
    register_records.register.import_entities("s", "one", [make.register_row()])
    assert _by_grams(register_records.register, ("龘",), limit=5) == ()
    assert _by_grams(register_records.register, (), limit=5) == ()


def test_empty_register_has_empty_statistics(records):
    assert records.register.stats() == RegisterStats(total=0)


def test_register_is_read_while_it_is_imported(records, make):
    register = records.register
    register.import_entities("s", "one", list(_rows(make, 2_000)))
    failures = []

    def read():
        for row in _rows(make, 200):
            if register.by_code(row.entity.code) is None or not _by_grams(register, row.grams, limit=1):
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
    before = _by_grams(records.register, rows[1234].grams, limit=10)
    records.close()
    again = open_again().register
    assert _by_grams(again, rows[1234].grams, limit=10) == before
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
