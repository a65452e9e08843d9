"""`wangjian evidence log|prove|audit`: the evidence log, a page proved by it, and everything held against it."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from evidence.transparency import current_head, log_means_of
from records.errors import ExitCode, StorageFullError
from records.evidence import TimestampState
from records.ports import Services
from wangjian.cli.options import AsJson, DataDir, emit, opened, say
from wangjian.logging_pages import catch_up_pages
from wangjian.proving_pages import page_named, prove_page

__all__ = ["add_log_to"]


def add_log_to(evidence: typer.Typer) -> None:
    """Register the commands."""
    evidence.command("log", help="查看存证日志；--stamp 补记未入日志的网页并为日志头加盖时间戳")(evidence_log)
    evidence.command("prove", help="导出一个监测页面的存证包，任何人可据以核验")(evidence_prove)
    evidence.command("audit", help="核查保管链、存证日志、记录、存储与采集存档，互相对照")(evidence_audit)


def evidence_log(
    stamp: Annotated[bool, typer.Option("--stamp", help="补记网页，并签发、加戳新的日志头")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """How long the log is, and its heads."""
    with opened(data_dir) as services:
        entered = catch_up_pages(services) if stamp else 0
        made = current_head(log_means_of(services)) if stamp else None
        heads, size = services.evidence_log.heads(), services.evidence_log.size()
        waiting = bool(services.evidence_log.unlogged_pages(limit=1))
    lines = [f"存证日志 {size} 条，日志头 {len(heads)} 个" + (f"，本次补记 {entered} 页" if entered else "")]
    lines += [
        f"  {head.at.isoformat()}  {head.size} 条  {head.timestamp.value}  {head.head_sha256}" for head in heads[-10:]
    ]
    if waiting:
        lines.append("有网页尚未记入，运行 wangjian evidence log --stamp")
    document = {"size": size, "entered": entered, "waiting": waiting, "heads": list(heads)}
    emit(document, as_json=as_json, text="\n".join(lines))
    pending = made is not None and made.timestamp is TimestampState.PENDING
    return ExitCode.PARTIAL if pending else ExitCode.DONE


def evidence_prove(
    page: Annotated[str, typer.Argument(metavar="PAGE_ID|URL", help="网页编号，或网址（取最近一次采集的）")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="存证包写到哪里")],
    run_id: Annotated[str, typer.Option("--run", metavar="RUN", help="按网址查找时，只在这次采集中找")] = "",
    reason: Annotated[str, typer.Option("--reason", help="为何导出，记入保管链")] = "",
    operator: Annotated[str, typer.Option("--operator", help="操作人；不填用系统账户名")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """A small package that proves what a page was like when it was surveyed, though it may be gone since."""
    with opened(data_dir) as services:
        document = _proved(services, page, output, run_id=run_id, operator=operator, reason=reason)
    text = (
        f"已导出监测页面存证到 {output}：{document['url']}，采集于 {document['fetched_at']}，"
        f"存证日志第 {document['position']} 条\n核验：wangjian evidence verify {output}"
    )
    emit(document, as_json=as_json, text=text)
    return ExitCode.DONE


def _proved(
    services: Services, page: str, output: Path, *, run_id: str, operator: str, reason: str
) -> dict[str, object]:
    found = page_named(services, page, run_id=run_id)
    try:
        placed = prove_page(services, found, output, operator=operator or getpass.getuser(), reason=reason)
    except OSError as exc:
        raise StorageFullError(f"存证包写不到 {output}（{exc.strerror or exc}）", cure="换一个 -o 再试") from exc
    return {
        "file": str(output),
        "page_id": found.page_id,
        "url": found.url,
        "fetched_at": found.fetched_at.isoformat(),
        "position": placed.position + 1,
        "sha256": placed.leaf.sha256,
        "sm3": placed.leaf.sm3,
    }


def evidence_audit(
    full: Annotated[bool, typer.Option("--full", help="重算全部存储对象与存档记录；不填抽查")] = False,
    against: Annotated[
        list[Path] | None, typer.Option("--against", metavar="PACKAGE", help="以前导出、在他人手中的证据包，用以对照")
    ] = None,
    seed: Annotated[str, typer.Option("--seed", help="抽查的种子，同一种子抽到同样的对象")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Hold everything against everything else; NO when anything does not fit."""
    from wangjian.auditing import audit_everything

    with opened(data_dir) as services:
        say("核查证据 …")
        report = audit_everything(services, full=full, against=tuple(against or ()), seed=seed)
    lines = [
        f"{'全部重算' if full else '抽查'}：证据包 {report.packages} 个，保管链 {report.events} 条，"
        f"存证日志 {report.leaves} 条（对照日志头 {report.heads} 个，其中已加戳 {report.stamped_heads} 个），"
        f"存储对象 {report.objects} 个，采集网页 {report.pages} 个",
        *(f"问题：{problem}" for problem in report.problems),
    ]
    if not report.problems:
        lines.append("全部一致")
    emit(report, as_json=as_json, text="\n".join(lines))
    return ExitCode.NO if report.problems else ExitCode.DONE
