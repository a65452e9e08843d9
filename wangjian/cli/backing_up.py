"""`wangjian backup | restore`: one file from which everything can be restored, and proof that it can."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from records.backups import BackupReport, BackupState, DrillReport
from records.errors import ExitCode, InvalidInputError
from wangjian.cli.options import AsJson, DataDir, emit, opened, say
from wangjian.settings import load_settings

if TYPE_CHECKING:
    from wangjian.settings import Settings

__all__ = ["add_to"]

_SHOWN = 20
PassphraseFile = Annotated[
    Path | None,
    typer.Option("--passphrase-file", help="密钥备份的口令所在的文件；不给则用设置 backup.passphrase"),
]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("backup", help="备份全部数据到一个文件，系统照常运行；私钥另存")(backup)
    app.command("restore", help="从备份恢复到空目录；--verify 逐一核对，--drill 只演练")(restore)


def backup(
    output: Annotated[Path, typer.Option("-o", "--output", help="备份文件，不可已存在")],
    keys: Annotated[
        Path | None, typer.Option("--keys", help="另把私钥与设置写入这个文件，以口令加密；应与备份分处保管")
    ] = None,
    passphrase_file: PassphraseFile = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """A backup while others work."""
    from offices.audit import AuditAction, Caller, record
    from wangjian.backup import BackupPlan, back_up
    from wangjian.wiring import open_copier

    settings = load_settings(data_dir=data_dir)
    passphrase = _passphrase(settings, passphrase_file) if keys else ""
    plan = BackupPlan(
        path=output.absolute(),
        keys=keys.absolute() if keys else None,
        passphrase=passphrase,
        place=settings.stores.blobs_url,
        archive_place=settings.stores.archive_url,
    )
    with opened(data_dir) as services, open_copier(settings) as copier:
        report = back_up(services, copier, plan)
        caller = Caller(account=None, origin="命令行")
        detail = f"{report.file} SHA-256 {report.content_sha256}"
        record(services.audit, caller, action=AuditAction.BACKED_UP, at=services.clock(), detail=detail)
    emit(report, as_json=as_json, text=_backed_up(report, output))
    return ExitCode.DONE if report.state is BackupState.COMPLETE else ExitCode.PARTIAL


def restore(  # each is one word of the command
    file: Annotated[Path, typer.Argument(metavar="FILE", help="备份文件")],
    verify: Annotated[bool, typer.Option("--verify", help="恢复后全部重新计算校验值，核对各链、日志与条数")] = False,
    to: Annotated[Path | None, typer.Option("--to", help="恢复到这个空目录；不给则为数据目录")] = None,
    keys: Annotated[Path | None, typer.Option("--keys", help="密钥备份；不给则只恢复证书")] = None,
    passphrase_file: PassphraseFile = None,
    trust: Annotated[Path | None, typer.Option("--trust", help="根证书（PEM）：封签须由它签发的证书所签")] = None,
    only_try: Annotated[
        bool, typer.Option("--drill", help="恢复演练：恢复到临时目录，全部核对，记入报告，随即清除")
    ] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Restore everything, or nothing."""
    from wangjian.restore import RestorePlan, drill
    from wangjian.restore import restore as restore_it

    settings = load_settings(data_dir=to if to and not only_try else data_dir)
    plan = RestorePlan(
        path=file.absolute(),
        keys=keys.absolute() if keys else None,
        passphrase=_passphrase(settings, passphrase_file) if keys else "",
        trust_pem=_text(trust) if trust else "",
        verify=verify or only_try,
    )
    if not only_try:
        report = restore_it(settings, plan)
        emit(_plain(report), as_json=as_json, text=_told(report))
        return ExitCode.DONE if report.ok else ExitCode.NO
    report = drill(settings, plan)
    if settings.data_dir.expanduser().is_dir():
        _keep(report, data_dir)
    else:
        say("数据目录不存在，演练报告未存入记录")
    emit(_plain(report), as_json=as_json, text=_told(report))
    return ExitCode.DONE if report.ok else ExitCode.NO


def _keep(report: DrillReport, data_dir: Path | None) -> None:
    from offices.audit import AuditAction, Caller, record

    with opened(data_dir) as services:
        services.backups.save_drill(report)
        detail = f"{report.file} {'通过' if report.ok else '未通过'}"
        caller = Caller(account=None, origin="命令行")
        record(services.audit, caller, action=AuditAction.RESTORE_TRIED, at=services.clock(), detail=detail)


def _passphrase(settings: Settings, file: Path | None) -> str:
    if file is not None:
        return _text(file).strip()
    chosen = settings.backup.passphrase.get_secret_value()
    if not chosen:
        raise InvalidInputError(
            "没有给出密钥备份的口令", cure="用 --passphrase-file FILE，或设 WANGJIAN_BACKUP__PASSPHRASE"
        )
    return chosen


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as exc:
        raise InvalidInputError(f"文件无法读取：{path}", cure="检查路径与权限") from exc


def _backed_up(report: BackupReport, output: Path) -> str:
    lines = [
        f"已备份到 {output}：记录 {report.rows} 条，证据对象 {report.objects} 个，文件 {report.files} 个，"
        f"{report.size_bytes} 字节",
        f"SHA-256 {report.content_sha256}",
        "请把校验值抄录在备份之外；用 wangjian restore FILE --drill 演练恢复",
    ]
    if not report.keys_file:
        lines.append("私钥未备份：用 --keys FILE 另存，与备份分处保管")
    if report.problems:
        lines.append(f"系统中已有 {len(report.problems)} 项问题，备份按现状保存：")
        lines += [f"  {problem}" for problem in report.problems[:_SHOWN]]
    return "\n".join(lines)


def _plain(report: DrillReport) -> dict[str, object]:
    return {"ok": report.ok, **report.model_dump(mode="json")}


def _told(report: DrillReport) -> str:
    head = "恢复演练" if report.drill else "恢复"
    lines = [f"{head}{'通过' if report.ok else '未通过'}：{report.file} → {report.place}"]
    lines += [f"{'相符' if check.ok else '不符'}  {check.part}：{check.state}" for check in report.checks]
    if not report.drill:
        lines.append("检索索引由记录重建：启动 wangjian serve，或运行 wangjian index rebuild")
    return "\n".join(lines)
