"""A small register, true in its numbers, over the embedded store; and a clock that stands still."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from matching.identifiers.checks import mod31_character, organisation_character
from matching.resolver import Resolver
from matching.rows import register_row
from records.register import Entity, EntityKind, EntityStatus, Match, MatchQuery
from records.register_history import DeclaredSite
from records.register_ports import RegisterStore
from stores.backends import open_records

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def make_code(number: int, *, division: str = "310115", kind: str = "91") -> str:
    """A lawful 统一社会信用代码 with both checks."""
    organisation = f"{number:08d}"
    body = kind + division + organisation + organisation_character(organisation)
    return body + mod31_character(body)


def entity(number: int, name: str, *, division: str = "310115", kind: str = "91", **more: object) -> Entity:
    return Entity.model_validate(
        {
            "code": make_code(number, division=division, kind=kind),
            "name": name,
            "kind": EntityKind.COMPANY,
            "region_code": division,
            "source": "试验",
            **more,
        }
    )


HUAHAN = entity(
    1001,
    "上海华翰印务有限公司",
    phone="021-55667788",
    address="上海市浦东新区张江路88号",
    legal_representative="赵敏",
    former_names=("上海旭辰印刷厂",),
    shop_urls=("https://huahan.example/shop",),
)
DATONG = entity(
    1002,
    "杭州大通物流有限公司",
    division="330106",
    sites=(DeclaredSite(url="https://datong.example/", icp_no="浙ICP备20261234号-2"),),
)
XINYUAN = tuple(
    entity(2000 + number, f"{city}鑫源商贸有限公司", division=division)
    for number, (city, division) in enumerate(
        (("成都", "510104"), ("武汉", "420102"), ("西安", "610102"), ("长沙", "430102"), ("昆明", "530102"))
    )
)
CANCELLED = entity(
    3001,
    "苏州明德服饰有限公司",
    division="320505",
    status=EntityStatus.CANCELLED,
    status_on=date(2025, 3, 1),
)
REVOKED = entity(
    3002, "南京宏图数码有限公司", division="320102", status=EntityStatus.REVOKED, status_on=date(2026, 12, 31)
)
LISTED = entity(
    3003,
    "青岛海韵食品有限公司",
    division="370202",
    abnormal_since=date(2026, 1, 5),
    seriously_illegal_since=date(2027, 1, 1),
)
EXPIRED = entity(3004, "大连北方家具有限公司", division="210202", valid_until=date(2026, 6, 30))
STALL = Entity(
    code=make_code(3005, division="330110", kind="92"),
    name="余杭区阿强水果店",
    kind=EntityKind.INDIVIDUAL,
    region_code="330110",
    legal_representative="王大强",
)
BRANCH = entity(3006, "上海华翰印务有限公司苏州分公司", division="320505")
OTHERS = tuple(
    entity(4000 + number, name, division=division)
    for number, (name, division) in enumerate(
        (
            ("上海华瀚广告有限公司", "310101"),
            ("北京京华茶业有限公司", "110105"),
            ("天津市天海贸易有限公司", "120101"),
            ("广州市白云电子有限公司", "440111"),
            ("深圳市南方软件有限公司", "440305"),
        )
    )
)
EVERYONE = (
    HUAHAN,
    DATONG,
    *XINYUAN,
    CANCELLED,
    REVOKED,
    LISTED,
    EXPIRED,
    STALL,
    BRANCH,
    *OTHERS,
)


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return lambda: NOW


@pytest.fixture(scope="session")
def made_registers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Databases made once, to be copied: an empty one, and one with the small register."""
    made = {name: tmp_path_factory.mktemp("registers") / f"{name}.db" for name in ("empty", "small")}
    for name, path in made.items():
        records = open_records(f"sqlite://{path}")
        records.migrate()
        if name == "small":
            records.register.import_entities("试验", "snap_20261101_0123456789ab", map(register_row, EVERYONE))
        records.close()
    return made


@pytest.fixture
def empty_register(tmp_path: Path, made_registers: dict[str, Path]) -> Iterator[RegisterStore]:
    yield from _copied(made_registers["empty"], tmp_path)


@pytest.fixture
def register(tmp_path: Path, made_registers: dict[str, Path]) -> Iterator[RegisterStore]:
    yield from _copied(made_registers["small"], tmp_path / "small")


def _copied(made: Path, folder: Path) -> Iterator[RegisterStore]:
    folder.mkdir(exist_ok=True)
    shutil.copyfile(made, folder / "wangjian.db")
    records = open_records(f"sqlite://{folder}/wangjian.db")
    yield records.register
    records.close()


@pytest.fixture
def resolver(register: RegisterStore, clock: Callable[[], datetime]) -> Resolver:
    return Resolver(register, clock)


@pytest.fixture
def ask(resolver: Resolver) -> Callable[..., Match]:
    """The resolver's answer to a query with these fields, as of NOW unless said."""

    def answer(**fields: object) -> Match:
        return resolver.match(MatchQuery.model_validate({"query_id": "q1", "as_of": NOW, **fields}))

    return answer


@pytest.fixture
def known() -> SimpleNamespace:
    """The entities of the small register by name."""
    return SimpleNamespace(
        huahan=HUAHAN,
        datong=DATONG,
        xinyuan=XINYUAN,
        cancelled=CANCELLED,
        revoked=REVOKED,
        listed=LISTED,
        expired=EXPIRED,
        stall=STALL,
        branch=BRANCH,
        everyone=EVERYONE,
        make_code=make_code,
    )
