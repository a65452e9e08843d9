"""Promises of RegisterIndex: the index beside the register is written to its end or does not answer, goes on where a
killed writer was, follows what changed, and says when the engine is away."""

import socket
import sqlite3
from dataclasses import replace

import pytest

from records.errors import InvalidInputError, StoreAwayError
from stores.backends import open_records, open_register_index
from stores.search.elastic_register import ElasticRegisterStore
from stores.search.elastic_register_index import ElasticRegisterIndex, Mark
from stores.sql.register_feed import fed_after, register_origin

BATCH = 10


def with_node(test):
    """The test asks the real node."""
    return pytest.mark.elasticsearch(pytest.mark.xdist_group("elasticsearch")(test))


@pytest.fixture
def index(new_elastic_url):
    return ElasticRegisterIndex.at(f"{new_elastic_url()}?shards=3")


@pytest.fixture
def register(records, clock, index):
    """In small batches, over three shards."""
    return ElasticRegisterStore(records.database, clock, index, batch_rows=BATCH)


@pytest.fixture
def away(records, clock):
    """A register whose engine is at an address where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"elasticsearch://127.0.0.1:{free.getsockname()[1]}/wj"
    return open_register_index(url, records, clock=clock)


def _row(make, code, name, *, province, keys=()):
    row = make.register_row(code, name, keys=keys)
    return replace(row, entity=row.entity.model_copy(update={"region_code": f"{province}0100"}))


def _rows(make, count, *, province="33"):
    for number in range(count):
        name = f"杭州{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{'子丑寅卯辰巳午未申酉'[number // 10]}商贸有限公司"
        code = f"91{province}0100{number:010}"
        yield _row(make, code, name, province=province, keys=("brand:同",))


def _found(register, make, text, *, limit=5):
    with register.reading() as reader:
        return [hit.code for hit in reader.by_grams(make.grams_of(text), limit=limit)]


@with_node
def test_killed_rebuild_goes_on_and_answers_only_when_whole(records, register, index, make):
    rows = list(_rows(make, 35))
    records.register.import_entities("s", "one", rows)
    broken_off = index.begin()
    with records.database.read() as connection:
        origin = register_origin(connection)
    index.write(broken_off, fed_after(records.database, 0, limit=20), Mark(origin, 20, rows[19].entity.code))
    assert not register.index_state().built
    with pytest.raises(StoreAwayError, match="尚未建立") as refused, register.reading():
        pass
    assert "wangjian registry index" in refused.value.cure
    told = []
    assert register.catch_up_index(lambda done, total: told.append((done, total))) == 35
    assert told == [(10, 15), (15, 15)]
    assert index.standing() == broken_off
    assert register.index_state().whole
    assert _found(register, make, rows[30].entity.name[2:6])[0] == rows[30].entity.code


@with_node
def test_rebuilt_index_takes_the_place_of_the_old(register, index, make):
    register.import_entities("s", "one", _rows(make, 25))
    old = index.standing()
    assert register.catch_up_index() == 0
    assert register.rebuild_index() == 25
    assert index.standing() not in ("", old)
    assert index.unfinished() == []
    assert register.index_state().whole


@with_node
def test_index_follows_what_was_added_renamed_and_moved(records, register, index, make):
    register.import_entities("s", "one", _rows(make, 12))
    moved = _row(make, "913301000000000003", "上海新名茶业有限公司", province="31")
    records.register.import_entities("s", "two", [moved, make.register_row("new", "杭州又一家公司")])
    state = register.index_state()
    assert (state.entities, state.indexed, state.waiting, state.whole) == (13, 12, 2, False)
    assert _found(register, make, "新名茶业") == ["913301000000000003"]  # so few are waited for
    assert register.index_state().whole
    with register.reading() as reader:
        assert reader.by_keys(["brand:同"], most=100).counts == {"brand:同": 11}
        assert reader.by_keys(["name:杭州丁子商贸有限公司"], most=5) == ({}, {})
    worth = dict.fromkeys(make.grams_of("新名茶业"), 1.0)
    assert len(index.by_grams(worth, limit=5)) == 1
    assert len(index.by_grams(worth, limit=5, provinces=["31", "33"])) == 1
    away_again = _row(make, "913301000000000003", "上海新名茶业有限公司", province="44")
    register.import_entities("s", "three", [away_again])
    assert [len(index.by_grams(worth, limit=5, provinces=[one])) for one in ("31", "33", "44")] == [0, 1, 1]


@with_node
def test_question_is_refused_while_more_than_a_batch_is_missing(records, register, make):
    register.import_entities("s", "one", _rows(make, 5))
    records.register.import_entities("s", "two", _rows(make, 30))
    with pytest.raises(StoreAwayError, match="还差 25 户"), register.reading():
        pass
    assert register.catch_up_index() == 25
    assert len(_found(register, make, "商贸", limit=50)) == 30


@with_node
def test_index_of_another_register_is_not_asked(open_elsewhere, register, clock, index, make):
    register.import_entities("s", "one", _rows(make, 5))
    other = open_elsewhere()
    other.migrate()
    other.register.import_entities("t", "other", _rows(make, 3))
    stranger = ElasticRegisterStore(other.database, clock, index)
    with pytest.raises(StoreAwayError, match="另一个登记库"), stranger.reading():
        pass
    assert not stranger.index_state().built
    assert stranger.catch_up_index() == 3
    assert stranger.index_state().whole


@pytest.mark.parametrize("records_url", ["sqlite"], indirect=True)  # its file is what is put back
@with_node
def test_index_of_before_a_restore_is_not_asked(tmp_path, records, register, clock, index, make):
    """Numbers are given anew after a restore: an index that knows them would lead to the wrong entities."""
    register.import_entities("s", "one", _rows(make, 5))
    with sqlite3.connect(tmp_path / "data" / "wangjian.db") as now, sqlite3.connect(tmp_path / "kept.db") as kept:
        now.backup(kept)
    register.import_entities("s", "two", [make.register_row(f"late{number}", "迟来公司") for number in range(3)])
    restored = open_records(f"sqlite://{tmp_path}/kept.db", clock=clock)
    again = ElasticRegisterStore(restored.database, clock, index)
    assert not again.index_state().built
    restored.register.import_entities("s", "three", [make.register_row(f"z{at}", "另一公司") for at in range(4)])
    with pytest.raises(StoreAwayError, match="恢复备份之前"), again.reading():
        pass
    assert again.catch_up_index() == 9
    assert _found(again, make, "另一") == ["z0", "z1", "z2", "z3"]
    assert _found(again, make, "迟来") == []
    restored.close()


@with_node
def test_province_asked_is_the_only_one_looked_in(register, index, make):
    named = _row(make, "91310100MA0000000X", "浙江甲子商贸有限公司", province="31", keys=("core-region:甲子|3301",))
    register.import_entities("s", "one", [*_rows(make, 3), *_rows(make, 3, province="44"), named])
    worth = dict.fromkeys(make.grams_of("甲子商贸"), 1.0)
    everywhere = index.by_grams(worth, limit=10)
    assert len(everywhere) == len(set(everywhere)) == 7
    assert [len(index.by_grams(worth, limit=10, provinces=[one])) for one in ("33", "44", "31", "11")] == [
        4,
        3,
        1,
        0,
    ]


def test_import_goes_on_without_the_engine_and_loses_nothing(away, records, make):
    report = away.import_entities("s", "one", _rows(make, 30))
    assert (report.added, records.register.stats().total) == (30, 30)
    for asked in (away.index_state, away.catch_up_index, away.rebuild_index):
        with pytest.raises(StoreAwayError, match="检索引擎不可用：http://127.0.0.1:") as refused:
            asked()
        assert "wangjian registry index" in refused.value.cure
    with pytest.raises(StoreAwayError, match="检索引擎不可用"), away.reading():
        pass


def test_empty_register_asks_no_engine(away, make):
    with away.reading() as reader:
        assert reader.by_grams(make.grams_of("华翰"), limit=5) == ()
        assert reader.by_keys(["name:华翰"], most=5, counted=["brand:华翰"]) == ({}, {})


@pytest.mark.parametrize("shards", ["0", "257", "三", "", "-1", "1&x=2", "9999"])
def test_wrong_number_of_shards_is_refused(shards):
    with pytest.raises(InvalidInputError, match="register_index_url"):
        ElasticRegisterIndex.at(f"elasticsearch://localhost:9200/wj?shards={shards}")
