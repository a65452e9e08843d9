"""`wangjian search`, `wangjian searches …`, `wangjian index …`: search everything, keep searches, mind the index."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from typing import Annotated
from urllib.parse import quote

import typer

from records.base import stable_id
from records.errors import AwayError, ExitCode, InvalidInputError, NotFoundError
from records.ports import Services
from records.saved_searches import SavedSearch
from records.search import Facet, SearchHit, SearchInterval, SearchKind, SearchQuery, SearchResult, SearchSort
from records.search_syntax import parse_query
from wangjian.cli.options import AsJson, DataDir, emit, emit_rows, opened, say
from wangjian.indexing import catch_up, index_state, rebuild

__all__ = ["add_to", "facet_filters", "index_rebuild", "index_status", "index_update", "refreshed"]

_PLACES = {f"{kind.value}s": kind for kind in SearchKind}
_TITLES = {
    SearchKind.LEAD: "线索", SearchKind.SHOP: "网店", SearchKind.LISTING: "商品",
    SearchKind.FINDING: "规则发现", SearchKind.PAGE: "网页",
}  # fmt: skip
_IN_A_ROW = 24

Place = Annotated[str, typer.Option("--in", help=f"在哪里找：{' | '.join(_PLACES)}")]
Filters = Annotated[list[str] | None, typer.Option("--facet", metavar="字段=值", help="如 rule=A01，可重复")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=200)]
Owner = Annotated[str, typer.Option("--owner", help="所有人；不填用系统账户名")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("search", help="检索线索、规则发现、商品、网店、网页")(search)
    kept = typer.Typer(help="保存的检索与新线索提醒", no_args_is_help=True)
    kept.command("save", help="保存一个检索")(searches_save)
    kept.command("list", help="列出保存的检索")(searches_list)
    kept.command("run", help="再做一次保存的检索")(searches_run)
    kept.command("alerts", help="保存的检索遇到的新线索")(searches_alerts)
    kept.command("delete", help="删除保存的检索")(searches_delete)
    app.add_typer(kept, name="searches")
    index = typer.Typer(help="检索索引", no_args_is_help=True)
    index.command("rebuild", help="由记录重建索引；建成之前旧索引照常应答")(index_rebuild)
    index.command("status", help="索引落后记录多少")(index_status)
    index.command("update", help="补上尚未索引的记录")(index_update)
    app.add_typer(index, name="index")


def search(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="词语与条件，如：(玛咖 或 人参) 非 食品 地区:33")] = "",
    place: Place = "leads",
    facet: Filters = None,
    sort: Annotated[SearchSort, typer.Option("--sort", help="次序")] = SearchSort.PRIORITY,
    histogram: Annotated[SearchInterval | None, typer.Option("--by", help="按日、周、月、年计数")] = None,
    after: Annotated[str, typer.Option("--after", help="上一页给出的 next_cursor")] = "",
    limit: Limit = 20,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Everything that fits, with the counts of each facet and a way into the page."""
    query = SearchQuery(
        kind=_kind(place),
        text=text,
        filters=facet_filters(facet or []),
        count_facets=tuple(Facet),
        histogram=histogram,
        sort=sort,
        limit=limit,
        after=after,
    )
    parse_query(text)  # a mistake is told before anything is opened
    with opened(data_dir) as services:
        result = refreshed(services, query)
    return _shown(query, result, as_json=as_json)


def searches_save(
    name: Annotated[str, typer.Argument(metavar="NAME", help="名称")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="词语与条件")],
    facet: Filters = None,
    shared: Annotated[bool, typer.Option("--shared", help="全局可用；不加则仅本人")] = False,
    no_alert: Annotated[bool, typer.Option("--no-alert", help="有新线索符合时不提醒")] = False,
    owner: Owner = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Keep a search of leads; saving under a name of one's own again changes it, and its alerts stay."""
    if not name.strip():
        raise InvalidInputError("名称是空的", cure="给检索起一个名称")
    parse_query(text)
    owner = owner or getpass.getuser()
    with opened(data_dir) as services:
        kept = SavedSearch(
            search_id=stable_id("search", owner, name),
            name=name,
            owner=owner,
            shared=shared,
            alerting=not no_alert,
            query=SearchQuery(kind=SearchKind.LEAD, text=text, filters=facet_filters(facet or [])),
            saved_at=services.clock(),
        )
        services.searches.save_search(kept)
    emit(kept, as_json=as_json, text=f"已保存“{name}”，此后的新线索符合时{'不' if no_alert else ''}提醒")
    return ExitCode.DONE


