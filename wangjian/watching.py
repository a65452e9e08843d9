"""Watch lists: loaded from the tables offices send, looked for in everything stored and in everything new."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leads.normalising import Normaliser
from leads.rule_standing import known_rules
from leads.watching import Watcher, watch_key
from records.base import stable_id
from records.errors import InvalidInputError, NotFoundError
from records.market import Listing, Shop
from records.ports import Services
from records.watch_lists import WatchConfirmation, WatchHit, WatchItem, WatchKind, WatchList
from wangjian.targets.sheets import SheetRow, open_sheet

__all__ = [
    "HEADINGS",
    "Refused",
    "WatchImport",
    "confirm",
    "import_watch_list",
    "list_of_words",
    "retire",
    "shop_hits",
    "watch_stored",
]

HEADINGS = {
    "words": ("名称", "商品名称", "产品名称", "食品名称", "品名", "样品名称", "标称商标", "商标", "词", "关键词"),
    "more": ("别名", "又名", "俗称", "其他写法"),
    "also": ("生产者", "生产企业", "生产单位", "厂家", "标称生产企业名称", "型号", "规格型号", "同页须有"),
    "batches": ("批号", "生产批号", "批次", "生产日期", "生产日期/批号", "生产日期或批号"),
    "note": ("备注", "说明", "不合格项目", "原因"),
}
"""Headings understood for each part of an item; 规格 alone is not asked for, sellers write it in too many ways."""
_SEVERAL = re.compile(r"[、;；\n|]|(?<=\S)\s*/\s*(?=\S)")
_NOTHING = frozenset(("", "/", "-", "--", "—", "——", "无", "不详"))
_DAY = re.compile(r"^(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?$")
_DAY_FORMS = (
    "{0}{1:02}{2:02}",
    "{0}-{1:02}-{2:02}",
    "{0}.{1:02}.{2:02}",
    "{0}/{1:02}/{2:02}",
    "{0}年{1}月{2}日",
    "{0}年{1:02}月{2:02}日",
)
_MOST_ITEMS = 20_000
_SAVED_AT_ONCE = 500
_CURE = "用 wangjian watch template -o 名单.xlsx 得到样表"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A row that could not be taken, by its line in the file."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchImport:
    """What came of a file; `changed` is False when the newest version says the same already."""

    watched: WatchList
    changed: bool
    refused: tuple[Refused, ...]


def import_watch_list(
    services: Services, path: Path, *, title: str, kind: WatchKind, source: str, by: str
) -> WatchImport:
    """Load a table as a list, or as the next version of the list of that title.

    Raises:
        NotFoundError, InvalidInputError: As `open_sheet`; or no row can be taken, or there are too many.
    """
    items, refused = _items_of(path)
    if not items:
        first = f"（第 {refused[0].line} 行：{refused[0].reason}）" if refused else ""
        raise InvalidInputError(f"文件 {path.name} 没有一行可用{first}", cure=_CURE, path=str(path))
    made = WatchList(
        list_id=stable_id("watch", title), version=1, title=title, kind=kind, source=source, items=tuple(items),
        file_sha256=hashlib.sha256(path.read_bytes()).hexdigest(), imported_by=by, imported_at=services.clock(),
    )  # fmt: skip
    known = next((one for one in services.watch.watch_lists(retired=True) if one.list_id == made.list_id), None)
    if known is not None and _same(known, made):
        return WatchImport(watched=known, changed=False, refused=tuple(refused))
    made = made.model_copy(update={"version": known.version + 1 if known else 1})
    services.watch.save_list(made)
    return WatchImport(watched=made, changed=True, refused=tuple(refused))


def list_of_words(services: Services, words: Sequence[str]) -> WatchList:
    """A list that is not kept, for one look: any of these words.

    Raises:
        InvalidInputError: A word is too short.
    """
    normaliser = Normaliser()
    for word in words:
        watch_key(word, normaliser)
    item = WatchItem(item_id=stable_id("item", *words), words=tuple(words))
    return WatchList(
        list_id=stable_id("watch", *words), version=1, title="、".join(words), kind=WatchKind.PRODUCT, items=(item,),
        imported_by="", imported_at=services.clock(),
    )  # fmt: skip


def confirm(services: Services, list_id: str, *, rule_id: str, reason: str, article: str, by: str) -> WatchList:
    """Answer for a list: from now on what it meets are findings of that rule.

    Raises:
        NotFoundError: There is no such list or rule.
        InvalidInputError: The list is retired.
    """
    known = services.watch.watch_list(list_id)
    if known.retired:
        raise InvalidInputError(f"名单“{known.title}”已停用，不能确认", cure="再次导入即恢复")
    if rule_id not in {rule.rule_id for rule in known_rules(services)}:
        raise NotFoundError(f"没有规则 {rule_id[:40]}", cure="编号见 wangjian rules list", key=rule_id)
    made = WatchConfirmation(
        rule_id=rule_id, reason=reason.strip(), article=article.strip(), confirmed_by=by, confirmed_at=services.clock()
    )
    confirmed = known.model_copy(update={"version": known.version + 1, "confirmed": made})
    services.watch.save_list(confirmed)
    return confirmed


def retire(services: Services, list_id: str, *, by: str) -> WatchList:
    """Look for a list no more; it and what it met stay."""
    known = services.watch.watch_list(list_id)
    if known.retired:
        return known
    gone = known.model_copy(
        update={
            "version": known.version + 1,
            "retired": True,
            "confirmed": None,
            "imported_by": by,
            "imported_at": services.clock(),
        }
    )
    services.watch.save_list(gone)
    return gone


def shop_hits(watcher: Watcher, shop: Shop, listings: Iterable[Listing], *, now: datetime) -> Iterator[WatchHit]:
    """What a shop and its listings name, as they were read last."""
    yield from watcher.shop_hits(shop, now=now)
    for listing in listings:
        yield from watcher.listing_hits(listing, now=now)


def watch_stored(
    services: Services, lists: Sequence[WatchList], *, keep: bool = True, told: Callable[[int], None] | None = None
) -> tuple[tuple[WatchHit, ...], int]:
    """Look for lists in everything stored: every hit, and how many were new (none when they are not kept).

    Args:
        told: Given how many shops were looked at, each time another one was.
    """
    watcher = Watcher(lists)
    found: list[WatchHit] = []
    waiting: list[WatchHit] = []
    new = 0
    for count, shop in enumerate(services.survey.shops(), start=1):
        waiting += shop_hits(watcher, shop, services.survey.listings(shop.shop_id), now=services.clock())
        if keep and len(waiting) >= _SAVED_AT_ONCE:
            new += services.watch.save_hits(waiting)
        if not keep or len(waiting) >= _SAVED_AT_ONCE:
            found += waiting
            waiting = []
        if told is not None:
            told(count)
    new += services.watch.save_hits(waiting) if keep else 0
    return (*found, *waiting), new


def _items_of(path: Path) -> tuple[list[WatchItem], list[Refused]]:
    table = open_sheet(path, lambda row: "words" in _columns(row).values(), wanted="“名称”一列", cure=_CURE)
    columns, normaliser = _columns(table.headings), Normaliser()
    items: dict[str, WatchItem] = {}
    refused: list[Refused] = []
    for row in table.rows:
        if row.cells == table.headings:
            continue
        try:
            item = _item(row, columns, normaliser)
        except InvalidInputError as exc:
            refused.append(Refused(line=row.line, reason=exc.message))
            continue
        if item.item_id in items:
            refused.append(Refused(line=row.line, reason=f"与第 {items[item.item_id].line} 行相同"))
        items.setdefault(item.item_id, item)
        if len(items) > _MOST_ITEMS:
            raise InvalidInputError(f"文件 {path.name} 超过 {_MOST_ITEMS} 项，未导入", cure="分成几份名单")
    return list(items.values()), refused


def _item(row: SheetRow, columns: dict[int, str], normaliser: Normaliser) -> WatchItem:
    cells: dict[str, list[str]] = {}
    for number, name in columns.items():
        cell = row.cells[number].strip() if number < len(row.cells) else ""
        if cell not in _NOTHING:
            cells.setdefault(name, []).append(cell)
    words = [word for cell in (*cells.get("words", ()), *cells.get("more", ())) for word in _several(cell)]
    if not words:
        raise InvalidInputError("没有名称", cure="填写名称")
    also = [cell for cell in cells.get("also", ()) for cell in _several(cell)]
    for word in (*words, *also):
        watch_key(word, normaliser)
    batches = list(
        dict.fromkeys(shown for cell in cells.get("batches", ()) for one in _several(cell) for shown in _days(one))
    )
    return WatchItem(
        item_id=stable_id("item", *words, "同页", *also, "批号", *batches),
        words=tuple(words),
        also=tuple(also),
        batches=tuple(batches),
        note="；".join(cells.get("note", ())),
        line=row.line,
    )


def _days(batch: str) -> Iterable[str]:
    """A batch as written, and when it is a day, the ways a page writes days.

    >>> list(_days("2026-3-1"))
    ['2026-3-1', '20260301', '2026-03-01', '2026.03.01', '2026/03/01', '2026年3月1日', '2026年03月01日']
    """
    yield batch
    if found := _DAY.match(batch):
        year, month, day = (int(part) for part in found.groups())
        for shown in _DAY_FORMS:
            yield shown.format(year, month, day)


def _several(cell: str) -> list[str]:
    return [part.strip() for part in _SEVERAL.split(cell) if part.strip() and part.strip() not in _NOTHING]


def _columns(headings: Iterable[str]) -> dict[int, str]:
    """Parts of an item by the place of their column; of 名称 the first column counts."""
    found: dict[int, str] = {}
    for number, heading in enumerate(headings):
        shown = re.sub(r"[\s*＊（(].*$", "", heading.strip())
        name = next((name for name, known in HEADINGS.items() if shown in known), "")
        if name and not (name == "words" and "words" in found.values()):
            found[number] = name
    return found


def _same(known: WatchList, made: WatchList) -> bool:
    told = Counter(item.item_id for item in known.items)
    return (
        not known.retired
        and told == Counter(item.item_id for item in made.items)
        and (known.kind, known.source) == (made.kind, made.source)
    )
