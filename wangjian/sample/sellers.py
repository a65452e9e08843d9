"""Who runs each shop: register entities picked for what they are to show, and how the shop writes them down."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import date

from opencc import OpenCC

from records.market import Category
from records.register import Entity, EntityKind, EntityStatus, LicenceProblem, MatchDecision
from wangjian.sample.codes import break_check, credit_code
from wangjian.sample.divisions import load_divisions
from wangjian.sample.models import Seller, SellerCase
from wangjian.sample.trades import TRADES, trade_name

__all__ = ["EXEMPTIONS", "SellerPicker", "core_of"]

EXEMPTIONS = (
    "本店由个人经营，从事零星小额交易活动，依法无需办理市场主体登记。",
    "本店销售自产农副产品，依照《中华人民共和国电子商务法》第十条，不需要办理市场主体登记。",
    "本店销售自己制作的家庭手工业产品，依法无需办理市场主体登记。",
    "个人利用自己的技能从事依法无须取得许可的便民劳务活动，依法无需办理市场主体登记。",
)

_LONG_SETTLED = date(2023, 1, 1)
"""Statuses and ends of term used by shops lie before this day, so that any later capture finds them in force."""

_PLACEHOLDER_CODE = "123456789"
_MATCH, _POSSIBLE, _NONE = MatchDecision.MATCH, MatchDecision.POSSIBLE, MatchDecision.NONE


class SellerPicker:
    """Hands out sellers, each entity at most once."""

    def __init__(self, rng: random.Random, register: Sequence[Entity]) -> None:
        self._rng = rng
        self._pool = list(register)
        rng.shuffle(self._pool)
        self._names = {entity.name for entity in register} | {
            name for entity in register for name in entity.former_names
        }
        self._codes = {entity.code for entity in register}
        self._cores = Counter(core for core in map(core_of, register) if core)
        self._used: set[str] = set()
        self._sells = _sells_table()
        self._to_traditional = OpenCC("s2t")

    def pick(self, case: SellerCase, category: Category) -> Seller:
        """A seller of that case whose business fits the category where the register has one."""
        makers: dict[SellerCase, Callable[[SellerCase, Category], Seller]] = {
            SellerCase.NICKNAME: self._nickname,
            SellerCase.NO_LICENCE: self._nobody,
            SellerCase.EXEMPT: self._nobody,
            SellerCase.PLACEHOLDER: self._placeholder,
            SellerCase.UNKNOWN: self._unknown,
            SellerCase.MISMATCH: self._mismatch,
        }
        return makers.get(case, self._registered)(case, category)

    def _registered(self, case: SellerCase, category: Category) -> Seller:
        entity = self._take(category, _FITS.get(case, _is_sound))
        tolerated: tuple[MatchDecision, ...] = ()
        code, name = entity.code, entity.name
        if case is SellerCase.TRADITIONAL:
            name = self._to_traditional.convert(name)
        elif case is SellerCase.FULL_WIDTH:
            code = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
        elif case is SellerCase.BRACKETS:
            name = name.replace("（", "(").replace("）", ")")
        elif case is SellerCase.FORMER_NAME:
            name = entity.former_names[0]
        elif case is SellerCase.NAME_ONLY:
            code, tolerated = "", (_POSSIBLE,)
        elif case is SellerCase.BAD_CODE:
            code, tolerated = break_check(self._rng, code), (_POSSIBLE,)
        elif case is SellerCase.LICENCE_BLOCKED:
            tolerated = (_POSSIBLE, _NONE)
        return Seller(
            case=case,
            entity=entity,
            shown_code=code,
            shown_name=name,
            decision=_MATCH,
            tolerated=tolerated,
            problems=_PROBLEMS.get(case, ()),
        )

    def _nickname(self, case: SellerCase, category: Category) -> Seller:
        """A shop that shows a trade name only, one which more than one entity has: nobody can be sure."""
        entity = self._take(category, lambda found: _is_sound(found) and self._cores[core_of(found)] > 1)
        return Seller(
            case=case,
            entity=entity,
            shown_code="",
            shown_name="",
            decision=_POSSIBLE,
            tolerated=(_NONE,),
            problems=(LicenceProblem.NOT_SHOWN.value,),
        )

    def _nobody(self, case: SellerCase, category: Category) -> Seller:
        exemption = ""
        if case is SellerCase.EXEMPT:
            own_crops = category in (Category.FOOD, Category.FARM_SUPPLY)
            exemption = EXEMPTIONS[1] if own_crops else self._rng.choice((EXEMPTIONS[0], EXEMPTIONS[2]))
        return Seller(
            case=case,
            entity=None,
            shown_code="",
            shown_name="",
            decision=_NONE,
            tolerated=(_POSSIBLE,) if case is SellerCase.NO_LICENCE else (),
            problems=(LicenceProblem.NOT_SHOWN.value,) if case is SellerCase.NO_LICENCE else (),
            exemption_text=exemption,
        )

    def _placeholder(self, case: SellerCase, category: Category) -> Seller:
        del category
        return Seller(
            case=case,
            entity=None,
            shown_code=_PLACEHOLDER_CODE,
            shown_name="XXXX有限公司",
            decision=_NONE,
            tolerated=(_POSSIBLE,),
            problems=(),
        )

    def _unknown(self, case: SellerCase, category: Category) -> Seller:
        division = self._rng.choice(load_divisions())
        trade = self._rng.choice(self._sells.get(category) or [trade.word for trade in TRADES])
        while True:
            name = f"{division.city_short}{trade_name(self._rng)}{trade}有限公司"
            code = credit_code(self._rng, kind="91", region_code=division.code)
            if (
                name not in self._names
                and code not in self._codes
                and not self._cores[_strip(name, division.city_short)]
            ):
                break
        return Seller(
            case=case,
            entity=None,
            shown_code=code,
            shown_name=name,
            decision=_NONE,
            tolerated=(_POSSIBLE,),
            problems=(LicenceProblem.CODE_UNKNOWN.value,),
        )

    def _mismatch(self, case: SellerCase, category: Category) -> Seller:
        named = self._take(category, _is_sound)
        coded = self._take(Category.OTHER, _is_sound)
        return Seller(
            case=case,
            entity=named,
            shown_code=coded.code,
            shown_name=named.name,
            decision=_POSSIBLE,
            tolerated=(_MATCH,),
            problems=(LicenceProblem.NAME_CODE_MISMATCH.value,),
        )

    def _take(self, category: Category, fits: Callable[[Entity], bool]) -> Entity:
        """A fitting entity of the right trade; one of any trade when the register has none left."""
        words = self._sells.get(category, [])
        spare: Entity | None = None
        for entity in self._pool:
            if entity.code in self._used or not fits(entity):
                continue
            if any(word in entity.name for word in words):
                self._used.add(entity.code)
                return entity
            spare = spare or entity
        if spare is None:
            raise LookupError(f"no entity of the sample register fits: {category}")
        self._used.add(spare.code)
        return spare


def core_of(entity: Entity) -> str:
    """字号 + 行业 of a company, without place and form: what two namesakes in two places share; empty for others."""
    if entity.kind is not EntityKind.COMPANY:
        return ""
    for trade in TRADES:
        head, found, _ = entity.name.partition(trade.word)
        if found:
            return _strip(head, _PLACES) + found
    return ""


def _strip(head: str, places: str | frozenset[str]) -> str:
    if isinstance(places, str):
        places = frozenset((places,))
    if "（" in head:
        return head.partition("（")[0]
    for length in (6, 5, 4, 3, 2):
        if head[:length] in places:
            return head[length:]
    return head


def _places() -> frozenset[str]:
    found: set[str] = set()
    for division in load_divisions():
        found |= {division.city_short, division.city_short + "市", division.county, division.county_short}
        found.add(division.province_short)
    return frozenset(found - {""})


def _sells_table() -> dict[Category, list[str]]:
    table: dict[Category, list[str]] = defaultdict(list)
    for trade in TRADES:
        for category in trade.categories:
            table[Category(category)].append(trade.word)
    return table


def _is_sound(entity: Entity) -> bool:
    return (
        entity.status is EntityStatus.ACTIVE
        and entity.abnormal_since is None
        and not entity.former_names
        and entity.established_on is not None
        and entity.established_on < _LONG_SETTLED
        and (entity.valid_until is None or entity.valid_until.year > 2034)
        and entity.kind in (EntityKind.COMPANY, EntityKind.INDIVIDUAL)
    )


def _has_former_name(entity: Entity) -> bool:
    return bool(entity.former_names) and _is_sound(entity.model_copy(update={"former_names": ()}))


def _was(status: EntityStatus) -> Callable[[Entity], bool]:
    def fits(entity: Entity) -> bool:
        return entity.status is status and entity.status_on is not None and entity.status_on < _LONG_SETTLED

    return fits


def _is_abnormal(entity: Entity) -> bool:
    bare = entity.model_copy(update={"abnormal_since": None, "seriously_illegal_since": None})
    return entity.abnormal_since is not None and entity.seriously_illegal_since is None and _is_sound(bare)


def _is_expired(entity: Entity) -> bool:
    bare = entity.model_copy(update={"valid_until": None})
    return entity.valid_until is not None and entity.valid_until < _LONG_SETTLED and _is_sound(bare)


_PLACES = _places()
_FITS: dict[SellerCase, Callable[[Entity], bool]] = {
    SellerCase.BRACKETS: lambda entity: _is_sound(entity) and "（" in entity.name,
    SellerCase.TRADITIONAL: lambda entity: (
        _is_sound(entity) and any(sign in entity.name for sign in "华兰云东龙凤锦业数药")
    ),
    SellerCase.FORMER_NAME: _has_former_name,
    SellerCase.CANCELLED: _was(EntityStatus.CANCELLED),
    SellerCase.REVOKED: _was(EntityStatus.REVOKED),
    SellerCase.MOVED_OUT: _was(EntityStatus.MOVED_OUT),
    SellerCase.ABNORMAL: _is_abnormal,
    SellerCase.EXPIRED: _is_expired,
}
_PROBLEMS: dict[SellerCase, tuple[str, ...]] = {
    SellerCase.BAD_CODE: (LicenceProblem.CODE_INVALID.value,),
    SellerCase.CANCELLED: (LicenceProblem.CANCELLED.value,),
    SellerCase.REVOKED: (LicenceProblem.REVOKED.value,),
    SellerCase.MOVED_OUT: (LicenceProblem.MOVED_OUT.value,),
    SellerCase.ABNORMAL: (LicenceProblem.ABNORMAL.value,),
    SellerCase.EXPIRED: (LicenceProblem.EXPIRED.value,),
    SellerCase.FORMER_NAME: (LicenceProblem.OUTDATED.value,),
    SellerCase.NAME_ONLY: (LicenceProblem.INCOMPLETE.value,),
}