def searches_list(owner: Owner = "", data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """One's own and the shared ones, with how many alerts wait."""
    with opened(data_dir) as services:
        _up_to_date(services)
        rows = [
            {
                "search_id": kept.search_id,
                "name": kept.name,
                "owner": kept.owner,
                "shared": kept.shared,
                "alerting": kept.alerting,
                "text": kept.query.text,
                "unseen": len(services.searches.alerts(kept.search_id, unseen=True)),
            }
            for kept in services.searches.searches(owner or getpass.getuser())
        ]
    columns = {"name": "名称", "owner": "所有人", "shared": "全局", "text": "检索式", "unseen": "未看提醒"}
    emit_rows(rows, as_json=as_json, columns=columns, empty="还没有保存的检索")
    return ExitCode.DONE


def searches_run(
    name: Annotated[str, typer.Argument(metavar="NAME", help="名称或编号")],
    limit: Limit = 20,
    owner: Owner = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """The same question asked of what is there now."""
    with opened(data_dir) as services:
        kept = _named(services, name, owner)
        query = kept.query.model_copy(update={"limit": limit, "count_facets": tuple(Facet)})
        result = refreshed(services, query)
    return _shown(query, result, as_json=as_json)


def searches_alerts(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="名称或编号；不填则全部")] = "",
    every: Annotated[bool, typer.Option("--all", help="看过的也列出")] = False,
    owner: Owner = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """New leads since the owner's last look; the owner's looking marks them as seen."""
    with opened(data_dir) as services:
        _up_to_date(services)
        kept = [_named(services, name, owner)] if name else services.searches.searches(owner or getpass.getuser())
        rows = []
        for one in kept:
            for alert in services.searches.alerts(one.search_id, unseen=not every):
                rows.append({"search": one.name, **alert.model_dump(mode="json")})
            if one.owner == (owner or getpass.getuser()):  # another's look at a shared search takes nothing from them
                services.searches.mark_seen(one.search_id, services.clock())
    columns = {"search": "检索", "lead_id": "线索", "title": "标题", "at": "发现时间"}
    emit_rows(rows, as_json=as_json, columns=columns, empty="没有新线索")
    return ExitCode.DONE if rows else ExitCode.NO


def searches_delete(
    name: Annotated[str, typer.Argument(metavar="NAME", help="名称或编号")],
    owner: Owner = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """With its alerts; only one's own."""
    with opened(data_dir) as services:
        kept = _named(services, name, owner)
        if kept.owner != (owner or getpass.getuser()):
            raise InvalidInputError(f"“{kept.name}”是 {kept.owner} 保存的，只有本人能删", cure="请其本人删除")
        services.searches.delete_search(kept.search_id)
    emit(kept, as_json=as_json, text=f"已删除“{kept.name}”")
    return ExitCode.DONE


def index_rebuild(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Make the index again from the records; the old one answers until the new is whole."""
    with opened(data_dir) as services:
        count = rebuild(services)
        document, text = {"documents": count}, f"索引已重建，{count} 份"
        if services.register_index is not None:
            entities = services.register_index.rebuild_index()
            document, text = {**document, "entities": entities}, f"{text}；登记库检索索引已重建，{entities} 户"
    emit(document, as_json=as_json, text=text)
    return ExitCode.DONE


def index_status(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """How far the index is behind the records, and whether it answers."""
    with opened(data_dir) as services:
        state = index_state(services)
    rows = {kind.value: {"held": state.held.get(kind), "waiting": state.waiting.get(kind, 0)} for kind in SearchKind}
    lag = sum(state.waiting.values())
    lines = [f"待索引 {lag} 份" if lag else "索引与记录一致"]
    lines += [
        f"{_TITLES[kind]}：索引 {'不明' if row['held'] is None else row['held']}，待索引 {row['waiting']}"
        for kind, row in zip(SearchKind, rows.values(), strict=True)
    ]
    if state.elsewhere:
        lines.append(f"其中 {state.elsewhere} 个网页的正文尚在采集它的机器上，交出后自动补上")
    if state.problem:
        lines.append(f"{state.problem}（{state.cure}）记录仍在，未丢失")
    document = {
        "answers": not state.problem,
        "lag": lag,
        "elsewhere": state.elsewhere,
        "kinds": rows,
        "problem": state.problem,
        "cure": state.cure,
    }
    emit(document, as_json=as_json, text="\n".join(lines))
    return ExitCode.AWAY if state.problem else ExitCode.DONE


def index_update(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Bring the index up to the records, pages too; what `serve` does when idle."""
    with opened(data_dir) as services:
        taken = catch_up(services, kinds=tuple(SearchKind))
        elsewhere = services.outbox.aside()
    left = f"；{elsewhere} 个网页的正文尚在采集它的机器上，交出后自动补上" if elsewhere else ""
    emit({"documents": taken, "elsewhere": elsewhere}, as_json=as_json, text=f"已补索引 {taken} 份{left}")
    return ExitCode.DONE


def refreshed(services: Services, query: SearchQuery) -> SearchResult:
    """The answer of an index that was brought up to the records of the kind asked for.

    Raises:
        StoreAwayError: The index does not answer.
    """
    catch_up(services, kinds=(query.kind,))
    return services.index.search(query)


def facet_filters(words: Sequence[str]) -> dict[Facet, tuple[str, ...]]:
    """`字段=值` of the command line.

    Raises:
        InvalidInputError: No such field; the known ones are named.
    """
    chosen: dict[Facet, tuple[str, ...]] = {}
    for word in words:
        name, separator, value = word.partition("=")
        if not separator or name not in set(Facet):
            known = "、".join(facet.value for facet in Facet)
            raise InvalidInputError(f"筛选条件不对：{word}", cure=f"写成 字段=值，字段有 {known}")
        chosen[Facet(name)] = (*chosen.get(Facet(name), ()), value)
    return chosen


def _up_to_date(services: Services) -> None:
    """Alerts need no index: they are written before it is asked."""
    try:
        catch_up(services, kinds=(SearchKind.LEAD,))
    except AwayError as exc:
        say(f"{exc}；提醒不受影响")


def _kind(place: str) -> SearchKind:
    if place not in _PLACES:
        raise InvalidInputError(f"没有“{place}”可检索", cure=f"--in 可用 {'、'.join(_PLACES)}")
    return _PLACES[place]


def _named(services: Services, name: str, owner: str) -> SavedSearch:
    owner = owner or getpass.getuser()
    known = services.searches.searches(owner)
    found = [one for one in known if name in (one.search_id, one.name)]
    found.sort(key=lambda one: one.owner != owner)  # one's own first
    if not found:
        raise NotFoundError(f"没有保存的检索“{name}”", cure="运行 wangjian searches list 查看")
    return found[0]


def _shown(query: SearchQuery, result: SearchResult, *, as_json: bool) -> int:
    hits = [{**hit.model_dump(mode="json"), "place": _place(hit)} for hit in result.hits]
    facets = {facet: counts for facet, counts in result.facets.items() if counts}
    if as_json:
        document = {
            "kind": query.kind.value,
            "total": result.total,
            "hits": hits,
            "facets": facets,
            "histogram": result.histogram,
            "next_cursor": result.next_cursor,
        }
        emit(document, as_json=True, text="")
        return ExitCode.DONE if result.total else ExitCode.NO
    rows = [
        {"doc_id": hit.doc_id, "title": hit.title, "found": _marked(hit), "place": _place(hit)} for hit in result.hits
    ]
    columns = {"doc_id": _TITLES[query.kind], "title": "标题", "found": "命中", "place": "位置"}
    emit_rows(rows, as_json=False, columns=columns, empty=f"没有符合的{_TITLES[query.kind]}")
    for column in result.histogram:
        typer.echo(f"{column.value}  {column.count}")
    say(f"共 {result.total} 条" + (f"；下一页：--after {result.next_cursor}" if result.next_cursor else ""))
    return ExitCode.DONE if result.total else ExitCode.NO


def _marked(hit: SearchHit) -> str:
    """The first piece with its hits in brackets."""
    if not hit.highlights:
        return ""
    piece, shown, at = hit.highlights[0], "", 0
    for start, end in piece.hits:
        shown += f"{piece.text[at:start]}【{piece.text[start:end]}】"
        at = end
    return " ".join((shown + piece.text[at:]).split())


def _place(hit: SearchHit) -> str:
    """The page, scrolled to the words by the browser (a text fragment)."""
    if not hit.url or not hit.highlights:
        return hit.url
    piece = hit.highlights[0]
    start, end = piece.hits[0]
    return f"{hit.url}#:~:text={quote(piece.text[start:end][:_IN_A_ROW], safe='')}"
