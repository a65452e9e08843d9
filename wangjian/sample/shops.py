"""The shops: which family, which product classes, which seller, and what stands on their front page."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from records.market import Category
from records.register import Entity
from wangjian.sample.banks import Bank
from wangjian.sample.codes import food_permit
from wangjian.sample.divisions import Division, load_divisions
from wangjian.sample.models import (
    MARKET_DAY_ZERO,
    Family,
    Planted,
    PlantKind,
    PlantPlace,
    SampleShop,
    Seller,
    SellerCase,
)
from wangjian.sample.people import landline, mobile, person
from wangjian.sample.sellers import SellerPicker, core_of
from wangjian.sample.trades import trade_name

__all__ = ["FamilyPlan", "family_plans", "make_shops"]

_CASES: dict[Family, str] = {
    Family.JISHI: "plain plain nickname bad_code plain exempt traditional plain name_only cancelled plain former_name no_licence plain "
    "mismatch plain full_width nickname plain unknown plain name_only exempt brackets plain revoked no_licence "
    "licence_blocked name_only moved_out",
    Family.YUNSHANG: "plain plain bad_code nickname plain traditional exempt plain cancelled plain former_name no_licence unknown plain "
    "brackets plain name_only revoked plain abnormal",
    Family.INDEPENDENT: "plain plain no_licence full_width mismatch plain exempt nickname name_only former_name plain placeholder",
    Family.UNSEEN: "plain cancelled nickname brackets bad_code exempt plain expired",
}

_CATEGORIES: dict[Family, str] = {
    Family.JISHI: "食品,酒类 服装 家居 数码 化妆品 食品 教育培训,其他 母婴,服装 珠宝 烟草,酒类 农资,家居 家居,其他 服装 金融投资,教育培训 "
    "野生动物,家居 保健食品,食品 药品,医疗器械 服装,化妆品 数码,其他 房产,金融投资 食品 家居,母婴 其他,家居 "
    "珠宝,野生动物 服装 烟草,其他 食品,农资 数码 家居 化妆品,母婴",
    Family.YUNSHANG: "服装 食品 数码 家居 教育培训,金融投资 化妆品 其他,家居 药品,医疗器械,保健食品 烟草,数码 母婴 酒类,食品 服装,珠宝 "
    "野生动物,农资 食品 家居 数码,其他 房产,教育培训 珠宝 服装,母婴 家居",
    Family.INDEPENDENT: "食品,农资 服装,化妆品 数码,烟草 家居,珠宝 教育培训,金融投资 药品,医疗器械,保健食品 其他,家居 服装,母婴 酒类,食品 "
    "野生动物,珠宝 家居,房产 其他,数码",
    Family.UNSEEN: "食品,酒类,烟草 服装,母婴,化妆品 家居,珠宝,野生动物 药品,医疗器械,保健食品 教育培训,金融投资,其他 农资,食品,家居 "
    "数码,其他,房产 服装,家居",
}

_SLOGANS = (
    "开店不易，谢谢每一位来看看的朋友。",
    "慢慢做，好好卖。",
    "有问题先找客服，能解决的当天解决。",
    "一家小店，几个人，认真打包。",
    "每天下午四点前的订单当天发出。",
    "看中了再下单，不着急。",
)
_NOTICES = (
    "每周日店休，订单顺延到周一发出。",
    "偏远地区运费以结算页显示为准。",
    "本店支持七天无理由退货，退货请先联系客服登记。",
    "发票随货寄出，抬头请在备注里写清楚。",
    "近期快递较慢，请耐心等待。",
)
_NUMERALS = "零一二三四五六七八九"
_FANCY = (
    "小满",
    "阿柚",
    "半夏",
    "南枝",
    "橘子汽水",
    "拾叶",
    "木樨",
    "九月",
    "云朵",
    "青禾",
    "一盏灯",
    "白露",
    "团子",
    "阿棠",
    "麦芽",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyPlan:
    """What a family is to have: one (seller case, product classes) a shop, and listings a shop on average."""

    family: Family
    shops: tuple[tuple[SellerCase, tuple[Category, ...]], ...]
    listings_per_shop: int


def family_plans() -> tuple[FamilyPlan, ...]:
    """The plans of the whole market: 30 + 20 + 12 + 8 shops."""
    per_shop = {Family.JISHI: 27, Family.YUNSHANG: 24, Family.INDEPENDENT: 18, Family.UNSEEN: 18}
    return tuple(
        FamilyPlan(
            family=family,
            shops=tuple(
                (SellerCase(case), tuple(Category(name) for name in names.split(",")))
                for case, names in zip(_CASES[family].split(), _CATEGORIES[family].split(), strict=True)
            ),
            listings_per_shop=per_shop[family],
        )
        for family in Family
    )


def make_shops(
    rng: random.Random, plans: Sequence[FamilyPlan], *, register: Sequence[Entity], banks: dict[Category, Bank]
) -> tuple[SampleShop, ...]:
    """All shops, in the order of the plans; notices that are plants come later (`planting.py`)."""
    picker = SellerPicker(rng, register)
    maker = _ShopMaker(rng, banks)
    return tuple(
        maker.make(plan.family, number, picker.pick(case, categories[0]), categories)
        for plan in plans
        for number, (case, categories) in enumerate(plan.shops, start=1)
    )


class _ShopMaker:
    def __init__(self, rng: random.Random, banks: dict[Category, Bank]) -> None:
        self._rng = rng
        self._banks = banks
        self._by_code = {division.code: division for division in load_divisions()}
        self._names: set[str] = set()

    def make(self, family: Family, number: int, seller: Seller, categories: tuple[Category, ...]) -> SampleShop:
        rng = self._rng
        entity = seller.entity
        division = self._by_code[entity.region_code] if entity else rng.choice(load_divisions())
        natural = seller.case in (SellerCase.EXEMPT, SellerCase.NO_LICENCE)
        alone = family in (Family.INDEPENDENT, Family.UNSEEN)
        return SampleShop(
            key=f"{family.value}-{number:02d}",
            family=family,
            origin=f"{family.value}-{number:02d}" if alone else family.value,
            number=number,
            name=self._name(seller, categories[0]),
            slogan=rng.choice(_SLOGANS),
            categories=categories,
            seller=seller,
            legal_representative=entity.legal_representative if entity else person(rng),
            address=self._address(seller, division),
            phone=entity.phone
            if entity and seller.has_licence_page
            else mobile(rng)
            if natural
            else landline(rng, division),
            permits=_permits(rng, division, categories) if seller.has_licence_page else (),
            icp_no="沪ICP备xxxxxxxx号"
            if seller.case is SellerCase.PLACEHOLDER
            else _icp(rng, division)
            if alone
            else "",
            notices=tuple(rng.sample(_NOTICES, rng.choice((1, 2)))),
            opened_on=MARKET_DAY_ZERO - timedelta(days=rng.randrange(200, 3600)),
            planted=_disclosure_plants(seller),
        )

    def _address(self, seller: Seller, division: Division) -> str:
        """The register's for those who disclose; a place of dispatch for the others, which gives nobody away."""
        if not seller.has_licence_page:
            return ""
        number = self._rng.randrange(1, 300)
        return seller.entity.address if seller.entity else f"{division.full_name}城关镇{number}号"

    def _name(self, seller: Seller, category: Category) -> str:
        """A name no other shop has; namesakes open a second shop."""
        wanted = self._wanted_name(seller, category)
        name, number = wanted, 1
        while name in self._names:
            number += 1
            name = f"{wanted}{_NUMERALS[number % len(_NUMERALS)] * (1 + number // len(_NUMERALS))}店"
        self._names.add(name)
        return name

    def _wanted_name(self, seller: Seller, category: Category) -> str:
        rng = self._rng
        word = rng.choice(self._banks[category].shop_words)
        if seller.case in (SellerCase.EXEMPT, SellerCase.NO_LICENCE):
            return f"{rng.choice(_FANCY)}的{word}"
        core = core_of(seller.entity) if seller.entity is not None else ""
        if not core:
            return f"{trade_name(rng)}{word}"
        return core + ("旗舰店" if seller.case is SellerCase.NICKNAME else rng.choice(("旗舰店", "官方店", "专营店")))


