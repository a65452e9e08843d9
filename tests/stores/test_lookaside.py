"""The file beside the database gives the answers the database gives, or is not read."""

from __future__ import annotations

import random
import shutil
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from records.register import Entity, EntityKind
from records.register_ports import RegisterReader, RegisterRow
from stores.backends import Records, open_records
from stores.sql import lookaside
from stores.sql.lookaside_file import LONGEST_GRAM, LookasideWriter, SoughtGrams, _text_of, gram_key
from stores.sql.register_counts import RegisterCounts
from stores.sql.register_reader import SqlRegisterReader

SYLLABLES = "华翰瑞丰恒泰宏远鑫盛嘉禾金源"
TRADES = ("印务", "食品", "商贸", "印印印")
ASKED = ("华翰印务", "瑞丰食品", "恒泰商贸", "鑫鑫印印印", "远盛", "翰", "鹿茸", "新华翰食品店")


def grams_of(name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*(name[at : at + 2] for at in range(len(name) - 1)), *name)))


def row(number: int, name: str, *, outline: str = "") -> RegisterRow:
    entity = Entity(code=f"9133{number:014}", name=name, kind=EntityKind.COMPANY)
    keys = (f"core:{name}", f"brand:{name[:2]}")
    return RegisterRow(entity=entity, keys=keys, grams=grams_of(name), outline=outline or f"names\x1f{name}")


def rows(count: int, *, first: int = 0, seed: int = 7) -> list[RegisterRow]:
    chance = random.Random(seed)
    names = [
        "".join(chance.choices(SYLLABLES, k=chance.choice((2, 2, 3, 4)))) + chance.choice(TRADES) for _ in range(count)
    ]
    return [row(first + at, name) for at, name in enumerate(names)]


def answers(reader: RegisterReader) -> list[object]:
    codes = [f"9133{number:014}" for number in (1, 5, 800)]
    found: list[object] = [reader.by_grams(grams_of(name), limit=10) for name in ASKED]
    found.extend(reader.by_keys([f"brand:{name[:2]}", f"core:{name}"], most=1_000) for name in ASKED)
    return [*found, reader.by_codes(codes), dict(reader.whole(codes))]


def by_the_database(records: Records) -> list[object]:
    with records.database.look() as driver:
        return answers(SqlRegisterReader(driver, RegisterCounts()))


def as_shipped(records: Records) -> list[object]:
    with records.register.reading() as reader:
        return answers(reader)


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("w.db.register-*"))


