"""Examples of the rules that compare visits: small histories around 20 November 2026, the newest visit on that day.

Days are counted from then: -10 is ten days before. Every example is a test (`wangjian rules test`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from records.leads import Verdict
from records.market import Source, Variant
from records.over_time import (
    Closing,
    History,
    PageHistory,
    PageSeen,
    PastExample,
    PricePoint,
    ReviewDated,
    ReviewElsewhere,
    ReviewsSeen,
)

__all__ = [
    "C01_PAST",
    "C07_PAST",
    "C08_BAD",
    "C08_OK",
    "C09_PAST",
    "C17_BAD",
    "C17_OK",
    "C18_PAST",
    "N04_PAST",
    "N07_BAD",
    "N07_OK",
    "N11_BAD",
    "N11_OK",
]

_TODAY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
_SUSPECTED, _EXCLUDED, _UNDETERMINED = Verdict.SUSPECTED, Verdict.EXCLUDED, Verdict.UNDETERMINED


def _at(day: float) -> datetime:
    return _TODAY + timedelta(days=day)


def _visit(day: float, url: str = "https://shop.example/goods/1") -> Source:
    number = int(day * 10) + 100_000
    return Source(page_id=f"page_{number}", page_sha256=f"{number:064x}", url=url, seen_at=_at(day))


def _price(
    day: float, now: int | None, struck: int | None = None, *, until: float | None = None, **more: object
) -> PricePoint:
    """Amounts in yuan."""
    return PricePoint.model_validate(
        {
            "source": _visit(day),
            "last_seen_at": _at(day if until is None else until),
            "now_fen": None if now is None else now * 100,
            "struck_fen": None if struck is None else struck * 100,
            "title": "青石牌保温杯 500ml",
            **more,
        }
    )


def _seen(day: float, text: str, *, until: float | None = None, url: str = "https://shop.example/") -> PageSeen:
    return PageSeen(source=_visit(day, url), last_seen_at=_at(day if until is None else until), text=text)


def _page(*versions: PageSeen, url: str = "https://shop.example/") -> PageHistory:
    return PageHistory(url=url, versions=versions)


def _past(text: str, verdict: Verdict | None, **parts: object) -> PastExample:
    return PastExample(text=text, verdict=verdict, history=History.model_validate(parts))


def _variants(**prices: int) -> tuple[Variant, ...]:
    return tuple(Variant(name=name, price_fen=price * 100) for name, price in prices.items())


# C08 虚假折扣 ------------------------------------------------------------------------------------------------------
C08_BAD = (
    _past(
        "连续标价 99 元，今日改标划线价 299 元、现价 89 元",
        _SUSPECTED,
        prices=[_price(-20, 99, until=-1), _price(0, 89, 299)],
    ),
    _past(
        "前七日内标价从 129 元降到 99 元，划线价标 129 元，高于七日最低价",
        _SUSPECTED,
        prices=[_price(-9, 129, until=-6), _price(-5, 99, until=-1), _price(0, 95, 129)],
    ),
    _past(
        "划线价持续展示三天，三天前的七日内标价 59 元，划线价 199 元",
        _SUSPECTED,
        prices=[_price(-15, 59, until=-3), _price(-2.5, 49, 199, until=-1), _price(0, 45, 199)],
    ),
    _past(
        "促销前五天把 100 元提到 160 元，再以 160 元为划线价卖 99 元",
        _SUSPECTED,
        prices=[_price(-30, 100, until=-8), _price(-7, 160, until=-1), _price(0, 99, 160)],
    ),
    _past(
        "只有标价没有成交价，且从未以划线价标售过", _SUSPECTED, prices=[_price(-6, 199, until=-1), _price(0, 198, 598)]
    ),
    _past(
        "规格相同，标价一直 35 元，今划线价 88 元",
        _SUSPECTED,
        prices=[
            _price(-4, 35, until=-1, variants=_variants(白=35, 黑=35)),
            _price(0, 35 - 6, 88, variants=_variants(白=29, 黑=29)),
        ],
    ),
)
C08_OK = (
    _past("划线价等于前七日一直标的价", None, prices=[_price(-20, 299, until=-1), _price(0, 199, 299)]),
    _past("划线价低于前七日最低标价", None, prices=[_price(-8, 299, until=-1), _price(0, 199, 280)]),
    _past("没有划线价", None, prices=[_price(-8, 99, until=-1), _price(0, 89)]),
    _past("第一次采集就有划线价，缺前七日记录", _UNDETERMINED, prices=[_price(0, 89, 299)]),
    _past(
        "上一次采集在二十天前，前七日没有采集", _UNDETERMINED, prices=[_price(-25, 99, until=-20), _price(0, 89, 299)]
    ),
    _past(
        "划线价标明为厂商建议零售价",
        _EXCLUDED,
        prices=[_price(-9, 99, until=-1), _price(0, 89, 299, struck_named="厂商建议零售价 ¥299")],
    ),
    _past(
        "规格（SKU）已换",
        _UNDETERMINED,
        prices=[
            _price(-9, 99, until=-1, variants=_variants(单只=99)),
            _price(0, 189, 299, variants=_variants(三只装=189)),
        ],
    ),
    _past(
        "划线价 100 元、此前标价 99.50 元一类的取整",
        _EXCLUDED,
        prices=[_price(-9, 999, until=-1), _price(0, 899, 1000)],
    ),
    _past(
        "券后价使消费者得到更大优惠",
        _EXCLUDED,
        prices=[_price(-9, 100, until=-1), _price(0, 100, 120, coupon_fen=7000)],
    ),
    _past(
        "标题换成别的商品",
        _UNDETERMINED,
        prices=[_price(-9, 99, until=-1), _price(0, 89, 299, title="全自动咖啡机家用意式")],
    ),
    _past(
        "页面写明划线价是 11 月 1 日至 3 日的售价",
        _UNDETERMINED,
        prices=[_price(-9, 99, until=-1), _price(0, 89, 299, struck_named="划线价为本店11月1日至11月3日的销售价")],
    ),
    _past(
        "早先只见列表一行，没有读到详情页",
        _UNDETERMINED,
        prices=[_price(-9, 99, until=-1, complete=False), _price(0, 89, 299)],
    ),
)

# C07 有奖销售 ------------------------------------------------------------------------------------------------------
_DRAW = (
    "下单即可抽奖！活动时间：11月1日至11月30日。一等奖 1 名，奖品为价值 4000 元的平板。兑奖条件：确认收货后联系客服。"
)
C07_PAST = (
    _past(
        "活动期间把一等奖由平板改成 50 元券",
        _SUSPECTED,
        page=_page(_seen(-10, _DRAW, until=-3), _seen(0, _DRAW.replace("价值 4000 元的平板", "50 元优惠券"))),
    ),
    _past(
        "活动期间删去兑奖条件与奖项",
        _SUSPECTED,
        page=_page(_seen(-10, _DRAW, until=-3), _seen(0, "下单即可抽奖！惊喜多多。")),
    ),
    _past("抽奖规则没有变", None, page=_page(_seen(-10, _DRAW, until=-3), _seen(0, _DRAW + "新品上架。"))),
    _past(
        "活动结束后撤下规则", None, page=_page(_seen(-10, _DRAW, until=-3), _seen(0, "抽奖活动已结束，中奖名单见下。"))
    ),
    _past(
        "写明一等奖因停产改为等值奖品",
        _EXCLUDED,
        page=_page(
            _seen(-10, _DRAW, until=-3),
            _seen(0, _DRAW.replace("价值 4000 元的平板", "同价位手机") + "因原奖品停产，调整为等值奖品代替。"),
        ),
    ),
    _past(
        "第 2 期抽奖换了奖品，是另一期活动",
        _UNDETERMINED,
        page=_page(
            _seen(-10, "第1期抽奖。" + _DRAW, until=-3), _seen(0, "第2期抽奖。" + _DRAW.replace("平板", "耳机"))
        ),
    ),
    _past(
        "活动开始前修改规则", None, page=_page(_seen(-40, _DRAW, until=-35), _seen(-30, _DRAW.replace("平板", "耳机")))
    ),
    _past(
        "抽奖一句不剩，是否已结束看不出",
        _UNDETERMINED,
        page=_page(_seen(-10, _DRAW, until=-3), _seen(0, "全场满 199 减 30。")),
    ),
)

# C09 列表价低于详情价 -------------------------------------------------------------------------------------------------
C09_PAST = (
    _past("列表标 59 元，详情页标 99 元", _SUSPECTED, prices=[_price(0, 99, list_fen=5900)]),
    _past(
        "列表标 199 元，详情页 299 元，各规格都高于列表价",
        _SUSPECTED,
        prices=[_price(0, 299, list_fen=19900, variants=_variants(大=329, 小=299))],
    ),
    _past("列表价与详情价一致", None, prices=[_price(0, 99, list_fen=9900)]),
    _past("列表价高于详情价", None, prices=[_price(0, 89, list_fen=9900)]),
    _past("列表价等于详情页注明的券后价", _EXCLUDED, prices=[_price(0, 99, list_fen=8900, coupon_fen=8900)]),
    _past(
        "列表价是最低一个规格的价格",
        _UNDETERMINED,
        prices=[_price(0, 99, list_fen=5900, variants=_variants(试用装=59, 正装=99))],
    ),
    _past(
        "详情页刚涨价，列表价是涨价前读到的",
        _UNDETERMINED,
        prices=[_price(-3, 59, until=-1), _price(0, 99, list_fen=5900)],
    ),
    _past("没有读到列表价", None, prices=[_price(0, 99)]),
)


# C17 删差评 --------------------------------------------------------------------------------------------------------
_KIND = ("质量很好，物流也快", "第二次买了，孩子喜欢", "颜色和图片一样", "客服耐心", "包装完好", "性价比高")
_BAD = ("用了两天就坏了，质量太差", "假货，申请退款客服不理", "有异味，不推荐")


def _reviews(day: float, *texts: str, **more: object) -> ReviewsSeen:
    return ReviewsSeen.model_validate({"source": _visit(day), "texts": texts, **more})


C17_BAD = (
    _past(
        "差评由 12 条变 3 条，总数不减",
        _SUSPECTED,
        reviews=[_reviews(-7, total=200, bad=12), _reviews(0, total=205, bad=3)],
    ),
    _past(
        "两条差评不见，其他评价都在",
        _SUSPECTED,
        reviews=[_reviews(-7, *_KIND, *_BAD, whole=True), _reviews(0, *_KIND, _BAD[2], whole=True)],
    ),
    _past(
        "三条差评全部消失",
        _SUSPECTED,
        reviews=[_reviews(-7, *_KIND, *_BAD, whole=True), _reviews(0, *_KIND, whole=True)],
    ),
    _past(
        "差评由 5 条归零，总数上升", _SUSPECTED, reviews=[_reviews(-30, total=80, bad=5), _reviews(0, total=120, bad=0)]
    ),
    _past(
        "隔一次采集仍能比出差评减少",
        _SUSPECTED,
        reviews=[_reviews(-9, total=50, bad=6), _reviews(-5, total=52, bad=6), _reviews(0, total=53, bad=1)],
    ),
)
C17_OK = (
    _past("差评数不变", None, reviews=[_reviews(-7, total=200, bad=12), _reviews(0, total=230, bad=12)]),
    _past("差评增加", None, reviews=[_reviews(-7, total=200, bad=2), _reviews(0, total=230, bad=9)]),
    _past("只采集过一次", None, reviews=[_reviews(0, *_KIND, *_BAD, whole=True)]),
    _past("后一次没有读到评价数", _UNDETERMINED, reviews=[_reviews(-7, total=200, bad=12), _reviews(0)]),
    _past(
        "总数与差评一起大减，可能改版",
        _UNDETERMINED,
        reviews=[_reviews(-7, total=200, bad=12), _reviews(0, total=40, bad=2)],
    ),
    _past(
        "只少一条差评，可能自行撤回",
        _UNDETERMINED,
        reviews=[_reviews(-7, *_KIND, *_BAD, whole=True), _reviews(0, *_KIND, *_BAD[1:], whole=True)],
    ),
    _past(
        "页面称违规评价已处理",
        _EXCLUDED,
        reviews=[_reviews(-7, total=200, bad=12), _reviews(0, total=200, bad=3, notice="部分恶意评价已按规则处理")],
    ),
    _past("后一次只读到第一页评价", None, reviews=[_reviews(-7, *_KIND, *_BAD), _reviews(0, *_KIND)]),
)


# C01 评价爆发 ------------------------------------------------------------------------------------------------------
def _dated(*days: tuple[float, int], text: str = "很好用，五星好评") -> list[ReviewDated]:
    """So many reviews on each day."""
    return [
        ReviewDated(written_on=_at(day).date(), text=f"{text}{number}")
        for day, count in days
        for number in range(count)
    ]


_COPIES = (
    "保温效果特别好，早上装的热水到晚上还是烫的，推荐大家购买",
    "杯子颜色很正，和图片上一模一样，同事看了都说好看",
    "盖子拧得很紧不漏水，放在包里一整天也没有问题",
    "容量刚刚好，上班喝两杯就够了，杯口也很光滑",
)


def _elsewhere(count: int, *, shops: int = 1, same: bool = False, **more: object) -> list[ReviewElsewhere]:
    """So many reviews that stand in other shops as well, by other buyers or (`same`) by the same on the same day."""
    return [
        ReviewElsewhere.model_validate(
            {
                "text": text,
                "author": f"a***{number}",
                "written_on": _at(-40 - number).date(),
                "other_shop_id": f"shop_{shop}",
                "other_shop": f"白沙百货{shop}店",
                "other_author": f"a***{number}" if same else f"m***{number + shop}",
                "other_written_on": _at(-40 - number).date() if same else _at(-12).date(),
                "other": _visit(-2 - shop / 10, f"https://other.example/{shop}"),
                **more,
            }
        )
        for number, text in enumerate(_COPIES[:count])
        for shop in range(shops)
    ]


_OWN = _page(_seen(-1, "青石牌保温杯 500ml", url="https://shop.example/goods/1"))
_LEAPT = [
    _price(-60, 99, sales_count=100, until=-40),
    _price(-39, 98, sales_count=120, until=-20),
    _price(-19, 97, sales_count=1620, until=-12),
]
_DELIVERED = [
    ReviewDated(written_on=_at(-45 + day).date(), text=text)
    for day in range(6)
    for text in ("快递很快，包装完好，保温也不错", "收到了，杯子很好看")
]
_NOT_A_WORD = [
    ReviewDated(written_on=_at(-15 + number % 5).date(), text=f"质量很好，下次再来买{number}") for number in range(14)
]
_SOLD_FEW = [_price(-60, 99, sales_count=100, until=-40), _price(-1, 98, sales_count=104, until=0)]
_SOLD_MANY = [_price(-60, 99, sales_count=100, until=-40), _price(-1, 98, sales_count=900, until=0)]
C01_PAST = (
    _past(
        "一日新增四十条好评，两个月只卖出 4 件", _SUSPECTED, dated=_dated((-5, 40), (-9, 1), (-20, 2)), prices=_SOLD_FEW
    ),
    _past(
        "一日涌入三十条好评而销量未动",
        _SUSPECTED,
        dated=_dated((-3, 30)),
        prices=[_price(-50, 59, sales_count=8, until=-45), _price(0, 49, sales_count=8)],
    ),
    _past("评价多而销量也多", None, dated=_dated((-5, 40), (-9, 1)), prices=_SOLD_MANY),
    _past("各日评价数相近", None, dated=_dated((-5, 25), (-6, 24), (-7, 22)), prices=_SOLD_FEW),
    _past("涌入的是差评", None, dated=_dated((-5, 40), text="质量太差，要退货"), prices=_SOLD_FEW),
    _past("系统默认好评", None, dated=_dated((-5, 40), text="系统默认好评"), prices=_SOLD_FEW),
    _past("没有读到销量", _UNDETERMINED, dated=_dated((-5, 40)), prices=[_price(-60, 99), _price(0, 98)]),
    _past("四条长评价与另一网店逐字相同，署名不同", _SUSPECTED, page=_OWN, copied=_elsewhere(4)),
    _past("同一条长评价在另外三家网店由不同的人写过", _SUSPECTED, page=_OWN, copied=_elsewhere(1, shops=3)),
    _past("三条评价与同一经营者的另一网店相同，署名不同", _SUSPECTED, page=_OWN, copied=_elsewhere(3, same_hand=True)),
    _past("评价连署名、日期都与另一网店相同，店铺搬家", _EXCLUDED, page=_OWN, copied=_elsewhere(4, same=True)),
    _past("两条评价与另一网店相同", _UNDETERMINED, page=_OWN, copied=_elsewhere(2)),
    _past("半数以上网店都有的评价模板", _UNDETERMINED, page=_OWN, copied=_elsewhere(4, shops=3, widespread=True)),
    _past("只有一条相同，可能是同一买家", None, page=_OWN, copied=_elsewhere(1)),
    _past(
        "署名相同而日期不同，同一买家写了两遍",
        None,
        page=_OWN,
        copied=_elsewhere(4, other_author="a***0", author="a***0"),
    ),
    _past("一周卖出 1500 件，其后评价无一提到收货", _SUSPECTED, prices=_LEAPT, dated=[*_DELIVERED, *_NOT_A_WORD]),
    _past(
        "销量跃升，评价中有人提到快递",
        None,
        prices=_LEAPT,
        dated=[*_DELIVERED, *_NOT_A_WORD, ReviewDated(written_on=_at(-11).date(), text="快递三天到的")],
    ),
    _past(
        "此前的评价也不提收货",
        _UNDETERMINED,
        prices=_LEAPT,
        dated=[*(ReviewDated(written_on=_at(-45).date(), text=f"好用{number}") for number in range(10)), *_NOT_A_WORD],
    ),
    _past(
        "电子券不需要收货",
        None,
        prices=[one.model_copy(update={"title": "青石影城电子券"}) for one in _LEAPT],
        dated=[*_DELIVERED, *_NOT_A_WORD],
    ),
    _past("销量平稳增长", None, prices=_SOLD_MANY, dated=[*_DELIVERED, *_NOT_A_WORD]),
)

# C18 仅剩 N 件 -----------------------------------------------------------------------------------------------------
C18_PAST = (
    _past(
        "十天都称仅剩 3 件，销量却多了 40 件",
        _SUSPECTED,
        prices=[
            _price(-10, 99, scarce="仅剩3件", sales_count=100, until=-6),
            _price(-5, 98, scarce="仅剩3件", sales_count=140),
        ],
    ),
    _past(
        "一周来一直最后 5 件，同期售出 12 件",
        _SUSPECTED,
        prices=[
            _price(-7, 99, scarce="最后5件", sales_count=10, until=-4),
            _price(0, 95, scarce="最后5件", sales_count=22),
        ],
    ),
    _past(
        "仅剩件数随销售减少",
        None,
        prices=[
            _price(-5, 99, scarce="仅剩9件", sales_count=10, until=-4),
            _price(0, 95, scarce="仅剩3件", sales_count=16),
        ],
    ),
    _past("只采集过一次", None, prices=[_price(0, 99, scarce="仅剩3件", sales_count=10)]),
    _past(
        "件数长期不变而没有销量可比",
        _UNDETERMINED,
        prices=[_price(-20, 99, scarce="仅剩3件", until=-10), _price(0, 95, scarce="仅剩3件")],
    ),
)

_FRONT = "青石百货 全部商品 新品上架 联系客服"

# N04 零星小额 ------------------------------------------------------------------------------------------------------
_PETTY = _page(_seen(-1, "个人从事零星小额交易活动，依法不需要办理市场主体登记"))


def _sold(*counts: tuple[float, int], price: int = 40) -> list[PricePoint]:
    return [_price(day, price, sales_count=count) for day, count in counts]


N04_PAST = (
    _past("声明零星小额，一百天内销量由 100 增至 6100，标价 40 元", _SUSPECTED, page=_PETTY, goods=[_sold((-100, 100), (0, 6100))]),
    _past("三件商品半年内合计卖出约 12 万元", _SUSPECTED, page=_PETTY, goods=[_sold((-180, 0), (0, 1000))] * 3),
    _past("十个月内卖出 3000 件，最低标价 39 元", _SUSPECTED, page=_PETTY, goods=[[*_sold((-300, 50), (-100, 1000)), *_sold((0, 3050), price=39)]]),
    _past("半年内只增 500 件", None, page=_PETTY, goods=[_sold((-180, 100), (0, 600))]),
    _past("累计八千件但只采集到一次", _UNDETERMINED, page=_PETTY, goods=[_sold((0, 8000))]),
    _past("两次采集相隔两年，其间增九千件", _UNDETERMINED, page=_PETTY, goods=[_sold((-800, 0), (0, 9000))]),
    _past("显示销量减少过，增量不可靠", _UNDETERMINED, page=_PETTY, goods=[_sold((-90, 5000), (-50, 100), (0, 4000))]),
    _past("没有零星小额的声明", None, page=_page(_seen(-1, _FRONT)), goods=[_sold((-100, 100), (0, 6100))]),
)  # fmt: skip


# N07 终止经营 ------------------------------------------------------------------------------------------------------
def _gone(day: float, *, known: int = 4, gone: int = 4, **more: object) -> Closing:
    return Closing.model_validate(
        {"gone": _visit(day, "https://shop.example/"), "listings_known": known, "listings_gone": gone, **more}
    )


N07_BAD = (
    _past(
        "三天前首页照常，今日店铺与商品都不存在，无公告",
        _SUSPECTED,
        page=_page(_seen(-40, _FRONT, until=-3)),
        closing=_gone(0),
    ),
    _past("关闭前十天首页仍无公告", _SUSPECTED, page=_page(_seen(-60, _FRONT, until=-10)), closing=_gone(0)),
    _past(
        "公告只挂了五天就关店",
        _SUSPECTED,
        page=_page(_seen(-60, _FRONT, until=-6), _seen(-5, _FRONT + "。本店将停止营业，感谢支持", until=-1)),
        closing=_gone(0),
    ),
    _past(
        "首页公示十日后终止经营，前一天还没有公示",
        _SUSPECTED,
        page=_page(_seen(-30, _FRONT, until=-1), _seen(0, _FRONT + "。闭店公告：本店将于2026年11月30日停止营业")),
    ),
    _past(
        "清仓闭店，公示到终止只有两周",
        _SUSPECTED,
        page=_page(_seen(-9, _FRONT, until=-4), _seen(-3, "闭店清仓，本店12月1日终止经营。" + _FRONT, until=0)),
    ),
)
_NOTICE = "。公告：本店将于2026年11月19日终止经营"
N07_OK = (
    _past(
        "提前三十多天持续公示后关闭",
        None,
        page=_page(_seen(-60, _FRONT, until=-35), _seen(-34, _FRONT + _NOTICE, until=-1)),
        closing=_gone(0),
    ),
    _past(
        "公示的终止日在四十天之后",
        None,
        page=_page(_seen(-5, _FRONT, until=-2), _seen(0, _FRONT + "。本店将于2026年12月31日停止营业")),
    ),
    _past(
        "店铺被平台因违规关闭",
        _EXCLUDED,
        page=_page(_seen(-40, _FRONT, until=-3)),
        closing=_gone(0, answer="该店铺因违规已被平台关闭"),
    ),
    _past(
        "店铺搬迁到新址",
        _EXCLUDED,
        page=_page(_seen(-40, _FRONT + "。本店已搬迁至新店地址", until=-3)),
        closing=_gone(0),
    ),
    _past(
        "同平台所有店铺都打不开",
        _UNDETERMINED,
        page=_page(_seen(-40, _FRONT, until=-3)),
        closing=_gone(0, neighbours_known=8, neighbours_gone=8),
    ),
    _past(
        "首页不在但商品还在架",
        _UNDETERMINED,
        page=_page(_seen(-40, _FRONT, until=-3)),
        closing=_gone(0, known=4, gone=1),
    ),
    _past("关闭前两个月没有采集", _UNDETERMINED, page=_page(_seen(-90, _FRONT, until=-60)), closing=_gone(0)),
    _past(
        "春节放假暂停营业",
        None,
        page=_page(_seen(-5, _FRONT, until=-2), _seen(0, _FRONT + "。春节放假期间本店停止营业，2月20日恢复")),
    ),
    _past(
        "公示首见时两次采集相隔太久",
        _UNDETERMINED,
        page=_page(_seen(-90, _FRONT, until=-40), _seen(0, _FRONT + "。本店将于2026年12月5日停止营业")),
    ),
)

# N11 平台规则 ------------------------------------------------------------------------------------------------------
_RULES = "青石商城交易规则\n商家应当在四十八小时内发货。\n平台服务费为成交额的 3%。\n本规则自2026年1月1日起施行。"
_DEARER = _RULES.replace("3%", "5%")


def _papers(*versions: PageSeen) -> list[PageHistory]:
    return [_page(*versions, url="https://mall.example/rules")]


def _rules(day: float, text: str, *, until: float | None = None) -> PageSeen:
    return _seen(day, text, until=until, url="https://mall.example/rules")


N11_BAD = (
    _past(
        "昨日仍是旧规则，今日改服务费且今日施行",
        _SUSPECTED,
        papers=_papers(_rules(-30, _RULES, until=-1), _rules(0, _DEARER.replace("2026年1月1日", "2026年11月20日"))),
    ),
    _past(
        "公示三天后施行",
        _SUSPECTED,
        papers=_papers(_rules(-30, _RULES, until=-1), _rules(0, _DEARER.replace("2026年1月1日", "2026年11月23日"))),
    ),
    _past(
        "新增处罚条款，自发布之日起生效",
        _SUSPECTED,
        papers=_papers(
            _rules(-30, _RULES, until=-1), _rules(0, _RULES + "\n延迟发货每单扣罚三十元，自发布之日起生效。")
        ),
    ),
    _past(
        "删去退店条款并立即施行",
        _SUSPECTED,
        papers=_papers(
            _rules(-9, _RULES + "\n商家可随时申请退店并退还保证金。", until=-2),
            _rules(-1, _RULES.replace("自2026年1月1日起施行", "自公布之日起施行")),
        ),
    ),
    _past(
        "公示五天即实施",
        _SUSPECTED,
        papers=_papers(
            _rules(-20, _RULES, until=-10),
            _rules(-9, _RULES.replace("四十八小时", "二十四小时").replace("2026年1月1日", "2026年11月15日"), until=0),
        ),
    ),
)
N11_OK = (
    _past("规则没有变", None, papers=_papers(_rules(-30, _RULES, until=0))),
    _past(
        "公示十五天后施行",
        None,
        papers=_papers(_rules(-30, _RULES, until=-1), _rules(0, _DEARER.replace("2026年1月1日", "2026年12月5日"))),
    ),
    _past(
        "只改了更新时间",
        None,
        papers=_papers(
            _rules(-30, _RULES + "\n更新时间：2026-10-01", until=-1), _rules(0, _RULES + "\n更新时间：2026-11-20")
        ),
    ),
    _past(
        "没有写实施日期",
        _UNDETERMINED,
        papers=_papers(
            _rules(-30, _RULES.replace("本规则自2026年1月1日起施行。", ""), until=-1),
            _rules(0, _DEARER.replace("本规则自2026年1月1日起施行。", "")),
        ),
    ),
    _past(
        "两次采集隔一个月，公示始于何日不明",
        _UNDETERMINED,
        papers=_papers(_rules(-60, _RULES, until=-30), _rules(0, _DEARER.replace("2026年1月1日", "2026年11月22日"))),
    ),
    _past(
        "修改在公告页提前公示过",
        _EXCLUDED,
        papers=_papers(_rules(-30, _RULES, until=-1), _rules(0, _DEARER.replace("2026年1月1日", "2026年11月20日"))),
        notices=[_page(_seen(-12, "关于交易规则修订公示的通知", url="https://mall.example/notice"))],
    ),
    _past(
        "下调服务费，有利于商户",
        _UNDETERMINED,
        papers=_papers(
            _rules(-30, _RULES, until=-1),
            _rules(
                0,
                "青石商城交易规则\n商家应当在四十八小时内发货。\n即日起下调平台服务费至成交额的 1%。\n本规则自2026年11月20日起施行。",
            ),
        ),
    ),
)