def _permits(rng: random.Random, division: Division, categories: tuple[Category, ...]) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    head = division.province_short[0]
    if {Category.FOOD, Category.HEALTH_FOOD, Category.LIQUOR} & set(categories):
        found.append(("食品经营许可证", food_permit(rng, region_code=division.code)))
    if Category.DRUG in categories:
        found.append(
            (
                "药品经营许可证",
                f"{_abbreviation(division)}CB{division.area_code.lstrip('0')[:3]}{rng.randrange(10**4):04d}",
            )
        )
    if Category.DEVICE in categories or Category.DRUG in categories:
        found.append(
            (
                "第二类医疗器械经营备案凭证",
                f"{_abbreviation(division)}{head}食药监械经营备2022{rng.randrange(10**4):04d}号",
            )
        )
    if Category.EDUCATION in categories:
        found.append(("出版物经营许可证", f"新出发{_abbreviation(division)}零字第{rng.randrange(10**4):04d}号"))
    return tuple(found)


def _icp(rng: random.Random, division: Division) -> str:
    return f"{_abbreviation(division)}ICP备{rng.randrange(2018, 2026)}{rng.randrange(10**6):06d}号-1"


def _abbreviation(division: Division) -> str:
    table = {
        "北京": "京",
        "天津": "津",
        "河北": "冀",
        "山西": "晋",
        "内蒙古": "蒙",
        "辽宁": "辽",
        "吉林": "吉",
        "黑龙江": "黑",
    }
    table |= {
        "上海": "沪",
        "江苏": "苏",
        "浙江": "浙",
        "安徽": "皖",
        "福建": "闽",
        "江西": "赣",
        "山东": "鲁",
        "河南": "豫",
    }
    table |= {
        "湖北": "鄂",
        "湖南": "湘",
        "广东": "粤",
        "广西": "桂",
        "海南": "琼",
        "重庆": "渝",
        "四川": "川",
        "贵州": "黔",
    }
    table |= {"云南": "滇", "西藏": "藏", "陕西": "陕", "甘肃": "甘", "青海": "青", "宁夏": "宁", "新疆": "新"}
    return table[division.province_short]


