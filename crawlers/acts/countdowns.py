"""C18: countdowns, read as the visitor reads them, at the first load and at later ones.

Law: 《网络交易监督管理办法》第十四条.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Page

__all__ = ["Clock", "clocks_in", "clocks_on"]

_MOST = 3
_BREAK = re.compile(r"\s+")
_CLOCK = re.compile(
    r"(?P<words>(?:距|倒计时|剩余|还剩|仅剩|即将结束|后结束|限时|秒杀|抢购)[^\d]{0,16}?)"
    r"(?:(?P<days>\d{1,3})天)?(?P<hours>\d{1,2})(?::|：|小?时)(?P<minutes>\d{1,2})(?::|：|分钟?)(?P<seconds>\d{1,2})秒?"
    r"|(?P<short>(?:距|倒计时|剩余|还剩|仅剩|限时)[^\d]{0,16}?)(?P<m>\d{1,2})(?::|：|分钟?)(?P<s>\d{1,2})秒?(?![:：\d])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A countdown as it reads: the words before it, and what is left in seconds."""

    words: str
    seconds: int


def clocks_in(text: str) -> tuple[Clock, ...]:
    """Countdowns in what a page says, in its order.

    >>> clocks_in("距活动结束 00:29:58 抢购")
    (Clock(words='距活动结束', seconds=1798),)
    >>> clocks_in("限时特惠 仅剩 05分30秒")
    (Clock(words='限时特惠仅剩', seconds=330),)
    """
    found = []
    for clock in _CLOCK.finditer(_BREAK.sub("", text)):
        days, hours, minutes, seconds = (int(clock[name] or 0) for name in ("days", "hours", "minutes", "seconds"))
        if clock["short"]:
            hours, minutes, seconds = 0, int(clock["m"]), int(clock["s"])
        words = (clock["words"] or clock["short"])[-20:].rstrip(":：")
        found.append(Clock(words=words, seconds=((days * 24 + hours) * 60 + minutes) * 60 + seconds))
    return tuple(found[:_MOST])


def clocks_on(page: Page) -> tuple[Clock, ...]:
    """Countdowns the page shows now. Raises playwright's Error as it comes."""
    return clocks_in(str(page.evaluate("() => document.body ? document.body.innerText.slice(0, 40000) : ''")))
