"""The synthetic 登记库: companies, 个体工商户, cooperatives and branches, with the namesakes that make matching hard.

The CSV that `write_register` makes is what a bureau would export; `matching`'s default profile reads it:

| column | meaning |
|---|---|
| 统一社会信用代码 | 18 signs, both checks right |
| 名称 | registered name |
| 主体类型 | 企业 / 个体工商户 / 农民专业合作社 / 分支机构 |
| 登记状态, 状态日期 | 存续 / 注销 / 吊销 / 迁出; the day it became so (empty for 存续) |
| 成立日期, 营业期限止 | ISO dates; an empty end is open-ended |
| 区划代码, 住所 | GB/T 2260 code of the registering district; address |
| 法定代表人, 联系电话, 经营范围 | synthetic |
| 曾用名, 网店网址 | several separated by ； |
| 列入经营异常日期, 列入严重违法日期 | ISO dates of a listing still in force, else empty |
"""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from records.register import Entity, EntityKind, EntityStatus
from wangjian.sample.codes import credit_code
from wangjian.sample.divisions import Division, load_divisions
from wangjian.sample.people import landline, mobile, person
from wangjian.sample.trades import LOOKALIKES, SAME_SOUND, TRADES, Trade, trade_name

__all__ = ["COLUMNS", "REGISTER_DAY", "REGISTER_SIZE", "make_register", "write_register"]

REGISTER_SIZE = 20_600
REGISTER_DAY = date(2026, 11, 1)
"""The day the snapshot was taken; every date in it is before."""

COLUMNS = (
    "统一社会信用代码",
    "名称",
    "主体类型",
    "登记状态",
    "状态日期",
    "成立日期",
    "营业期限止",
    "区划代码",
    "住所",
    "法定代表人",
    "联系电话",
    "经营范围",
    "曾用名",
    "列入经营异常日期",
    "列入严重违法日期",
    "网店网址",
)

_ROADS = [
    "人民路",
    "解放路",
    "中山路",
    "建设路",
    "文化路",
    "新华街",
    "和平路",
    "学府路",
    "滨河路",
    "工业大道",
    "迎宾大道",
    "创业路",
    "朝阳街",
    "南环路",
    "东风路",
    "青年路",
    "兴业路",
    "长江路",
    "科技园路",
    "北大街",
    "西门街",
    "桃园路",
    "湖滨路",
    "商城路",
]
_TOWNS = [
    "城关镇",
    "城东街道",
    "河西街道",
    "新桥镇",
    "石塘镇",
    "双溪镇",
    "龙泉街道",
    "白云街道",
    "大桥镇",
    "柳林镇",
    "南山街道",
    "江口镇",
    "平安镇",
    "金山街道",
    "古城街道",
    "东湖街道",
]
_COMPANY_FORMS = ("有限公司", "有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司")
_CROPS = ["茶叶", "水果", "蔬菜", "苗木", "粮食", "蜂业", "养殖", "食用菌", "中药材", "花椒", "柑橘", "苹果"]


def make_register(seed: int, *, size: int = REGISTER_SIZE) -> tuple[Entity, ...]:
    """`size` entities, sorted by code; names and codes are unique."""
    return _RegisterMaker(random.Random(f"register-{seed}")).make(size)