def is_read(records: Records) -> bool:
    with records.register.reading() as reader:
        assert isinstance(reader, SqlRegisterReader)
        return reader._aside is not None


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is made of a few entities already."""
    monkeypatch.setattr(lookaside, "_LEAST_BEHIND", 100)


@pytest.fixture
def records(tmp_path: Path, small: None) -> Records:
    found = open_records(f"sqlite://{tmp_path}/w.db")
    found.migrate()
    found.register.import_entities("s", "one", rows(600))
    return found


def test_answers_are_those_of_the_database_after_every_import(records: Records, tmp_path: Path) -> None:
    (first,) = files(tmp_path)
    assert is_read(records)
    assert as_shipped(records) == by_the_database(records)
    changed = [row(at, f"鹿茸{SYLLABLES[at % 14]}商贸") for at in range(40)]
    for day, some in enumerate((changed, rows(30, first=600, seed=8), rows(25, first=10, seed=9))):
        records.register.import_entities("s", f"day {day}", some)
        assert as_shipped(records) == by_the_database(records)
    assert files(tmp_path) == [first]  # few entities more are read in the database
    assert is_read(records)
    records.register.import_entities("s", "many", rows(200, first=500, seed=10))
    (second,) = files(tmp_path)
    assert second != first
    assert is_read(records)
    assert as_shipped(records) == by_the_database(records)
    records.close()


def test_blocks_merged_later_stay_apart_from_those_of_the_file(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookaside, "_LEAST_BEHIND", 10_000)
    for day in range(9):
        records.register.import_entities("s", f"day {day}", rows(20, first=600 + 20 * day, seed=20 + day))
    assert is_read(records)
    with records.database.look() as driver:
        blocks = driver.cursor().execute("SELECT count(DISTINCT block_no) FROM register_postings").fetchone()
    assert blocks[0] <= 4
    assert as_shipped(records) == by_the_database(records)
    records.close()


@pytest.mark.parametrize("damage", ["gone", "cut short", "of another database"])
def test_file_that_cannot_be_read_is_not_missed(records: Records, tmp_path: Path, damage: str) -> None:
    records.close()
    (file,) = files(tmp_path)
    whole = file.read_bytes()
    file.unlink()
    if damage != "gone":
        file.write_bytes(
            whole[:-8] if damage == "cut short" else whole.replace(bytes.fromhex(file.name[-32:]), bytes(16))
        )
    records = open_records(f"sqlite://{tmp_path}/w.db")
    assert not is_read(records)
    assert as_shipped(records) == by_the_database(records)
    records.register.import_entities("s", "two", rows(1, first=900))
    assert is_read(records) is (damage == "gone")  # the next import makes what is missing
    records.close()


def test_restored_database_does_not_read_the_file_of_what_it_became(tmp_path: Path, small: None) -> None:
    """Numbers are given anew after a restore: the old file would lead to others."""
    records = open_records(f"sqlite://{tmp_path}/w.db")
    records.migrate()
    records.register.import_entities("s", "one", rows(50))
    records.close()
    shutil.copy(tmp_path / "w.db", tmp_path / "backup.db")
    records = open_records(f"sqlite://{tmp_path}/w.db")
    records.register.import_entities("s", "two", rows(200, first=50))
    assert is_read(records)
    records.close()
    shutil.copy(tmp_path / "backup.db", tmp_path / "w.db")
    records = open_records(f"sqlite://{tmp_path}/w.db")
    records.register.import_entities("s", "other", rows(49, first=300, seed=5))
    assert not is_read(records)
    records.register.import_entities("s", "more", rows(120, first=400, seed=6))
    assert is_read(records)
    assert as_shipped(records) == by_the_database(records)
    assert len(files(tmp_path)) == 1
    records.close()


def test_outlines_written_anew_are_not_read_from_the_file(records: Records) -> None:
    anew = [row(number, old.entity.name, outline="names-3") for number, old in enumerate(rows(600))]
    assert records.register.import_entities("s", "two", anew).unchanged == 600
    with records.register.reading() as reader:
        assert {hit.outline for hit in reader.by_grams(("印务",), limit=10)} == {"names-3"}
    records.close()


def test_file_overtaken_while_it_was_made_is_not_read(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    written: Callable[..., int] = lookaside._write

    def overtaken(*arguments: object) -> int:
        with records.database.write() as connection:
            lookaside.forget(connection)
        return written(*arguments)

    monkeypatch.setattr(lookaside, "_write", overtaken)
    assert not lookaside.make(records.database)
    assert not is_read(records)
    monkeypatch.setattr(lookaside, "_write", written)
    assert lookaside.make(records.database)
    assert is_read(records)
    records.close()


def test_register_of_an_older_version_gets_its_file_when_it_is_migrated(tmp_path: Path, small: None) -> None:
    records = open_records(f"sqlite://{tmp_path}/w.db")
    config = Config()
    config.set_main_option("script_location", "stores.sql:migrations")
    config.set_main_option("path_separator", "os")
    with records.database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        for number, one in enumerate(rows(150), start=1):
            connection.execute(
                text(
                    "INSERT INTO register_entities (entity_no, code, status, source, snapshot_id, row_sha256, grams, body)"
                    " VALUES (:number, :code, '存续', 's', 'one', x'00', :grams, :body)"
                ),
                {
                    "number": number,
                    "code": one.entity.code,
                    "grams": "\x1f".join(one.grams),
                    "body": one.entity.model_dump_json(exclude={"source", "snapshot_id"}, exclude_defaults=True),
                },
            )
    records.migrate()
    assert is_read(records)
    assert len(files(tmp_path)) == 1
    assert as_shipped(records) == by_the_database(records)
    records.close()


def test_what_a_killed_process_left_is_removed(records: Records, tmp_path: Path) -> None:
    left = tmp_path / f"w.db.register-{'0' * 32}.partial"
    left.write_bytes(b"half")
    assert lookaside.make(records.database)
    assert not left.exists()
    assert len(files(tmp_path)) == 1
    records.close()


def test_gram_the_file_cannot_hold_leaves_everything_to_the_database(tmp_path: Path, small: None) -> None:
    records = open_records(f"sqlite://{tmp_path}/w.db")
    records.migrate()
    odd = row(1, "三字一组")
    long = RegisterRow(entity=odd.entity, keys=odd.keys, grams=("三字一", "一组"), outline="")
    records.register.import_entities("s", "one", [*rows(200, first=10), long])
    assert not is_read(records)
    assert files(tmp_path) == []
    with records.register.reading() as reader:
        assert [hit.name for hit in reader.by_grams(("三字一",), limit=3)] == ["三字一组"]
    records.close()


def test_entity_the_file_cannot_hold_is_asked_of_the_database(tmp_path: Path, small: None) -> None:
    records = open_records(f"sqlite://{tmp_path}/w.db")
    records.migrate()
    records.register.import_entities("s", "one", [*rows(200, first=10), row(1, "分\x1e隔茶庄")])
    assert is_read(records)
    with records.register.reading() as reader:
        assert [hit.name for hit in reader.by_grams(("茶庄",), limit=3)] == ["分\x1e隔茶庄"]
    assert as_shipped(records) == by_the_database(records)
    records.close()


_TEXTS = st.text(alphabet="甲乙丙A𠀀", max_size=6)


@given(
    written=_TEXTS,
    others=st.lists(_TEXTS.filter(bool), max_size=3),
    asked=st.text(alphabet="甲乙丙A𠀀", min_size=1, max_size=3),
)
def test_grams_kept_as_a_text_are_the_same_grams(written: str, others: Sequence[str], asked: str) -> None:
    grams = tuple(dict.fromkeys((*grams_of(written), *others)))
    assert SoughtGrams([(asked, 1.0)]).worth(_text_of(grams)) == (asked in grams)
    if len(asked) > LONGEST_GRAM:
        assert gram_key(asked) == 0


@given(grams=st.lists(st.text(alphabet="a华𠀀", min_size=1, max_size=2), max_size=9))
def test_keys_sort_as_the_database_sorts(grams: list[str]) -> None:
    assert sorted(grams, key=gram_key) == sorted(grams, key=str.encode)


def test_grams_out_of_order_are_refused(tmp_path: Path) -> None:
    with (tmp_path / "f").open("wb") as file, pytest.raises(ValueError, match="甲"):
        LookasideWriter(file, bytes(16)).finish(array("I"), [("甲", [1]), ("甲", [1])])
