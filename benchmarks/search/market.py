"""Leads of a market that does not exist, as many as wanted: varied as real ones, the same for the same seed.

Rules, goods and claims are as unevenly spread as they are in life (a few make most of the leads); offices and regions
are those of all counties; names and addresses are put together from parts, so that most of them are rare.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from importlib import resources
from itertools import accumulate

from records.leads import LeadState, Severity
from records.market import Category
from records.search import Facet, SearchDocument, SearchKind, SearchQuery, SearchSort

__all__ = ["FACETS", "leads", "queries"]

FACETS = (Facet.RULE, Facet.SEVERITY, Facet.STATE, Facet.CATEGORY, Facet.OFFICE, Facet.REGION)
"""The six that are counted: two of them have some 2,900 values."""


def _words(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


_GOODS = _words(
    """
    玛咖片 深海鱼油 减肥茶 祖传膏药 象牙手串 电子烟 儿童奶粉 人参蜂王浆 除湿茶 植物染发剂 祛斑霜
    益生菌粉 护膝 血糖仪 按摩椅 学习机 羽绒服 运动鞋 蓝牙耳机 充电宝 空气净化器 净水器 茶叶礼盒 白酒
    翡翠吊坠 有机大米 土蜂蜜 农药 种子 乳胶枕 眼药水 近视镜 口罩 阿胶糕 燕窝 褪黑素 护肝片 牙膏 洗发水
    面膜 纹眉膏 婴儿湿巾 积木 儿童手表 考研课程 理财课 化肥 实木床 沙发 灯具 行车记录仪 机油 轮胎 猫粮
    狗粮 酵素 辟谷丹 蛇药 艾灸贴 足贴
    """
)
_CLAIMS = _words(
    """
    国家级 最佳 第一品牌 全网最低价 根治 百分之百有效 包治百病 永不反弹 无任何副作用 祖传秘方 最高级
    顶级 首选 唯一 驰名商标 专供特供 国家领导人推荐 权威机构认证 七天无理由不适用 最终解释权归本店所有
    好评返现 假一赔十 仅此一天 纯天然 零添加 保本保收益 包过 高考押题 治愈率 有效率 增强免疫力 抗癌
    降血糖 减肥瘦身 消炎止痛 延年益寿 原装进口 限时特价
    """
)
_NAMES = (
    "华瑞盛达康健源美佳宏远泰和新天海龙凤祥云山水木林金福兴隆百草千"
    "禾万顺同济仁德安宁博雅嘉诚益民众合优品鲜果乐活青禾绿野蓝鲸星辰"
)
_TRADES = _words(
    """
    贸易 生物科技 食品 电子商务 健康管理 商贸 化妆品 农业发展 医疗器械 网络科技 文化传播 百货 日用品
    家居
    """
)
_SHOPS = _words(
    """
    旗舰店 专营店 官方店 小铺 优选 直销店 特产店 工厂店 生活馆 精品店
    """
)
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹"
    "袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭"
)
_FILLING = _words(
    """
    商品详情页宣传该产品 页面以醒目字样标注 商家在标题中使用 宣传图中含有 客服回复称 直播间口播
    买家评价区置顶展示 规格说明中写明 活动页面声称 与其他经营者的商品对比并声称 未标明依据和出处
    未见相应批准文号 未公示营业执照信息 未显著标明广告 涉嫌误导消费者
    """
)
_RULES = [f"{letter}{number:02}" for letter in "ABCDFLN" for number in range(1, 13)][:83]
_START, _DAYS = 1_735_660_800, 700


def _falling(count: int, power: float) -> list[float]:
    """Cumulated weights of which the first are the heaviest."""
    return list(accumulate(1 / (place + 1) ** power for place in range(count)))


class _Places:
    """Every county with its office."""

    def __init__(self) -> None:
        text = resources.files("leads").joinpath("data", "divisions.csv").read_text("utf-8")
        names = {row["code"]: row["name"] for row in csv.DictReader(text.splitlines())}
        self.codes = [code for code in names if len(code) == 6 and not code.endswith("00")]
        self.full = {
            code: names.get(code[:2] + "0000", "") + names.get(code[:4] + "00", "") + names[code] for code in self.codes
        }
        self.offices = {code: f"{self.full[code]}市场监督管理局" for code in self.codes}


def leads(count: int, *, seed: int = 6) -> Iterator[SearchDocument]:
    """`count` leads of some 300 characters."""
    draw, places = random.Random(seed), _Places()
    regions = draw.sample(places.codes, len(places.codes))
    weights = {
        "region": _falling(len(regions), 0.7),
        "goods": _falling(len(_GOODS), 0.8),
        "claim": _falling(len(_CLAIMS), 0.8),
        "rule": _falling(len(_RULES), 0.9),
        "state": _falling(len(LeadState), 1.0),
        "category": _falling(len(Category), 0.7),
    }

    def pick(kind: str, among: list[str] | tuple[str, ...]) -> str:
        return draw.choices(among, cum_weights=weights[kind])[0]

    states, categories = [state.value for state in LeadState], [category.value for category in Category]
    severities = [severity.value for severity in Severity]
    for number in range(count):
        code, rule, goods, claim = (
            pick("region", regions),
            pick("rule", _RULES),
            pick("goods", _GOODS),
            pick("claim", _CLAIMS),
        )
        full = places.full[code]
        name = "".join(draw.choices(_NAMES, k=draw.choice([2, 2, 3, 4])))
        trade, owner = (
            draw.choice(_TRADES),
            draw.choice(_SURNAMES) + "".join(draw.choices(_NAMES, k=draw.choice([1, 2]))),
        )
        company = f"{full[-6:]}{name}{trade}有限公司"
        shop = f"{name}{draw.choice(_SHOPS)}"
        said = "".join(
            f"{draw.choice(_FILLING)}“{pick('claim', _CLAIMS)}”{pick('goods', _GOODS)}，"
            for _ in range(draw.randint(3, 7))
        )
        yield SearchDocument.model_construct(
            doc_id=f"lead_{number:020x}",
            kind=SearchKind.LEAD,
            title=f"{shop} 涉嫌{claim}",
            text="\n".join(
                (
                    f"lead_{number:020x}",
                    f"{rule} 涉嫌使用“{claim}”宣传{goods}",
                    company,
                    f"91{code}MA{draw.randrange(10**8):08}{draw.choice('ABCDEFGHJK')}{draw.randrange(10)}",
                    f"{full}{draw.choice(_NAMES)}{draw.choice(_NAMES)}路{draw.randrange(1, 999)}号 {owner}",
                    f"http://shop{draw.randrange(10**6)}.example/item/{draw.randrange(10**9)}",
                    said,
                    places.offices[code],
                )
            ),
            url=f"http://shop.example/{number}",
            facets={
                Facet.RULE: (rule,),
                Facet.SEVERITY: (draw.choices(severities, [2, 5, 3])[0],),
                Facet.STATE: (pick("state", states),),
                Facet.CATEGORY: tuple({pick("category", categories) for _ in range(draw.choice([1, 1, 2]))}),
                Facet.REGION: (code,),
                Facet.OFFICE: (places.offices[code],),
                Facet.TARGET: (f"target_{draw.randrange(40)}",),
                Facet.ASSIGNEE: (f"officer_{draw.randrange(300)}",) if draw.random() < 0.4 else (),
                Facet.DECISION: (draw.choice(["match", "possible", "none"]),),
            },
            region_code=code,
            priority_score=round(draw.betavariate(2, 3), 6),
            at_epoch=_START + draw.randrange(_DAYS * 86_400),
            version=draw.randint(1, 4),
        )


def queries(count: int, *, seed: int = 7) -> list[SearchQuery]:
    """What officers ask of those leads: each with six facets and a page of 50."""
    draw = random.Random(seed)
    samples = list(leads(2_000, seed=seed))
    return [_query(draw, draw.choice(samples)) for _ in range(count)]


def _query(draw: random.Random, about: SearchDocument) -> SearchQuery:
    goods, claim = draw.choice(_GOODS), draw.choice(_CLAIMS)
    start = draw.randrange(len(about.text) - 8)
    rare = about.text[start : start + draw.choice([2, 3, 4, 6])]
    rare = "".join(one for one in rare if one not in "\n“”").strip() or "玛咖"
    office = about.facets[Facet.OFFICE][0]
    text = draw.choice(
        [
            goods[:2],
            goods,
            claim,
            f"{goods} {claim}",
            f"{goods} 或 {draw.choice(_GOODS)}",
            f"{claim} 非 {goods[:2]}",
            f'"{rare}"',
            f'"{rare}"',
            about.text.split("\n")[2],
            f"{goods} 地区:{about.region_code[:2]}",
            f"{claim} 日期:2026-01..2026-03 优先:0.5..",
            f"状态:待研判 地区:{about.region_code[:4]}",
            "",
        ]
    )
    filters = {}
    for facet, share in ((Facet.STATE, 0.3), (Facet.RULE, 0.2), (Facet.SEVERITY, 0.2), (Facet.OFFICE, 0.1)):
        if draw.random() < share:
            filters[facet] = (office,) if facet is Facet.OFFICE else about.facets[facet]
    return SearchQuery(
        kind=SearchKind.LEAD,
        text=text,
        filters=filters,
        count_facets=FACETS,
        sort=draw.choice([SearchSort.PRIORITY, SearchSort.PRIORITY, SearchSort.NEWEST]),
        limit=50,
    )
