"""`wangjian targets …`: 监测对象库."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from offices.audit import AuditAction, Caller, record
from records.clicks import check_clicks
from records.errors import ExitCode, NotFoundError
from records.ports import Services
from records.survey import BrowserPolicy, Carrier, Target, TargetKind, TargetState
from ui.words import word_of
from wangjian.cli import discovering
from wangjian.cli.options import AsJson, DataDir, emit, emit_rows, opened
from wangjian.targets.cadence import NO_CADENCE, Cadence, cadence_in_words, cadence_of, own_schedule, read_cadence
from wangjian.targets.columns import row_of
from wangjian.targets.importing import TargetImport, export_rows, import_targets
from wangjian.targets.keeping import Removal, keep, put_state, remove
from wangjian.targets.registering import Change, Registration, TargetBook, register
from wangjian.targets.wishes import (
    KIND_WORDS,
    STATE_WORDS,
    TargetWish,
    authorisation_of,
    read_family,
    read_hours,
    read_region,
)
from wangjian.targets.writing import write_errors, write_rows, write_template

__all__ = ["add_to"]

TargetId = Annotated[str, typer.Argument(metavar="TARGET", help="对象编号或它的网址，见 targets list")]
Reason = Annotated[str, typer.Option("--reason", help="理由，记入对象")]
_CHANGES = {Change.ADDED: "已登记", Change.CHANGED: "已更新", Change.UNCHANGED: "没有变化："}
_REMOVALS = {
    Removal.DELETED: "已删除（从未采集过）",
    Removal.RETIRED: "已移出监测；采集过的网页、线索与证据都保留，重新登记即恢复",
}


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    targets = typer.Typer(help="监测对象库", no_args_is_help=True)
    targets.command("add", help="登记一个监测对象；同一网址再次登记即修改")(targets_add)
    targets.command("list", help="列出监测对象")(targets_list)
    targets.command("show", help="查看一个监测对象的全部字段")(targets_show)
    targets.command("pause", help="暂停监测一个对象")(targets_pause)
    targets.command("resume", help="恢复监测一个对象")(targets_resume)
    targets.command("remove", help="移出一个对象；采集过的只移出、不删除")(targets_remove)
    targets.command("import", help="从 xlsx 或 csv 导入监测对象")(targets_import)
    targets.command("export", help="导出监测对象为 xlsx 或 csv")(targets_export)
    targets.command("template", help="写出一张空的登记表，带下拉选项与说明")(targets_template)
    discovering.add_to(targets)
    app.add_typer(targets, name="targets")


def targets_add(
    url: Annotated[str, typer.Argument(metavar="URL", help="入口网址")],
    more_urls: Annotated[list[str] | None, typer.Option("--seed", help="更多入口网址，可重复")] = None,
    reseed: Annotated[bool, typer.Option("--reseed", help="以本次给出的网址取代原有入口")] = False,
    name: Annotated[str | None, typer.Option("--name", help="名称；不填用主机名")] = None,
    kind: Annotated[
        TargetKind | None, typer.Option("--kind", help="平台 platform、网店 shop、网站 site、小程序站 mini_site")
    ] = None,
    carrier: Annotated[Carrier | None, typer.Option("--carrier", help="载体")] = None,
    scope: Annotated[list[str] | None, typer.Option("--scope", help="也属于它的网址前缀，可重复")] = None,
    family: Annotated[str | None, typer.Option("--family", help="页面族；不填由程序辨认")] = None,
    browser: Annotated[
        BrowserPolicy | None,
        typer.Option("--browser", help="何时用浏览器：从不 never、需要时 when_needed、总是 always"),
    ] = None,
    delay: Annotated[
        float | None, typer.Option("--delay", min=0.0, max=3600.0, help="同一主机两次访问的间隔（秒），默认 1")
    ] = None,
    concurrency: Annotated[
        int | None, typer.Option("--concurrency", min=1, max=16, help="同时进行的请求数，默认 1")
    ] = None,
    max_pages: Annotated[
        int | None, typer.Option("--max-pages", min=1, max=1_000_000, help="一次采集最多读取的页数，默认 5000")
    ] = None,
    max_megabytes: Annotated[
        int | None, typer.Option("--max-megabytes", min=1, max=1_000_000, help="一次采集最多下载的兆字节，默认 5000")
    ] = None,
    daily_pages: Annotated[
        int | None, typer.Option("--daily-pages", min=0, max=10_000_000, help="一天内最多请求的次数，0 为不限")
    ] = None,
    hours: Annotated[str | None, typer.Option("--hours", help="允许时段，如 08:00-12:00,22:00-06:00")] = None,
    cron: Annotated[
        str | None, typer.Option("--cron", help="周期：五段 cron，或“每天 03:30”“每周一 03:30”；空串为取消")
    ] = None,
    adaptive: Annotated[bool, typer.Option("--adaptive", help="自适应复访：常变的常看")] = False,
    clicks: Annotated[
        list[str] | None, typer.Option("--click", help="固证其网页时点击展示的文字，如 营业执照，可重复，最多 5 处")
    ] = None,
    auth_case: Annotated[
        str, typer.Option("--auth-case", help="授权案号（与人员、理由同时给出，才越过 robots.txt）")
    ] = "",
    auth_officer: Annotated[str, typer.Option("--auth-officer", help="授权人员")] = "",
    auth_reason: Annotated[str, typer.Option("--auth-reason", help="授权理由")] = "",
    region: Annotated[str | None, typer.Option("--region", help="行政区划代码，如 330106")] = None,
    note: Annotated[str | None, typer.Option("--note", help="备注")] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Record a target; the same address again changes what is said and leaves the rest."""
    wish = TargetWish(
        seeds=(url, *(more_urls or ())), replace_seeds=reseed, name=name, kind=kind, carrier=carrier,
        scope=tuple(scope) if scope else None, family=None if family is None else read_family(family),
        browser=browser, delay_seconds=delay, concurrency=concurrency, max_pages=max_pages,
        max_bytes=None if max_megabytes is None else max_megabytes * 1_000_000, daily_pages=daily_pages,
        allowed_hours=None if hours is None else read_hours(hours) if hours.strip() else (),
        authorisation=authorisation_of(auth_case, auth_officer, auth_reason) or None,
        region_code=None if region is None else read_region(region), note=note,
        cadence=_cadence(cron, adaptive=adaptive), clicks=None if clicks is None else check_clicks(clicks),
    )  # fmt: skip
    with opened(data_dir) as services:
        before = {target.target_id: target for target in services.survey.targets()}
        found = register(TargetBook(before.values()), wish, now=services.clock())
        keep(services, found.target, wish.cadence)
        _audit(services, before.get(found.target.target_id), found.target)
        words = _in_words(services, found)
    emit(found.target, as_json=as_json, text=words)
    return ExitCode.DONE


