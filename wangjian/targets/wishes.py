"""What somebody wants of a target, as texts of an option or a cell read into values; every refusal says why."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import time
from typing import Any

from pydantic import ValidationError

from records.errors import InvalidInputError
from records.schedules import HoursWindow
from records.survey import BrowserPolicy, Canary, Carrier, TargetKind, TargetState
from wangjian.targets.cadence import Cadence

__all__ = [
    "BROWSER_WORDS",
    "KIND_WORDS",
    "STATE_WORDS",
    "TargetWish",
    "authorisation_of",
    "authorisation_parts",
    "family_names",
    "hours_in_words",
    "plain_text",
    "read_canaries",
    "read_family",
    "read_hours",
    "read_region",
]

KIND_WORDS = {
    TargetKind.PLATFORM: "平台",
    TargetKind.SHOP: "网店",
    TargetKind.SITE: "网站",
    TargetKind.MINI_SITE: "小程序站",
}
BROWSER_WORDS = {BrowserPolicy.NEVER: "从不", BrowserPolicy.WHEN_NEEDED: "需要时", BrowserPolicy.ALWAYS: "总是"}
STATE_WORDS = {TargetState.ACTIVE: "监测中", TargetState.PAUSED: "暂停", TargetState.RETIRED: "已移出"}

_HOURS = re.compile(r"^(\d{1,2})[:：](\d{2})\s*[-–—~至到]\s*(\d{1,2})[:：](\d{2})$")
_AUTHORISATION = re.compile(r"^案号：(?P<case>[^；]+)；人员：(?P<officer>[^；]+)；理由：(?P<reason>.+)$", re.DOTALL)
_REGION = re.compile(r"^(?:\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetWish:
    """What a target is to be; None leaves a field as it is (a new target gets the usual value).

    Attributes:
        seeds: Entry addresses as typed; the first tells which target is meant.
        replace_seeds: Whether these are all its entries, or are added to those it has.
    """

    seeds: tuple[str, ...] = ()
    replace_seeds: bool = False
    name: str | None = None
    kind: TargetKind | None = None
    carrier: Carrier | None = None
    scope: tuple[str, ...] | None = None
    family: str | None = None
    browser: BrowserPolicy | None = None
    max_pages: int | None = None
    max_bytes: int | None = None
    max_body_bytes: int | None = None
    delay_seconds: float | None = None
    concurrency: int | None = None
    daily_pages: int | None = None
    allowed_hours: tuple[HoursWindow, ...] | None = None
    authorisation: str | None = None
    region_code: str | None = None
    canaries: tuple[Canary, ...] | None = None
    clicks: tuple[str, ...] | None = None
    note: str | None = None
    state: TargetState | None = None
    cadence: Cadence | None = None


def plain_text(text: str, *, longest: int = 2000) -> str:
    """A text without control characters and outer blanks.

    Raises:
        InvalidInputError: Longer than `longest` signs.
    """
    kept = "".join(sign for sign in text if sign >= " " or sign in "\t\n").strip()
    if len(kept) > longest:
        raise InvalidInputError(f"文字过长：{len(kept)} 字，最多 {longest} 字")
    return kept


def read_hours(text: str) -> tuple[HoursWindow, ...]:
    """Hours of the day in Asia/Shanghai; over midnight when a span closes before it opens.

    Raises:
        InvalidInputError: No hours.

    >>> [str(window.opens) for window in read_hours("08:00-12:00,22:00-06:00")]
    ['08:00:00', '22:00:00']
    """
    windows: list[HoursWindow] = []
    for part in re.split(r"[,，;；、\s]+(?=\d)", text.strip()):
        found = _HOURS.match(part.strip())
        if not found:
            raise InvalidInputError(f"时段无法识别：{part[:40]}", cure="写成 08:00-12:00,22:00-06:00")
        numbers = [int(number) for number in found.groups()]
        try:
            opens, closes = (time(hour % 24 if minute == 0 and hour == 24 else hour, minute)
                             for hour, minute in (numbers[:2], numbers[2:]))  # fmt: skip
            windows.append(HoursWindow(opens=opens, closes=closes))
        except (ValueError, ValidationError) as exc:
            raise InvalidInputError(f"时段不成立：{part[:40]}", cure="起止不同，小时 0–24；全天请留空") from exc
    return tuple(dict.fromkeys(windows))


def hours_in_words(windows: tuple[HoursWindow, ...]) -> str:
    """As `read_hours` reads it again."""
    return ",".join(f"{window.opens:%H:%M}-{window.closes:%H:%M}" for window in windows)


def authorisation_of(case_no: str, officer: str, reason: str) -> str:
    """The recorded authorisation to read what robots.txt forbids: all three parts, or none of them (empty).

    Raises:
        InvalidInputError: Some of the three are missing, or a part holds the mark that separates them.
    """
    parts = [plain_text(part, longest=500) for part in (case_no, officer, reason)]
    if not any(parts):
        return ""
    missing = [word for word, part in zip(("案号", "人员", "理由"), parts, strict=True) if not part]
    if missing:
        raise InvalidInputError(
            f"授权须案号、人员、理由齐备，缺：{'、'.join(missing)}", cure="没有授权就三项都留空，按 robots.txt 采集"
        )
    if "；" in parts[0] + parts[1]:
        raise InvalidInputError("授权的案号与人员里不能有“；”", cure="多名人员用顿号隔开")
    return f"案号：{parts[0]}；人员：{parts[1]}；理由：{parts[2]}"


def authorisation_parts(text: str) -> tuple[str, str, str]:
    """Case number, officer and reason; one that was written otherwise is all reason."""
    found = _AUTHORISATION.match(text)
    return (found["case"], found["officer"], found["reason"]) if found else ("", "", text)


def family_names() -> tuple[str, ...]:
    """Families a target may name."""
    from crawlers.families.registry import FAMILIES, GENERAL  # they bring all that reads pages

    return (GENERAL, *FAMILIES)


def read_family(text: str) -> str:
    """A family's name; empty lets the pages tell.

    Raises:
        InvalidInputError: No such family.
    """
    if text and text not in family_names():
        raise InvalidInputError(f"没有页面族“{text[:40]}”", cure=f"可选：{'、'.join(family_names())}，或留空")
    return text


def read_region(text: str) -> str:
    """A division's number (GB/T 2260), 2 to 12 digits; empty for none.

    Raises:
        InvalidInputError: No such number can be.
    """
    if text and not _REGION.match(text):
        raise InvalidInputError(f"地区代码应为 2、4、6、9 或 12 位数字：{text[:40]}", cure="例如 330106")
    return text


def read_canaries(text: str) -> tuple[Canary, ...]:
    """Pages of known truth, as a JSON list.

    Raises:
        InvalidInputError: No such list.
    """
    if not text.strip():
        return ()
    try:
        found: Any = json.loads(text)
        return tuple(Canary.model_validate(item) for item in found)
    except (ValueError, TypeError, ValidationError, RecursionError) as exc:
        raise InvalidInputError(
            "试读页不是所要的 JSON", cure='例如 [{"url": "https://a.cn/g/1", "title": "龙井", "price_fen": 9900}]'
        ) from exc
