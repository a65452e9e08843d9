"""`wangjian registry …` and `wangjian match`: the register and who runs a shop."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matching.batch import BatchCounts, match_batch
from matching.rows import register_row
from records.base import stable_id
from records.errors import ExitCode, InvalidInputError, NotFoundError
from records.ports import Services
from records.register import Entity, EntityKind, MatchDecision, MatchQuery
from records.register_ports import RegisterStore
from wangjian.cli import (
    grouping,
    match_replaying,
    register_importing,
    register_indexing,
    register_showing,
    reviewing,
)
from wangjian.cli.batching import batch_helpers, resolver_of
from wangjian.cli.checking import add_to as add_check
from wangjian.cli.licence_reading import match_licence, match_licences
from wangjian.cli.match_words import match_in_words
from wangjian.cli.moments import moment
from wangjian.cli.numbers import match_number
from wangjian.cli.options import AsJson, DataDir, emit, emit_rows, opened

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    registry = typer.Typer(help="登记库", no_args_is_help=True)
    register_importing.add_to(registry)
    register_showing.add_to(registry)
    register_indexing.add_to(registry)
    registry.command("search", help="按名称或代码查登记库")(registry_search)
    registry.command("stats", help="登记库规模")(registry_stats)
    add_check(registry)
    app.add_typer(registry, name="registry")
    matching = typer.Typer(invoke_without_command=True)
    matching.callback(help="比对：这家店是谁开的")(match)
    grouping.add_to(matching)
    reviewing.add_to(matching)
    match_replaying.add_to(matching)
    matching.command("licence", help="读一张营业执照图片，有登记库则一并比对")(match_licence)
    matching.command("licences", help="读出采集到而未读的执照图片，并重新比对")(match_licences)
    matching.command("number", help="认一个号码：是什么、校验对不对、哪些须向发证机关查")(match_number)
    app.add_typer(matching, name="match")


def registry_search(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="名称、字号或代码")],
    limit: Annotated[int, typer.Option("--limit", min=1, max=200)] = 20,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Entities by code, or by name."""
    with opened(data_dir) as services:
        exact = services.register.by_code(text.strip().upper())
        found = (exact,) if exact else _alike(services.register, text, limit)
    rows = [entity.model_dump(mode="json") for entity in found]
    columns = {"code": "代码", "name": "名称", "status": "状态", "kind": "类型", "address": "住所"}
    emit_rows(rows, as_json=as_json, columns=columns, empty=f"登记库中没有与“{text}”相近的主体")
    return ExitCode.DONE if rows else ExitCode.NO


def _alike(register: RegisterStore, text: str, limit: int) -> tuple[Entity, ...]:
    probe = register_row(Entity(code="", name=text, kind=EntityKind.COMPANY))
    with register.reading() as reader:
        hits = reader.by_grams(probe.grams, limit=limit)
        whole = reader.whole([hit.code for hit in hits])
    return tuple(whole[hit.code] for hit in hits)


def registry_stats(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """How large the register is."""
    with opened(data_dir) as services:
        stats = services.register.stats()
    by_status = "，".join(f"{status.value} {count}" for status, count in stats.by_status.items())
    emit(stats, as_json=as_json, text=f"主体 {stats.total} 户（{by_status}），快照 {stats.snapshot_id or '无'}")
    return ExitCode.DONE


def match(
    context: typer.Context,
    name: Annotated[str, typer.Option("--name", help="名称、店名或字号")] = "",
    code: Annotated[str, typer.Option("--code", help="统一社会信用代码或注册号")] = "",
    region: Annotated[str, typer.Option("--region", help="地区")] = "",
    phone: Annotated[str, typer.Option("--phone", help="电话")] = "",
    address: Annotated[str, typer.Option("--address", help="地址")] = "",
    person: Annotated[str, typer.Option("--person", help="法定代表人、负责人或经营者")] = "",
    url: Annotated[str, typer.Option("--url", help="网店或网站地址")] = "",
    icp: Annotated[str, typer.Option("--icp", help="自有网站的ICP备案号，与年报申报的网站比对")] = "",
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="TIME", help="按哪一日或哪一时认定执照情况，缺省为现在")
    ] = "",
    batch: Annotated[Path | None, typer.Option("--batch", metavar="IN.csv", help="成批比对的 CSV")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="OUT.csv", help="成批结果")] = None,
    workers: Annotated[
        int, typer.Option("--workers", min=0, max=64, help="成批比对用几个进程，0 为本机可用的核数")
    ] = 0,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """One query by options, or a whole CSV."""
    if context.invoked_subcommand is not None:
        if any((name, code, region, phone, address, person, url, icp, as_of, batch, output, data_dir, as_json)):
            raise InvalidInputError("选项写在了子命令之前", cure="写在子命令之后，如 wangjian match groups --json")
        return ExitCode.DONE
    if batch is not None:
        counts, seconds = _match_batch(batch, output, data_dir, workers=workers)
        decided = {decision.value: count for decision, count in counts.decisions.items()}
        lines = [f"已写入 {output}：读取 {counts.read} 行，" + "，".join(f"{k} {v}" for k, v in decided.items())]
        lines[0] += f"；比对用时 {seconds:.1f} 秒"
        lines += [f"第 {line} 行退回：{message}" for line, message in counts.errors[:20]]
        document = {"read": counts.read, "decisions": decided, "seconds": round(seconds, 3), "errors": counts.errors}
        emit(document, as_json=as_json, text="\n".join(lines))
        return ExitCode.PARTIAL if counts.errors else ExitCode.DONE
    with opened(data_dir) as services:
        resolver = resolver_of(services)
        if not any(said.strip() for said in (name, code, phone, url, icp)):
            cure = "至少给出 --name、--code、--phone、--url 或 --icp 之一；地区、地址、人名只作旁证"
            raise InvalidInputError("没有可比对的内容", cure=cure)
        _require_entities(services)
        query = MatchQuery(
            query_id=stable_id("query", name, code, region, phone, address, person, url, icp, as_of),
            name=name, code=code, region=region, phone=phone, address=address, legal_representative=person,
            shop_url=url, icp_no=icp, as_of=moment(as_of) if as_of else services.clock(),
        )  # fmt: skip
        found = resolver.match(query)
    emit(found, as_json=as_json, text=match_in_words(found))
    return ExitCode.NO if found.decision is MatchDecision.NONE else ExitCode.DONE


def _match_batch(batch: Path, output: Path | None, data_dir: Path | None, *, workers: int) -> tuple[BatchCounts, float]:
    """What was done, and the seconds it took without the start of the program. Helpers are called between two openings
    of the data directory: the first looks whether there is anything to match with and loads what they begin with, and
    while they are started no database is open."""
    if output is None:
        raise InvalidInputError("成批比对需要结果文件", cure="加 -o OUT.csv")
    with opened(data_dir) as services:
        if batch.is_file():
            _require_entities(services)
    with batch_helpers(batch, data_dir, workers) as helpers, opened(data_dir) as services:
        resolver, started = resolver_of(services), services.clock()
        counts = match_batch(batch, output, resolver, services.clock, helpers=helpers)
        return counts, (services.clock() - started).total_seconds()


def _require_entities(services: Services) -> None:
    """Everything would be 查无 in an empty register."""
    if not services.register.stats().total:
        raise NotFoundError("登记库还没有数据，无法比对", cure="先导入登记库：wangjian registry import 文件")