def targets_list(
    everything: Annotated[bool, typer.Option("--all", help="也列出已移出的")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Every target that is not retired."""
    with opened(data_dir) as services:
        targets = [
            target for target in services.survey.targets() if everything or target.state is not TargetState.RETIRED
        ]
        schedules = {found.target_id: found for found in services.schedules.schedules() if not found.campaign_id}
        rows = [
            target.model_dump(mode="json")
            | {"cadence": cadence_in_words(cadence_of(target, schedules.get(target.target_id)))}
            for target in targets
        ]
    if not as_json:
        for row in rows:
            row["kind"], row["state"] = KIND_WORDS[TargetKind(row["kind"])], STATE_WORDS[TargetState(row["state"])]
    columns = {
        "target_id": "对象", "name": "名称", "kind": "类型", "seeds": "入口", "cadence": "周期",
        "max_pages": "页数上限", "state": "状态",
    }  # fmt: skip
    emit_rows(rows, as_json=as_json, columns=columns, empty="还没有监测对象；用 wangjian targets add URL 登记")
    return ExitCode.DONE


def targets_show(target_id: TargetId, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """All of one target."""
    with opened(data_dir) as services:
        target = _meant(services, target_id)
        cadence = cadence_of(target, own_schedule(services.schedules, target.target_id))
        runs = services.survey.runs(target.target_id)
    cells = row_of(target, cadence) | {"状态说明": target.state_reason, "采集次数": str(len(runs))}
    if runs:
        cells["最近采集"] = f"{runs[0].run_id} {word_of(runs[0].state)}"
    lines = [f"{name}：{text.replace(chr(10), '、')}" for name, text in cells.items() if text]
    emit(target, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE


def targets_pause(target_id: TargetId, reason: Reason = "", data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Survey it no more until it is resumed."""
    return _put(target_id, TargetState.PAUSED, reason, data_dir=data_dir, as_json=as_json)


def targets_resume(target_id: TargetId, reason: Reason = "", data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Survey it again."""
    return _put(target_id, TargetState.ACTIVE, reason, data_dir=data_dir, as_json=as_json)


def targets_remove(target_id: TargetId, reason: Reason = "", data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Delete a target of which nothing hangs; retire any other."""
    with opened(data_dir) as services:
        target = _meant(services, target_id)
        done = remove(services, target, reason=reason)
        _log_change(services, target, f"移出：{reason}")
    document = {"target_id": target.target_id, "removal": done.value}
    emit(document, as_json=as_json, text=f"{target.name}（{target.target_id}）{_REMOVALS[done]}")
    return ExitCode.DONE


def targets_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="xlsx 或 csv；表头见 targets template")],
    errors: Annotated[
        Path | None, typer.Option("--errors", metavar="FILE", help="退回表写到哪里；不填写在原文件旁")
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Import rows; those that cannot be read are written to a sheet to send back, and lose no other row."""
    with opened(data_dir) as services:
        before = {target.target_id: target for target in services.survey.targets()}
        report, headings, refused = import_targets(services, file)
        for target in services.survey.targets():
            _audit(services, before.get(target.target_id), target)
    sent_back = errors or file.with_name(f"{file.stem}-退回.xlsx")
    if refused:
        write_errors(sent_back, headings, refused)
    document = report.model_dump(mode="json") | {"sent_back": str(sent_back) if refused else ""}
    emit(document, as_json=as_json, text=_report_in_words(report, sent_back))
    return ExitCode.PARTIAL if refused else ExitCode.DONE


def targets_export(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="写到哪里，.xlsx 或 .csv")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Every target, the retired ones too, as a table that can be imported again."""
    with opened(data_dir) as services:
        targets = services.survey.targets()
        write_rows(output, export_rows(services, targets))
    document = {"written": len(targets), "file": str(output)}
    emit(document, as_json=as_json, text=f"已导出 {len(targets)} 个监测对象到 {output}")
    return ExitCode.DONE


def targets_template(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="写到哪里，.xlsx 或 .csv")],
    as_json: AsJson = False,
) -> int:
    """An empty table with drop-downs and an explanation."""
    write_template(output)
    emit({"file": str(output)}, as_json=as_json, text=f"已写出 {output}；填好后用 wangjian targets import 导入")
    return ExitCode.DONE