def write_register(entities: Sequence[Entity], path: Path) -> None:
    """Write the CSV described at the head of this module (UTF-8 with the mark office programs look for)."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(_row(entity) for entity in entities)


def _row(entity: Entity) -> tuple[str, ...]:
    return (
        entity.code,
        entity.name,
        entity.kind.value,
        entity.status.value,
        _iso(entity.status_on),
        _iso(entity.established_on),
        _iso(entity.valid_until),
        entity.region_code,
        entity.address,
        entity.legal_representative,
        entity.phone,
        entity.scope,
        "；".join(entity.former_names),
        _iso(entity.abnormal_since),
        _iso(entity.seriously_illegal_since),
        "；".join(entity.shop_urls),
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


class _RegisterMaker:
    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._divisions = load_divisions()
        self._codes: set[str] = set()
        self._names: set[str] = set()
        self._made: list[Entity] = []

    def make(self, size: int) -> tuple[Entity, ...]:
        while len(self._made) < size:
            division, trade, core = self._rng.choice(self._divisions), self._rng.choice(TRADES), trade_name(self._rng)
            self._add_one(division, trade, core)
            if self._rng.random() < 0.14:
                self._add_namesakes(division, trade, core)
        return tuple(sorted(self._made[:size], key=lambda entity: entity.code))

    def _add_namesakes(self, division: Division, trade: Trade, core: str) -> None:
        """The same core elsewhere, one character off, or of the same sound: what a careless matcher mixes up."""
        draw = self._rng.random()
        if draw < 0.5:
            for _ in range(self._rng.choice((1, 1, 2))):
                self._add_one(self._rng.choice(self._divisions), trade, core)
            return
        other = _swap(core, LOOKALIKES if draw < 0.75 else SAME_SOUND)
        last = self._made[-1]
        if core in last.name and self._rng.random() < 0.6:
            self._add_named(last.kind, last.name.replace(core, other, 1), division, trade)
        else:
            self._add_one(self._rng.choice(self._divisions), trade, other)

    def _add_one(self, division: Division, trade: Trade, core: str) -> None:
        draw = self._rng.random()
        if draw < 0.58:
            kind, name = EntityKind.COMPANY, self._company_name(division, trade, core)
        elif draw < 0.90:
            kind, name = EntityKind.INDIVIDUAL, self._individual_name(division, trade, core)
        elif draw < 0.96:
            kind, name = EntityKind.COOPERATIVE, self._cooperative_name(division, core)
        else:
            kind, name = EntityKind.BRANCH, self._branch_name(division, trade, core)
        self._add_named(kind, name, division, trade)

    def _add_named(self, kind: EntityKind, name: str, division: Division, trade: Trade) -> None:
        if name not in self._names:
            self._names.add(name)
            self._made.append(self._entity(kind, name, division, trade))

    def _company_name(self, division: Division, trade: Trade, core: str) -> str:
        form = self._rng.choice(_COMPANY_FORMS)
        draw = self._rng.random()
        if draw < 0.62:
            return f"{division.city_short}{core}{trade.word}{form}"
        if draw < 0.74:
            return f"{division.county_short}{core}{trade.word}{form}"
        if draw < 0.86:
            return f"{core}（{division.city_short}）{trade.word}{form}"
        if draw < 0.93:
            return f"{division.province_short}{core}{trade.word}{form}"
        return (
            f"{division.city_short}市{core}{trade.word}{form}"
            if len(division.city_short) == 2
            else f"{division.county}{core}{trade.word}{form}"
        )

    def _individual_name(self, division: Division, trade: Trade, core: str) -> str:
        small = self._rng.choice(trade.small_words)
        place = division.county if self._rng.random() < 0.7 else division.full_name.removeprefix(division.province)
        return f"{place}{core}{small}"

    def _cooperative_name(self, division: Division, core: str) -> str:
        return f"{division.county}{core}{self._rng.choice(_CROPS)}专业合作社"

    def _branch_name(self, division: Division, trade: Trade, core: str) -> str:
        other = self._rng.choice(self._divisions)
        return f"{division.city_short}{core}{trade.word}有限公司{other.county_short}{self._rng.choice(('分公司', '分店', '门店'))}"

    def _entity(self, kind: EntityKind, name: str, division: Division, trade: Trade) -> Entity:
        rng = self._rng
        established = REGISTER_DAY - timedelta(days=rng.randrange(200, 9000))
        status, status_on = self._status(established)
        listed = status is EntityStatus.ACTIVE and rng.random() < 0.04
        since = REGISTER_DAY - timedelta(days=rng.randrange(30, min(900, (REGISTER_DAY - established).days)))
        return Entity(
            code=self._code(kind, division),
            name=name,
            kind=kind,
            status=status,
            status_on=status_on,
            established_on=established,
            valid_until=self._valid_until(established, kind),
            region_code=division.code,
            address=self._address(division),
            legal_representative=person(rng),
            phone=landline(rng, division) if rng.random() < 0.55 else mobile(rng),
            scope=trade.scope,
            former_names=self._former_names(name, trade),
            abnormal_since=since if listed else None,
            seriously_illegal_since=since if listed and rng.random() < 0.2 else None,
            shop_urls=(f"https://shop{rng.randrange(10**7, 10**8)}.jishi.example/",) if rng.random() < 0.06 else (),
        )

    def _code(self, kind: EntityKind, division: Division) -> str:
        prefix = {EntityKind.INDIVIDUAL: "92", EntityKind.COOPERATIVE: "93"}.get(kind, "91")
        while True:
            code = credit_code(self._rng, kind=prefix, region_code=division.code)
            if code not in self._codes:
                self._codes.add(code)
                return code

    def _status(self, established: date) -> tuple[EntityStatus, date | None]:
        draw = self._rng.random()
        if draw < 0.82:
            return EntityStatus.ACTIVE, None
        status = (
            EntityStatus.CANCELLED if draw < 0.94 else EntityStatus.REVOKED if draw < 0.985 else EntityStatus.MOVED_OUT
        )
        return status, established + timedelta(days=self._rng.randrange(90, (REGISTER_DAY - established).days))

    def _valid_until(self, established: date, kind: EntityKind) -> date | None:
        if kind is not EntityKind.COMPANY or self._rng.random() < 0.6:
            return None
        years = self._rng.choice((10, 20, 20, 30, 30))
        return date(established.year + years, established.month, min(established.day, 28)) - timedelta(days=1)

    def _former_names(self, name: str, trade: Trade) -> tuple[str, ...]:
        if self._rng.random() >= 0.05:
            return ()
        other = trade_name(self._rng)
        head, found, tail = name.partition(trade.word)
        old = f"{head[:2]}{other}{found}{tail}" if found and "（" not in head else ""
        return (old,) if old and old != name and old not in self._names else ()

    def _address(self, division: Division) -> str:
        rng = self._rng
        place = f"{division.full_name}{rng.choice(_TOWNS)}{rng.choice(_ROADS)}{rng.randrange(1, 999)}号"
        draw = rng.random()
        if draw < 0.4:
            return f"{place}{rng.randrange(1, 20)}幢{rng.randrange(101, 2300)}室"
        return place if draw < 0.7 else f"{place}附{rng.randrange(1, 30)}号"


def _swap(core: str, pairs: Sequence[tuple[str, str]]) -> str:
    for one, other in pairs:
        if one in core:
            return core.replace(one, other, 1)
        if other in core:
            return core.replace(other, one, 1)
    return core[:-1] + pairs[len(core) % len(pairs)][1]
