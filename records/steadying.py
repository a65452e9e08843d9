"""Text with what changes at every visit taken out: counters, clocks, countdowns. Two readings are compared by it.

What is told apart and what is not stands in docs/explanation/history.md; a price, a date of a licence or a number of
pieces in stock is never taken out.
"""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["steady"]

_COUNT = r"[\s:：（(]*[\d,.]{1,15}\s*(?:万|k|w)?\s*\+?"
_END = r"(?=$|[\s)）】|/,，。;；、·])"
_FLEETING = re.compile(
    # view counters: 浏览 123 次, 人气：4567, 1024 人浏览
    rf"(?:浏览|阅读|点击|访问|围观|人气|热度|关注|收藏|在线|pv|views?|hits?)(?:量|数|次数|人数|人次|度)?{_COUNT}"
    rf"(?:次|人次|人|度)?{_END}"
    rf"|(?<![\d,.])[\d,.]{{1,15}}\s*(?:万|w)?\+?\s*(?:人次?|次)\s*(?:已|正在)?\s*"
    rf"(?:浏览|阅读|点击|访问|围观|在看|在线|收藏|关注|views?|hits?){_END}"
    # the clock of the server: 当前时间, 今天是2026年11月21日 星期六, and bare times of day
    r"|(?:今天|今日|当前|现在|北京|系统|服务器)(?:时间|日期)?[是为:：\s]*"
    r"\d{2,4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?(?:\s*星期[一二三四五六日天])?"
    r"|(?<![\d:])\d{1,2}:\d{2}:\d{2}(?![\d:])"
    # relative times and countdowns: 3分钟前, 剩余02天03时04分05秒, 距结束 …
    r"|(?<!\d)\d{1,5}\s*(?:秒|分钟?|小时)(?:之?前|ago)(?!\d)"
    r"|(?:剩余?|还剩|距(?:离)?(?:活动)?(?:结束|开始|开抢)(?:还有|还剩)?|倒计时)[:：\s]*(?:\d{1,5}\s*(?:天|日|小?时|分钟?|秒|:|：)\s*){1,8}\d{0,5}"
    # how long the server took
    r"|(?:processed|generated|页面(?:执行|生成|加载)|执行)[^\n。]{0,20}?[\d.]+\s*(?:seconds?|秒|ms|毫秒|s\b)(?:[^\n。]{0,20}?\d+\s*(?:queries|次查询))?",
    re.IGNORECASE,
)
# What each way of saying it has in it: most lines have none of these, and are spared the long pattern.
_MAY_FLEET = re.compile(r"[浏阅点访围人热关收在今当现北系服前剩距倒页执pPvVhHgG]|:\d\d:")


_KEPT_LENGTH = 200


def steady(text: str) -> str:
    """The text as it is compared.

    >>> steady("龙井  茶 浏览 123 次"), steady("库存 12 件 ￥99.00")
    ('龙井 茶 ·', '库存 12 件 ￥99.00')
    >>> steady("距结束还有 01天02时03分04秒"), steady("注册日期 2019年3月2日")
    ('·', '注册日期 2019年3月2日')
    """
    folded = " ".join(text.split())
    if not _MAY_FLEET.search(folded):
        return folded
    return _steadied(folded) if len(folded) <= _KEPT_LENGTH else _FLEETING.sub("·", folded)


@lru_cache(4096)
def _steadied(folded: str) -> str:
    """Menus, footers and service terms stand on every page of a site: the long search is made once for each."""
    return _FLEETING.sub("·", folded)
