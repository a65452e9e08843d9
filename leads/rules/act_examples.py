"""Examples of the rules that try a page in the browser: what a try met. Every example is a test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from records.acts import (
    HELD_BACK,
    ActExample,
    ActVisit,
    CountdownTry,
    OptionSeen,
    PopupTry,
    PriceSeen,
    Profile,
    ProfilePrice,
)
from records.leads import Verdict

__all__ = ["A18_BAD", "A18_OK", "C09_ACT", "C13_BAD", "C13_OK", "C18_BAD", "C18_OK", "C19_ACT"]

_AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
_URL = "https://shop.example/goods/1"
_SUSPECTED, _EXCLUDED, _UNDETERMINED = Verdict.SUSPECTED, Verdict.EXCLUDED, Verdict.UNDETERMINED


def _met(text: str, verdict: Verdict | None, **facts: object) -> ActExample:
    act = {"act_id": "act_1", "url": _URL, "started_at": _AT, "finished_at": _AT, **facts}
    return ActExample(text=text, verdict=verdict, act=ActVisit.model_validate(act))


def _layer(text: str = "双11狂欢 红包限时领取", **facts: object) -> list[PopupTry]:
    return [PopupTry.model_validate({"text": text, **facts})]


def _option(label: str, price_fen: int | None = None) -> list[OptionSeen]:
    return [OptionSeen(label=label, price_fen=price_fen, url=_URL)]


def _clock(first: int, *later: tuple[float, int], ticks: bool = True, cached: bool = False) -> list[CountdownTry]:
    return [CountdownTry(words="距活动结束", first_seconds=first, ticks=ticks, later=later, cached=cached)]


A18_BAD = (
    _met("广告弹窗没有关闭标志", _SUSPECTED, popups=_layer()),
    _met("五秒后才出现关闭标志", _SUSPECTED, popups=_layer(mark="×", mark_after_seconds=5.0, clicks=1, closed=True)),
    _met("须点击两次才能关闭", _SUSPECTED, popups=_layer(mark="关闭", clicks=2, closed=True)),
    _met("点关闭标志打开了广告页", _SUSPECTED, popups=_layer(mark="×", clicks=1, led_away=True)),
    _met("关闭后同一页面继续弹出", _SUSPECTED, popups=_layer(mark="×", clicks=1, closed=True, again=True)),
    _met("关闭标志点了三次仍不能关闭", _SUSPECTED, popups=_layer(mark="×", clicks=3)),
    _met("关闭标志小到看不清", _SUSPECTED, popups=_layer(mark="×", clicks=1, closed=True, faint=True)),
)
A18_OK = (
    _met("一键关闭", None, popups=_layer(mark="×", clicks=1, closed=True)),
    _met("没有弹窗", None),
    _met("隐私政策告知弹窗没有关闭标志", _EXCLUDED, popups=_layer("为保护您的隐私，请阅读隐私政策")),
    _met(
        "年龄确认弹窗", _EXCLUDED, popups=_layer("本站售酒，请确认您已年满 18 周岁", mark="确认", clicks=2, closed=True)
    ),
    _met("登录提示不能关闭", _UNDETERMINED, popups=_layer("请输入手机号登录")),
    _met("弹窗只有一张图，看不出是否广告", _UNDETERMINED, popups=_layer("")),
    _met("点关闭时页面想发送数据而被拦下", _UNDETERMINED, popups=_layer(mark="×", clicks=3), unreached=[HELD_BACK]),
    _met("页面打不开", _UNDETERMINED, failure="服务器答复 503"),
)

C13_BAD = (
    _met("默认勾选碎屏险 19.9 元", _SUSPECTED, options=_option("加购碎屏险 ¥19.90/年", 1990)),
    _met("默认勾选延长保修", _SUSPECTED, options=_option("延长保修一年 99元", 9900)),
    _met("默认勾选会员月卡", _SUSPECTED, options=_option("开通超级会员月卡 ¥15", 1500)),
    _met("默认勾选公益捐款", _SUSPECTED, options=_option("公益捐款 1元", 100)),
    _met("默认勾选礼盒包装费", _SUSPECTED, options=_option("礼盒包装服务 ¥8.00", 800)),
)
C13_OK = (
    _met("没有勾选任何选项", None),
    _met("默认勾选商品规格", None, options=_option("白色 500ml ¥99", 9900)),
    _met("默认勾选阅读协议", None, options=_option("我已阅读并同意会员服务协议")),
    _met("运费险免费赠送", _EXCLUDED, options=_option("运费险 商家赠送 ¥0", 0)),
    _met("默认选中不需要保险", None, options=_option("不需要碎屏险")),
    _met("默认勾选保障服务而未标价", _UNDETERMINED, options=_option("商品保障服务")),
    _met("结算页打不开", _UNDETERMINED, failure="需要登录、验证或被拦截：请登录"),
)

C18_BAD = (
    _met("两次重新打开倒计时都回到 30 分钟", _SUSPECTED, countdowns=_clock(1798, (6.0, 1799), (12.0, 1798))),
    _met("每位访客都剩 59 秒", _SUSPECTED, countdowns=_clock(59, (7.0, 58), (14.0, 59))),
    _met("每次打开都剩 3 小时", _SUSPECTED, countdowns=_clock(10_800, (6.0, 10_800), (13.0, 10_799))),
)
C18_OK = (
    _met("倒计时随时间减少", None, countdowns=_clock(1798, (6.0, 1792))),
    _met("页面没有倒计时", None),
    _met("应答来自缓存", _UNDETERMINED, countdowns=_clock(1798, (6.0, 1798), (12.0, 1798), cached=True)),
    _met("再次打开没有读到倒计时", _UNDETERMINED, countdowns=_clock(1798)),
    _met("只有一次回到原数", _UNDETERMINED, countdowns=_clock(1798, (6.0, 1798), (12.0, 1786))),
    _met(
        "显示的时间不走动，未必是倒计时", _UNDETERMINED, countdowns=_clock(1798, (6.0, 1798), (12.0, 1798), ticks=False)
    ),
)


def _asked(detail: int, total: int | None, shipping: int | None, pieces: int | None = 1) -> PriceSeen:
    return PriceSeen(
        detail_fen=detail,
        checkout_url="https://shop.example/checkout",
        total_fen=total,
        shipping_fen=shipping,
        pieces=pieces,
    )


C09_ACT = (
    _met("详情页 99 元，结算页应付 129 元，包邮", _SUSPECTED, prices=_asked(9900, 12900, 0)),
    _met("差额就是标明的运费", _EXCLUDED, prices=_asked(9900, 10900, 1000)),
    _met("结算两件", _UNDETERMINED, prices=_asked(9900, 19800, 0, 2)),
    _met("结算价与详情页一致", None, prices=_asked(9900, 9900, 0)),
    _met("没有能打开的结算页", None, prices=PriceSeen(detail_fen=9900)),
)


_NEW, _BACK, _IPHONE, _ANDROID = Profile.NEW, Profile.RETURNING, Profile.IPHONE, Profile.ANDROID


def _shown(*asked: tuple[Profile, int | None], **facts: object) -> list[ProfilePrice]:
    """Prices in yuan in the order of asking; `facts` are of those who were asked another price than the first."""
    first = asked[0][1]
    return [
        ProfilePrice.model_validate(
            {
                "profile": profile,
                "at": _AT + timedelta(seconds=20 * number),
                "title": "青石智能手环",
                "price_fen": None if price is None else price * 100,
                "problem": "" if price is not None else "服务器答复 503",
                **(facts if price != first else {}),
            }
        )
        for number, (profile, price) in enumerate(asked)
    ]


_ONCE_ROUND = ((_NEW, 99), (_BACK, 99), (_IPHONE, 99), (_ANDROID, 99), (_NEW, 99))
_BACK_DEARER = ((_NEW, 99), (_BACK, 109), (_IPHONE, 99), (_ANDROID, 99), (_NEW, 99), (_BACK, 109), (_NEW, 99))
_PHONE_CHEAPER = ((_NEW, 99), (_BACK, 99), (_IPHONE, 99), (_ANDROID, 89), (_NEW, 99), (_ANDROID, 89), (_NEW, 99))
C19_ACT = (
    _met("回访者两次都见 109 元，新访客前后三次都见 99 元", _SUSPECTED, profiles=_shown(*_BACK_DEARER)),
    _met("安卓手机两次都便宜 10 元，页面没有说明", _SUSPECTED, profiles=_shown(*_PHONE_CHEAPER)),
    _met("各种访客价格相同", None, profiles=_shown(*_ONCE_ROUND)),
    _met("首页没有价格，未作比较", None),
    _met(
        "手机便宜，页面写明手机下单立减",
        _EXCLUDED,
        profiles=_shown(*_PHONE_CHEAPER, offers=("手机端下单立减10元",)),
    ),
    _met("前后两次以新访客打开价格不同", _UNDETERMINED, profiles=_shown((_NEW, 99), (_BACK, 109), (_NEW, 109))),
    _met(
        "回访者贵，再次打开又相同",
        _UNDETERMINED,
        profiles=_shown((_NEW, 99), (_BACK, 109), (_NEW, 99), (_BACK, 99), (_NEW, 99)),
    ),
    _met("手机访客的页面打不开", _UNDETERMINED, profiles=_shown((_NEW, 99), (_BACK, 99), (_IPHONE, None), (_NEW, 99))),
    _met("差额与另一规格的价格相同", _UNDETERMINED, profiles=_shown(*_PHONE_CHEAPER, variant_fen=(8900, 9900))),
    _met("只有手机一方显示售罄", _UNDETERMINED, profiles=_shown(*_PHONE_CHEAPER, sold_out=True)),
    _met("读到的是另一件商品", _UNDETERMINED, profiles=_shown(*_PHONE_CHEAPER, title="青石智能手环 青春版")),
    _met("应答来自缓存", _UNDETERMINED, profiles=_shown(*_BACK_DEARER, cached=True)),
)
