"""One register for all these tests, with a past: what was known when, and what changed after the captures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from matching.resolver import Resolver
from matching.rows import register_row
from records.register import Entity, EntityKind, EntityStatus, Match, MatchQuery, ShownLicence
from records.register_history import DeclaredSite, ListedPeriod
from stores.backends import open_records
from tests.matching.conftest import EVERYONE, NOW, entity, make_code

LONG_AGO, LATELY = datetime(2024, 1, 10, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
SHOP = entity(
    5001,
    "宁波鹿鸣家纺有限公司",
    division="330203",
    address="浙江省宁波市海曙区柳汀街118号",
    legal_representative="周文静",
    phone="0574-87654321",
    scope="家用纺织品销售；针纺织品销售；服装服饰零售；日用百货销售；互联网销售",
    established_on=date(2018, 5, 4),
    valid_until=date(2038, 5, 3),
    sites=(DeclaredSite(url="https://luming.example/", icp_no="浙ICP备18012345号"),),
    shop_urls=("https://luming.example/",),
)
NEIGHBOUR = entity(5002, "宁波远航五金有限公司", division="330203", phone="0574-11112222")
REMOVED = entity(
    5003,
    "温州恒达鞋业有限公司",
    division="330302",
    abnormal_periods=(ListedPeriod(listed_on=date(2024, 7, 1), removed_on=date(2025, 3, 1)),),
)
UNSURE = entity(
    5004,
    "嘉兴秀水丝绸有限公司",
    division="330402",
    abnormal_periods=(ListedPeriod(listed_on=date(2024, 7, 1), seen_until=date(2024, 9, 1)),),
)
SUSPENDED = entity(
    5005, "湖州竹海食品有限公司", division="330502", status=EntityStatus.SUSPENDED, status_on=date(2026, 6, 1)
)
FOREVER = entity(5006, "金华婺江纸业有限公司", division="330702", valid_until=date(2999, 12, 31))
SLIP = entity(
    5007, "衢州江山木业有限公司", division="330802", established_on=date(2015, 1, 1), valid_until=date(1900, 1, 1)
)
PARENT = entity(5008, "台州海韵酒店管理有限公司", division="331002")
BRANCH = entity(5009, "椒江海韵客房部", division="331002", kind="91", parent_code=PARENT.code, parent_name=PARENT.name)
DATELESS = entity(5010, "丽水云和玩具有限公司", division="331102", status=EntityStatus.CANCELLED)
STALL = Entity(
    code=make_code(5011, division="330110", kind="92"),
    name="余杭区阿珍包子铺",
    kind=EntityKind.INDIVIDUAL,
    region_code="330110",
    legal_representative="陈阿珍",
)
RENEWED = entity(5012, "绍兴鉴湖酿造有限公司", division="330602", valid_until=date(2025, 6, 30))
RENEWED_IN_TIME = entity(5013, "舟山定海水产有限公司", division="330902", valid_until=date(2025, 6, 30))
NEW_HEAD = entity(5014, "杭州青山茶叶有限公司", division="330106", legal_representative="王一")
ANNULLED = entity(
    5016, "衢州龙游石材有限公司", division="330825", status=EntityStatus.ANNULLED, status_on=date(2026, 5, 1)
)
CLOSED = entity(
    5017, "丽水青田化工有限公司", division="331121", status=EntityStatus.ORDERED_CLOSED, status_on=date(2026, 5, 1)
)
RESTORED = entity(5018, "台州温岭鞋材有限公司", division="331081")
BAD_CODE = Entity(
    code=make_code(5015)[:17] + ("A" if make_code(5015)[17] != "A" else "B"),
    name="上海老城隍糕点厂",
    kind=EntityKind.COMPANY,
)
_LATER = (
    RENEWED.model_copy(update={"valid_until": date(2045, 6, 30)}),
    RENEWED_IN_TIME.model_copy(update={"valid_until": date(2045, 6, 30), "approved_on": date(2025, 6, 1)}),
    NEW_HEAD.model_copy(update={"legal_representative": "李二", "approved_on": date(2025, 12, 1)}),
    DATELESS,
    RESTORED,
)
_ALL = (
    SHOP, NEIGHBOUR, REMOVED, UNSURE, SUSPENDED, FOREVER, SLIP, PARENT, BRANCH, STALL, RENEWED, RENEWED_IN_TIME, NEW_HEAD,
    BAD_CODE, ANNULLED, CLOSED, RESTORED.model_copy(update={"status": EntityStatus.ANNULLED}), DATELESS.model_copy(update={"status": EntityStatus.ACTIVE}),
)  # fmt: skip


@pytest.fixture(scope="session")
def resolver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Resolver]:
    records = open_records(f"sqlite://{tmp_path_factory.mktemp('findings')}/wangjian.db")
    records.migrate()
    register = records.register
    first = map(register_row, (*EVERYONE, *_ALL))
    register.import_entities("试验", "snap_20240110_0123456789ab", first, known_at=LONG_AGO)
    register.import_entities("试验", "snap_20261101_0123456789ab", map(register_row, _LATER), known_at=LATELY)
    yield Resolver(register, lambda: NOW)
    records.close()


@pytest.fixture
def ask(resolver: Resolver) -> Callable[..., Match]:
    """The answer to a query as of NOW unless said; fields of ShownLicence go into `shown`, read whole."""

    def answer(**fields: object) -> Match:
        published = {
            name: fields.pop(name) for name in ShownLicence.model_fields if name in fields and name != "address"
        }
        if published or fields.pop("looked", False):
            address = fields.get("address", "")
            fields["shown"] = ShownLicence.model_validate({"whole": True, "address": address, **published})
        return resolver.match(MatchQuery.model_validate({"query_id": "q1", "as_of": NOW, **fields}))

    return answer


@pytest.fixture
def firm() -> SimpleNamespace:
    """The entities these tests add."""
    return SimpleNamespace(
        shop=SHOP, neighbour=NEIGHBOUR, removed=REMOVED, unsure=UNSURE, suspended=SUSPENDED, forever=FOREVER, slip=SLIP,
        parent=PARENT, branch=BRANCH, dateless=DATELESS, stall=STALL, renewed=RENEWED, in_time=RENEWED_IN_TIME,
        new_head=NEW_HEAD, bad_code=BAD_CODE, annulled=ANNULLED, closed=CLOSED, restored=RESTORED,
    )  # fmt: skip