def _cadence(cron: str | None, *, adaptive: bool) -> Cadence | None:
    if cron is None:
        return read_cadence("自适应") if adaptive else None
    return read_cadence(cron) if cron.strip() else NO_CADENCE


def _meant(services: Services, text: str) -> Target:
    """The target of a number, or of an address."""
    book = TargetBook(services.survey.targets())
    if (known := book.by_id(text)) is not None:
        return known
    if ("." in text or "/" in text) and (known := book.find(text)) is not None:
        return known
    raise NotFoundError(f"没有这个监测对象：{text[:200]}", cure="用 wangjian targets list 查看编号")


def _put(target_id: str, state: TargetState, reason: str, *, data_dir: Path | None, as_json: bool) -> int:
    with opened(data_dir) as services:
        target = put_state(services, _meant(services, target_id), state, reason=reason)
        _log_change(services, target, f"{STATE_WORDS[state]}：{reason}")
    emit(target, as_json=as_json, text=f"{target.name}（{target.target_id}）{STATE_WORDS[state]}")
    return ExitCode.DONE


def _in_words(services: Services, found: Registration) -> str:
    target = found.target
    lines = [f"{_CHANGES[found.change]}监测对象 {target.name}（{target.target_id}），{KIND_WORDS[target.kind]}"]
    cadence = cadence_in_words(cadence_of(target, own_schedule(services.schedules, target.target_id)))
    lines += [f"周期：{cadence}"] if cadence else []
    lines += [f"可能重复：{other.name}（{other.target_id}），入口 {'、'.join(other.seeds)}" for other in found.alike]
    return "\n".join(lines)


def _report_in_words(report: TargetImport, sent_back: Path) -> str:
    lines = [
        f"读取 {report.read} 行：新增 {report.added}，变更 {report.changed}，"
        f"未变 {report.unchanged}，退回 {report.refused}"
    ]
    lines += [f"未识别的列（未导入）：{'、'.join(report.unknown_columns)}"] if report.unknown_columns else []
    lines += [f"可能重复：{name} 与 {other}" for name, other in report.alike[:20]]
    lines += [f"第 {line} 行 {column}：{reason}" for line, column, reason in report.errors[:20]]
    lines += [f"共 {report.refused} 行退回，已写入 {sent_back}，改好后可直接导入该表"] if report.refused else []
    return "\n".join(lines)


def _audit(services: Services, before: Target | None, after: Target) -> None:
    """Write down who let robots.txt be overridden, and on what paper."""
    if after.authorisation != (before.authorisation if before is not None else ""):
        _log_change(services, after, after.authorisation or "撤销授权")


def _log_change(services: Services, target: Target, detail: str) -> None:
    caller = Caller(account=None, origin=f"命令行 {getpass.getuser()}")
    record(
        services.audit, caller, action=AuditAction.TARGET_CHANGED, at=services.clock(),
        object_id=target.target_id, detail=detail,
    )  # fmt: skip
