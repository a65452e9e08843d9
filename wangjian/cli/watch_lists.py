"""`wangjian watch …`: watch lists (监控名单), and every shop selling a thing in one step."""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from records.errors import ExitCode, InvalidInputError
from records.ports import Services
from records.watch_lists import WatchCertainty, WatchHit, WatchKind, WatchList
from wangjian.cli.moments import moment
from wangjian.cli.options import AsJson, DataDir, emit, emit_rows, opened, say
from wangjian.watching import HEADINGS, confirm, import_watch_list, list_of_words, retire, watch_stored

__all__ = ["add_to"]

_KINDS = {
    "product": WatchKind.PRODUCT,
    "failing": WatchKind.FAILING,
    "mark": WatchKind.TRADEMARK,
    "banned": WatchKind.BANNED,
}
_SURE_FIRST = (
    WatchCertainty.SAME_BATCH,
    WatchCertainty.NAMED,
    WatchCertainty.BATCH_UNKNOWN,
    WatchCertainty.OTHER_BATCH,
)
_TEMPLATE = ("名称", "别名", "生产者", "批号", "备注")
_SHOPS_TOLD = 1000

By = Annotated[str, typer.Option("--by", help="经办人；不填用系统账户名")]
ListId = Annotated[str, typer.Argument(metavar="LIST", help="名单编号或标题，见 watch list")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    watch = typer.Typer(help="监控名单：召回、不合格、侵权与禁售商品", no_args_is_help=True)
    watch.command("import", help="导入一份名单（xlsx、csv），同名者为新版；随即在已采集的全部商品中查找")(watch_import)
    watch.command("list", help="列出名单")(watch_list)
    watch.command("show", help="一份名单的各项")(watch_show)
    watch.command("run", help="在已采集的全部商品中查找名单")(watch_run)
    watch.command("confirm", help="确认一份名单：此后命中按所列规则成为线索")(watch_confirm)
    watch.command("hits", help="名单的命中")(watch_hits)
    watch.command("find", help="一步找出售卖某物的全部网店，不保存名单")(watch_find)
    watch.command("retire", help="停用一份名单：名单与命中保留，不再查找")(watch_retire)
    watch.command("template", help="写出一张空的名单（csv）")(watch_template)
    app.add_typer(watch, name="watch")


def watch_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="xlsx 或 csv；须有“名称”一列，表头见 watch template")],
    title: Annotated[str, typer.Option("--title", help="标题；同一标题再次导入为新版，不填用文件名")] = "",
    kind: Annotated[str, typer.Option("--kind", help=f"种类：{' | '.join(_KINDS)}")] = "product",
    source: Annotated[str, typer.Option("--source", help="来源：公告文号、发布单位")] = "",
    by: By = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Load a list, then look for it in everything stored."""
    if kind not in _KINDS:
        raise InvalidInputError(
            f"没有种类 {kind}", cure="、".join(f"{key}（{value}）" for key, value in _KINDS.items())
        )
    with opened(data_dir) as services:
        done = import_watch_list(
            services,
            file,
            title=title.strip() or file.stem,
            kind=_KINDS[kind],
            source=source,
            by=by or getpass.getuser(),
        )
        for row in done.refused:
            say(f"第 {row.line} 行未导入：{row.reason}")
        hits, new = watch_stored(services, (done.watched,), told=_progress)
    said = f"第 {done.watched.version} 版，{len(done.watched.items)} 项" if done.changed else "与现有版本相同，未增版本"
    refused = [{"line": row.line, "reason": row.reason} for row in done.refused]
    emit(
        {"list_id": done.watched.list_id, "version": done.watched.version, "items": len(done.watched.items),
         "changed": done.changed, "refused": refused, "hits": len(hits), "new_hits": new},
        as_json=as_json,
        text=f"{done.watched.title}（{done.watched.list_id}）：{said}；未导入 {len(refused)} 行；"
        f"命中 {_counted(hits)}，其中新 {new} 处",
    )  # fmt: skip
    return ExitCode.PARTIAL if refused else ExitCode.DONE


def watch_list(
    retired: Annotated[bool, typer.Option("--all", help="连同已停用的")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Every list with what it met so far."""
    with opened(data_dir) as services:
        lists = services.watch.watch_lists(retired=retired)
        rows = [
            {
                "list_id": one.list_id,
                "title": one.title,
                "kind": one.kind.value,
                "version": one.version,
                "items": len(one.items),
                "source": one.source,
                "hits": sum(1 for _ in services.watch.hits(one.list_id)),
                "retired": one.retired,
                "confirmed": one.confirmed.rule_id if one.confirmed else "",
            }
            for one in lists
        ]
    columns = {
        "list_id": "编号", "title": "标题", "kind": "种类", "version": "版", "items": "项", "source": "来源",
        "hits": "命中", "confirmed": "已确认规则", "retired": "已停用",
    }  # fmt: skip
    emit_rows(rows, as_json=as_json, columns=columns, empty="还没有名单；用 wangjian watch import FILE 导入")
    return ExitCode.DONE