def _disclosure_plants(seller: Seller) -> tuple[Planted, ...]:
    shown = seller.shown_code or seller.shown_name or seller.exemption_text
    rules = {
        SellerCase.NICKNAME: ("N01", PlantKind.VIOLATION),
        SellerCase.NO_LICENCE: ("N01", PlantKind.VIOLATION),
        SellerCase.EXEMPT: ("N01", PlantKind.INNOCENT),
        SellerCase.NAME_ONLY: ("N01", PlantKind.INNOCENT),
        SellerCase.LICENCE_BLOCKED: ("N01", PlantKind.INNOCENT),
        SellerCase.BAD_CODE: ("N02", PlantKind.VIOLATION),
        SellerCase.UNKNOWN: ("N02", PlantKind.VIOLATION),
        SellerCase.MISMATCH: ("N02", PlantKind.VIOLATION),
        SellerCase.CANCELLED: ("N02", PlantKind.VIOLATION),
        SellerCase.REVOKED: ("N02", PlantKind.VIOLATION),
        SellerCase.TRADITIONAL: ("N02", PlantKind.INNOCENT),
        SellerCase.FULL_WIDTH: ("N02", PlantKind.INNOCENT),
        SellerCase.BRACKETS: ("N02", PlantKind.INNOCENT),
        SellerCase.FORMER_NAME: ("N02", PlantKind.INNOCENT),
    }
    if seller.case not in rules:
        return ()
    rule, kind = rules[seller.case]
    return (
        Planted(
            rule=rule,
            kind=kind,
            place=PlantPlace.DISCLOSURE,
            text="" if seller.case is SellerCase.LICENCE_BLOCKED else shown,
        ),
    )
