"""The columns of a table of targets: what each is called, what may stand in it, and how it is written and read.

A cell that is blank says nothing (the field stays as it is); a dash clears it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from records.errors import InvalidInputError, RefusedError
from records.survey import Carrier, Target
from wangjian.targets.cadence import NO_CADENCE, Cadence, cadence_in_words, read_cadence
from wangjian.targets.wishes import (
    BROWSER_WORDS,
    KIND_WORDS,
    STATE_WORDS,
    TargetWish,
    authorisation_of,
    authorisation_parts,
    family_names,
    hours_in_words,
    plain_text,
    read_canaries,
    read_family,
    read_hours,
    read_region,
)

__all__ = ["COLUMNS", "ID_COLUMN", "Column", "RowProblem", "column_of_heading", "row_of", "wish_of"]

_Word = TypeVar("_Word")
_MEGABYTE = 1_000_000
_CLEARED = frozenset(("-", "—", "－", "无", "(空)", "（空）"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `choices` become a drop-down; `other_names` are headings read as this one."""

    heading: str
    meaning: str
    example: str = ""
    choices: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    width: int = 14


ID_COLUMN = "对象编号"
_PARTS_OF_AUTHORISATION = ("授权案号", "授权人员", "授权理由")

COLUMNS: tuple[Column, ...] = (
    Column(
        heading=ID_COLUMN, meaning="由系统给出，新增时留空；改已有对象时照抄导出表", width=28, other_names=("编号",)
    ),
    Column(
        heading="名称", meaning="留空则用主机名", example="示例茶叶店", width=24, other_names=("对象名称", "店铺名称")
    ),
    Column(
        heading="网址", meaning="入口网址，必填；几个网址分行写", example="https://example.cn/", width=40,
        other_names=("入口", "入口网址", "网站", "网店网址", "链接", "URL"),
    ),
    Column(heading="类型", meaning="是平台、网店还是网站", example="网站", choices=tuple(KIND_WORDS.values())),
    Column(heading="载体", meaning="网络交易的载体", example="网站", choices=tuple(Carrier)),
    Column(heading="范围", meaning="除入口网站外也属于它的网址前缀，分行写", example="https://m.example.cn/", width=30),
    Column(heading="页面族", meaning="按哪种页面读取；留空由程序辨认", choices=family_names()),
    Column(heading="浏览器", meaning="何时用浏览器打开网页", example="需要时", choices=tuple(BROWSER_WORDS.values())),
    Column(heading="间隔秒", meaning="同一主机两次访问至少相隔几秒", example="1", other_names=("间隔（秒）", "间隔")),
    Column(heading="并发", meaning="同时进行的请求数，1–16", example="1"),
    Column(heading="每次页数", meaning="一次采集最多读几页", example="5000", other_names=("页数上限",)),
    Column(heading="每次流量MB", meaning="一次采集最多下载多少兆字节", example="5000"),
    Column(heading="单页上限MB", meaning="一个网页最多多少兆字节", example="5"),
    Column(heading="每日页数", meaning="一天内最多请求几次，跨多次采集合计；0 为不限", example="0"),
    Column(heading="允许时段", meaning="北京时间，可跨夜；留空为全天", example="08:00-12:00,22:00-06:00", width=26),
    Column(
        heading="周期", meaning="每天 03:30、每周一 03:30、每月1日 03:30、自适应、自适应 6-336（小时），或五段 cron",
        example="每天 03:30", width=18,
    ),
    Column(heading="授权案号", meaning="越过 robots.txt 的授权：案号、人员、理由三项须齐备；没有的全部留空", width=20),
    Column(heading="授权人员", meaning="同上"),
    Column(heading="授权理由", meaning="同上", width=24),
    Column(heading="地区代码", meaning="行政区划代码，2 至 12 位数字", example="330106", other_names=("地区",)),
    Column(heading="试读页", meaning="真值已知的网页，JSON；一般由程序导出，照抄即可", width=20),
    Column(heading="备注", meaning="任意文字", width=30),
    Column(heading="状态", meaning="监测中、暂停、已移出", example="监测中", choices=tuple(STATE_WORDS.values())),
)  # fmt: skip


class RowProblem(Exception):  # collected for the sender, never seen as an error
    """What is wrong with a row: (column, reason) pairs in Chinese."""

    def __init__(self, *problems: tuple[str, str]) -> None:
        super().__init__(problems)
        self.problems = problems


def column_of_heading(heading: str) -> str:
    """The column a heading of a file stands for; empty for one that is none of ours.

    >>> column_of_heading("入口 网址*"), column_of_heading("单页上限mb"), column_of_heading("电话")
    ('网址', '单页上限MB', '')
    """
    return _BY_HEADING.get(_folded(heading), "")


def row_of(target: Target, cadence: Cadence) -> dict[str, str]:
    """A target as the cells of a row, in the order of COLUMNS."""
    case_no, officer, reason = authorisation_parts(target.authorisation)
    cells = (
        target.target_id,
        target.name,
        "\n".join(target.seeds),
        KIND_WORDS[target.kind],
        target.carrier.value,
        "\n".join(target.scope),
        target.family or "",
        BROWSER_WORDS[target.browser],
        f"{target.delay_seconds:g}" if float(f"{target.delay_seconds:g}") == target.delay_seconds
        else repr(target.delay_seconds),
        str(target.concurrency),
        str(target.max_pages),
        _megabytes(target.max_bytes),
        _megabytes(target.max_body_bytes),
        str(target.daily_pages),
        hours_in_words(target.allowed_hours),
        cadence_in_words(cadence),
        case_no,
        officer,
        reason,
        target.region_code,
        f"[{','.join(canary.model_dump_json(exclude_defaults=True) for canary in target.canaries)}]"
        if target.canaries
        else "",
        target.note,
        STATE_WORDS[target.state],
    )  # fmt: skip
    return dict(zip((column.heading for column in COLUMNS), cells, strict=True))