def watch_show(named: ListId, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """A list, item by item."""
    with opened(data_dir) as services:
        found = _found(services, named)
    if as_json:
        emit(found, as_json=True, text="")
        return ExitCode.DONE
    say(f"{found.title}：{found.kind.value}，第 {found.version} 版，来源 {found.source or '未注明'}")
    columns = {"words": "名称", "also": "同页须有", "batches": "批号", "note": "备注"}
    emit_rows([item.model_dump() for item in found.items], as_json=False, columns=columns, empty="")
    return ExitCode.DONE


def watch_run(
    named: Annotated[str, typer.Argument(metavar="[LIST]", help="名单编号或标题；不填查找全部名单")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Look in everything stored; what is new is kept."""
    with opened(data_dir) as services:
        lists = (_found(services, named),) if named else services.watch.watch_lists()
        if not lists:
            raise InvalidInputError("还没有名单", cure="用 wangjian watch import FILE 导入")
        hits, new = watch_stored(services, lists, told=_progress)
        _show(services, hits, as_json=as_json, extra={"new_hits": new})
    say(f"共 {len(hits)} 处，其中新 {new} 处")
    return ExitCode.DONE if hits else ExitCode.NO


def watch_confirm(  # options of a command
    named: ListId,
    rule: Annotated[str, typer.Option("--rule", help="按哪条规则成为线索，如 G21、G11 或本局自建规则")] = "G21",
    reason: Annotated[str, typer.Option("--reason", help="名单自身的事由，如 2026 年第 3 号公告召回")] = "",
    article: Annotated[
        str, typer.Option("--article", help="名单自身依据的条款；不填用规则的条款，填写的标为待核")
    ] = "",
    by: By = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """What the list meets becomes findings, of what is stored with the next judging."""
    with opened(data_dir) as services:
        signed = confirm(
            services, _found(services, named).list_id,
            rule_id=rule.upper(), reason=reason, article=article, by=by or getpass.getuser(),
        )  # fmt: skip
    text = f"已确认“{signed.title}”（第 {signed.version} 版）：命中按规则 {rule.upper()} 研判，下一次研判时成为线索"
    emit(signed, as_json=as_json, text=text)
    return ExitCode.DONE


def watch_hits(
    named: Annotated[str, typer.Argument(metavar="[LIST]", help="名单编号或标题；不填为全部")] = "",
    since: Annotated[str, typer.Option("--since", help="此时以后初次命中的，如 2026-03-01")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """What was met, newest first."""
    with opened(data_dir) as services:
        list_id = _found(services, named).list_id if named else ""
        after: datetime | None = moment(since) if since else None
        hits = tuple(services.watch.hits(list_id, since=after))
        _show(services, hits, as_json=as_json)
    return ExitCode.DONE if hits else ExitCode.NO


def watch_find(
    words: Annotated[list[str], typer.Argument(metavar="WORD…", help="名称，几种叫法可并列")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Every shop that names the thing, with who runs it and how many listings."""
    with opened(data_dir) as services:
        hits, _ = watch_stored(services, (list_of_words(services, words),), keep=False, told=_progress)
        by_shop: dict[str, list[WatchHit]] = {}
        for hit in hits:
            by_shop.setdefault(hit.shop_id, []).append(hit)
        rows = [_shop_row(services, shop_id, of_shop) for shop_id, of_shop in by_shop.items()]
    rows.sort(key=lambda row: (-int(str(row["listings"])), str(row["shop_id"])))
    columns = {"shop": "网店", "entity": "主体", "listings": "商品", "text": "其一", "url": "网址"}
    emit_rows(rows, as_json=as_json, columns=columns, empty=f"已采集的商品中未见{'、'.join(words)}")
    say(f"共 {len(rows)} 家网店")
    return ExitCode.DONE if rows else ExitCode.NO


def watch_retire(named: ListId, by: By = "", data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Look for it no more."""
    with opened(data_dir) as services:
        gone = retire(services, _found(services, named).list_id, by=by or getpass.getuser())
    emit(gone, as_json=as_json, text=f"已停用“{gone.title}”（第 {gone.version} 版）；再次导入即恢复")
    return ExitCode.DONE


def watch_template(
    output: Annotated[Path, typer.Option("-o", "--output", help="写到哪里，.xlsx 或 .csv")],
    as_json: AsJson = False,
) -> int:
    """An empty list to fill in."""
    from wangjian.targets.writing import write_headings  # brings the writer of workbooks

    write_headings(output, "名单", _TEMPLATE)
    known = "；".join(f"{names[0]}（也可写{'、'.join(names[1:4])}）" for names in HEADINGS.values())
    emit({"written": str(output)}, as_json=as_json, text=f"已写出 {output}。可用的表头：{known}")
    return ExitCode.DONE


def _found(services: Services, named: str) -> WatchList:
    """By id, or by its whole title."""
    titled = [one for one in services.watch.watch_lists(retired=True) if one.title == named]
    return titled[0] if titled else services.watch.watch_list(named)


def _show(
    services: Services, hits: Sequence[WatchHit], *, as_json: bool, extra: dict[str, object] | None = None
) -> None:
    ordered = sorted(hits, key=lambda hit: (_SURE_FIRST.index(hit.certainty), hit.shop_id, hit.hit_id))
    if as_json:
        emit({"total": len(hits), "hits": ordered, **(extra or {})}, as_json=True, text="")
        return
    titles = {one.list_id: one.title for one in services.watch.watch_lists(retired=True)}
    rows = [
        {
            "list": titles.get(hit.list_id, hit.list_id),
            "certainty": hit.certainty.value,
            "shop": _shop_name(services, hit.shop_id),
            "text": _marked(hit),
            "url": hit.url,
        }
        for hit in ordered
    ]
    columns = {"list": "名单", "certainty": "符合程度", "shop": "网店", "text": "页面文字", "url": "网址"}
    emit_rows(rows, as_json=False, columns=columns, empty="没有命中")


def _shop_row(services: Services, shop_id: str, hits: Sequence[WatchHit]) -> dict[str, object]:
    match = services.survey.match_of(shop_id)
    first = min(hits, key=lambda hit: (not hit.listing_id, hit.hit_id))
    return {
        "shop_id": shop_id,
        "shop": _shop_name(services, shop_id),
        "entity": match.entity_name if match and match.entity_name else "未确认",
        "entity_code": match.entity_code if match else "",
        "listings": sum(1 for hit in hits if hit.listing_id),
        "listing_ids": [hit.listing_id for hit in hits if hit.listing_id],
        "text": _marked(first),
        "url": first.url,
    }


def _shop_name(services: Services, shop_id: str) -> str:
    shop = services.survey.shop(shop_id)
    return shop.name or shop.url


def _marked(hit: WatchHit) -> str:
    """The piece of text with what was met between marks."""
    shown, last = "", 0
    for span in hit.spans:
        shown += f"{hit.text[last : span.start]}【{span.text}】"
        last = span.end
    return (shown + hit.text[last:]).replace("\n", " ")


def _counted(hits: Iterable[WatchHit]) -> str:
    found = [hit.certainty for hit in hits]
    parts = [f"{certainty.value} {found.count(certainty)} 处" for certainty in _SURE_FIRST if certainty in found]
    return "、".join(parts) or "0 处"


def _progress(shops: int) -> None:
    if shops % _SHOPS_TOLD == 0:
        say(f"已查 {shops} 家网店")
