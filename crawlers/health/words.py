"""Chinese words the sentences of alarms are made of."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from records.survey import Outcome, PageKind

__all__ = ["KIND_WORDS", "OUTCOME_WORDS"]

KIND_WORDS: Mapping[PageKind, str] = MappingProxyType(
    {
        PageKind.HOME: "首页",
        PageKind.SHOP: "店铺页",
        PageKind.LICENCE: "亮照页",
        PageKind.LICENCE_IMAGE: "执照图片",
        PageKind.LIST: "列表页",
        PageKind.LISTING: "商品页",
        PageKind.REVIEWS: "评价页",
        PageKind.RULES: "规则页",
        PageKind.ARTICLE: "文章页",
        PageKind.FACET: "筛选页",
        PageKind.DETAIL_IMAGE: "商品图片",
        PageKind.OTHER: "其他页",
    }
)

OUTCOME_WORDS: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.READ: "已读取",
        Outcome.UNCHANGED: "无变化",
        Outcome.BLOCKED: "被拒绝访问",
        Outcome.CAPTCHA: "要求验证码",
        Outcome.LOGIN: "要求登录",
        Outcome.SOFT_404: "页面已失效",
        Outcome.NOT_FOUND: "页面不存在",
        Outcome.SERVER_ERROR: "站点出错",
        Outcome.TIMEOUT: "超时",
        Outcome.TOO_LARGE: "内容过大",
        Outcome.NOT_TEXT: "不是网页",
        Outcome.ADDRESS_REFUSED: "地址不予访问",
        Outcome.ROBOTS_REFUSED: "robots.txt 不允许",
        Outcome.BROWSER_AWAY: "缺少浏览器",
        Outcome.EMPTY: "空页面",
        Outcome.LEFT_OUT: "同类过多未访问",
        Outcome.FAILED: "访问失败",
    }
)