def wish_of(cells: Mapping[str, str], *, as_kept: Mapping[str, str] | None) -> TargetWish:
    """What a row wants.

    Args:
        cells: By column; columns the file does not have are absent.
        as_kept: The row the target would be exported as now; None for a new one. Cells that say the same are passed
            over, so that what was exported comes back as nothing to do.

    Raises:
        RowProblem: Every cell that cannot be read, with the reason.
    """
    kept = as_kept or {}
    said = {name: text.strip() for name, text in cells.items() if text.strip()}
    said = {name: text for name, text in said.items() if text != kept.get(name, "").strip()}
    wish, problems = TargetWish(), []
    for name, text in said.items():
        if (reader := _READERS.get(name)) is None:
            continue
        try:
            wish = replace(wish, **reader("" if text in _CLEARED else text))
        except (InvalidInputError, RefusedError) as exc:
            problems.append((name, str(exc)))
    if any(name in said for name in _PARTS_OF_AUTHORISATION):
        merged = [said.get(name, kept.get(name, "")) for name in _PARTS_OF_AUTHORISATION]
        try:
            parts = ("" if part in _CLEARED else part for part in merged)
            wish = replace(wish, authorisation=authorisation_of(*parts))
        except InvalidInputError as exc:
            problems.append((next(name for name in _PARTS_OF_AUTHORISATION if name in said), str(exc)))
    if problems:
        raise RowProblem(*problems)
    return wish


def _seeds(text: str) -> dict[str, Any]:
    found = tuple(part for part in re.split(r"[\s，；;]+", text) if part)
    if not found:
        raise InvalidInputError("网址不能清空", cure="至少一个入口网址")
    return {"seeds": found}


def _whole(field: str, *, least: int, most: int) -> Callable[[str], dict[str, Any]]:
    def read(text: str) -> dict[str, Any]:
        number = _number(text)
        if number != number.to_integral_value() or not least <= number <= most:
            raise InvalidInputError(f"应为 {least} 至 {most} 的整数：{text[:40]}")
        return {field: int(number)}

    return read


def _size(field: str) -> Callable[[str], dict[str, Any]]:
    def read(text: str) -> dict[str, Any]:
        number = _number(re.sub(r"(?i)\s*(?:mb|兆字?节?)$", "", text)) * _MEGABYTE
        if number != number.to_integral_value() or not 1 <= number <= 10**12:
            raise InvalidInputError(f"应为兆字节数，大于 0、不超过 1000000：{text[:40]}")
        return {field: int(number)}

    return read


def _delay(text: str) -> dict[str, Any]:
    number = _number(re.sub(r"\s*秒$", "", text))
    if not 0 <= number <= 3600:
        raise InvalidInputError(f"应为 0 至 3600 秒：{text[:40]}")
    return {"delay_seconds": float(number)}


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation as exc:
        raise InvalidInputError(f"不是数字：{text[:40]}") from exc
    if not number.is_finite():
        raise InvalidInputError(f"不是数字：{text[:40]}")
    return number


def _one_of(field: str, words: Mapping[_Word, str]) -> Callable[[str], dict[str, Any]]:
    def read(text: str) -> dict[str, Any]:
        for value, word in words.items():
            if text in (word, str(value)):
                return {field: value}
        raise InvalidInputError(f"没有“{text[:40]}”这一项", cure=f"可填：{'、'.join(words.values())}")

    return read


def _cadence(text: str) -> dict[str, Any]:
    return {"cadence": read_cadence(text) if text else NO_CADENCE}


def _digits(text: str) -> str:
    """A code the spreadsheet took for a number."""
    return text.removesuffix(".0") if re.fullmatch(r"\d+\.0", text) else text


_READERS: dict[str, Callable[[str], dict[str, Any]]] = {
    "名称": lambda text: {"name": plain_text(text, longest=200)},
    "网址": _seeds,
    "类型": _one_of("kind", KIND_WORDS),
    "载体": _one_of("carrier", {carrier: carrier.value for carrier in Carrier}),
    "范围": lambda text: {"scope": tuple(part for part in re.split(r"[\s，；;]+", text) if part)},
    "页面族": lambda text: {"family": read_family(text)},
    "浏览器": _one_of("browser", BROWSER_WORDS),
    "间隔秒": _delay,
    "并发": _whole("concurrency", least=1, most=16),
    "每次页数": _whole("max_pages", least=1, most=1_000_000),
    "每次流量MB": _size("max_bytes"),
    "单页上限MB": _size("max_body_bytes"),
    "每日页数": _whole("daily_pages", least=0, most=10_000_000),
    "允许时段": lambda text: {"allowed_hours": read_hours(text) if text else ()},
    "周期": _cadence,
    "地区代码": lambda text: {"region_code": read_region(_digits(text))},
    "试读页": lambda text: {"canaries": read_canaries(text)},
    "备注": lambda text: {"note": plain_text(text)},
    "状态": _one_of("state", STATE_WORDS),
}


def _megabytes(size_bytes: int) -> str:
    return f"{Decimal(size_bytes) / _MEGABYTE:f}"


def _folded(heading: str) -> str:
    return re.sub(r"[\s*＊:：]+", "", heading).casefold()


_BY_HEADING = {_folded(name): column.heading for column in COLUMNS for name in (column.heading, *column.other_names)}
