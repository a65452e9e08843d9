"""Which way a bundle goes and what may go that way: one table, asked by whoever sends and by whoever receives.

业务区 takes no rules from 采集区, and nothing of leads or persons goes out to it. Between bureaus a lead goes as a
移送, with its reason and paper, never alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from records.errors import BundleRefusedError, InvalidInputError
from records.exchange import Direction, Identity, ItemKind, RefusalReason, Relation, Zone

__all__ = ["DIRECTION_WORDS", "KIND_WORDS", "MAY_CARRY", "check_direction", "direction_to", "relation_fits"]

_K = ItemKind
_MATTERS = frozenset({_K.PAGE, _K.SHOP, _K.LISTING, _K.MATCH, _K.FINDING, _K.CAPTURE, _K.TRANSFER, _K.ASSISTANCE})
_MATTERS |= {_K.REPLY, _K.IMAGE_TEXT}
MAY_CARRY: Mapping[Direction, frozenset[ItemKind]] = MappingProxyType(
    {
        Direction.INWARD: frozenset(
            {
                *(_K.PAGE, _K.IMAGE_TEXT, _K.SHOP, _K.LISTING, _K.MATCH),
                *(_K.FINDING, _K.LEAD, _K.CAPTURE, _K.STATISTICS),
            }
        ),
        Direction.OUTWARD: frozenset({_K.TARGET, _K.RULE, _K.WATCH_LIST, _K.CAMPAIGN}),
        Direction.DOWNWARD: _MATTERS | {_K.RULE, _K.WATCH_LIST, _K.CAMPAIGN},
        Direction.UPWARD: _MATTERS | {_K.STATISTICS, _K.CAMPAIGN_REPORT},
        Direction.ACROSS: _MATTERS,
    }
)

DIRECTION_WORDS: Mapping[Direction, str] = MappingProxyType(
    {
        Direction.INWARD: "采集区→业务区",
        Direction.OUTWARD: "业务区→采集区",
        Direction.UPWARD: "下级→上级",
        Direction.DOWNWARD: "上级→下级",
        Direction.ACROSS: "同级之间",
    }
)

KIND_WORDS: Mapping[ItemKind, str] = MappingProxyType(
    {
        _K.TARGET: "监测对象",
        _K.RULE: "自定规则",
        _K.WATCH_LIST: "监控名单",
        _K.CAMPAIGN: "专项",
        _K.PAGE: "网页",
        _K.IMAGE_TEXT: "图片文字",
        _K.SHOP: "网店",
        _K.LISTING: "商品",
        _K.MATCH: "比对",
        _K.FINDING: "规则发现",
        _K.LEAD: "线索",
        _K.CAPTURE: "证据包",
        _K.TRANSFER: "移送",
        _K.ASSISTANCE: "协查请求",
        _K.REPLY: "协查回函",
        _K.CAMPAIGN_REPORT: "专项回报",
        _K.STATISTICS: "统计",
    }
)

_TO: Mapping[Relation, Direction] = MappingProxyType(
    {
        Relation.COLLECTING: Direction.OUTWARD,
        Relation.WORKING: Direction.INWARD,
        Relation.UPPER: Direction.UPWARD,
        Relation.LOWER: Direction.DOWNWARD,
        Relation.LEVEL: Direction.ACROSS,
    }
)
_FROM: Mapping[Relation, Direction] = MappingProxyType(
    {
        Relation.COLLECTING: Direction.INWARD,
        Relation.WORKING: Direction.OUTWARD,
        Relation.UPPER: Direction.DOWNWARD,
        Relation.LOWER: Direction.UPWARD,
        Relation.LEVEL: Direction.ACROSS,
    }
)


def direction_to(relation: Relation) -> Direction:
    """Which way a bundle to such a peer goes."""
    return _TO[relation]


def relation_fits(us: Identity, relation: Relation) -> None:
    """A zone is nobody's other zone but its counterpart's, and 采集区 deals with its 业务区 alone.

    Raises:
        InvalidInputError: Such a peer cannot be registered here.
    """
    wrong = (
        (us.zone is Zone.COLLECTING and relation is not Relation.WORKING)
        or (us.zone is Zone.WORKING and relation is Relation.WORKING)
        or (us.zone is Zone.WHOLE and relation in (Relation.WORKING, Relation.COLLECTING))
    )
    if wrong:
        raise InvalidInputError(
            f"本机是“{us.zone}”，不能把对方登记为“{relation}”",
            cure="采集区只与其业务区往来；两区部署先在两边设 exchange.zone",
        )


def check_direction(relation: Relation, direction: Direction, kinds: frozenset[ItemKind]) -> None:
    """Whether a bundle of that direction and content may come from such a peer.

    Raises:
        BundleRefusedError: WRONG_DIRECTION; what may not come is named.
    """
    lawful = _FROM[relation]
    if direction is not lawful:
        raise BundleRefusedError(
            f"该包标明“{DIRECTION_WORDS[direction]}”，而对方登记为{relation}，只应“{DIRECTION_WORDS[lawful]}”",
            cure="核对双方的登记；未收录任何内容",
            reason=RefusalReason.WRONG_DIRECTION,
        )
    foreign = sorted(KIND_WORDS[kind] for kind in kinds - MAY_CARRY[direction])
    if foreign:
        raise BundleRefusedError(
            f"“{DIRECTION_WORDS[direction]}”不得传送：{'、'.join(foreign)}",
            cure="未收录任何内容；请对方去掉后重发",
            reason=RefusalReason.WRONG_DIRECTION,
        )
