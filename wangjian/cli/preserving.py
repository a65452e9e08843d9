"""`wangjian evidence …`: capture, verify, show, trust; the log has a module of its own."""

from __future__ import annotations

import getpass
import zipfile
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from evidence.standalone.verify import UPLOAD_FILES
from evidence.trust import load_anchors
from evidence.verify import verify_package
from network.guard import AddressGuard
from records.errors import ExitCode, FetchError, InvalidInputError, NotFoundError, StorageFullError, WangJianError
from records.evidence import Capture, CaptureState, CheckResult, Manifest, PackageKind, VerificationReport
from records.uploads import UploadedFiles, UploadManifest
from ui.words import word_of
from wangjian.cli.case_exports import evidence_export
from wangjian.cli.comparing import add_comparing_to
from wangjian.cli.custody import add_custody_to
from wangjian.cli.evidence_log import add_log_to
from wangjian.cli.options import AllowPrivate, AsJson, DataDir, emit, opened, plain, say
from wangjian.cli.rerendering import add_rerendering_to
from wangjian.cli.retaining import add_retention_to
from wangjian.cli.signing_keys import add_keys_to
from wangjian.cli.storing import add_store_to
from wangjian.cli.uploading import add_upload_to
from wangjian.custody_notes import note_export, note_verification
from wangjian.settings import load_settings
from wangjian.wiring import utc_now

__all__ = ["add_to"]

_MARKS = {CheckResult.PASSED: "通过", CheckResult.FAILED: "不通过", CheckResult.UNCHECKED: "未核"}


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    evidence = typer.Typer(help="证据", no_args_is_help=True)
    evidence.command("capture", help="固证一个网址，生成证据包")(evidence_capture)
    evidence.command("verify", help="核验证据包")(evidence_verify)
    evidence.command("show", help="查看证据包内容清单")(evidence_show)
    evidence.command("export", help="导出一个案件的全部证据包与文书，成一个文件")(evidence_export)
    evidence.command("trust", help="导出核验所需的根证书")(evidence_trust)
    add_log_to(evidence)
    add_keys_to(evidence)
    add_custody_to(evidence)
    add_retention_to(evidence)
    add_store_to(evidence)
    add_comparing_to(evidence)
    add_rerendering_to(evidence)
    add_upload_to(evidence)
    app.add_typer(evidence, name="evidence")


Trust = Annotated[
    Path | None, typer.Option("--trust", metavar="ROOTS.pem", help="信任的根证书；不填用数据目录中的本单位根证书")
]
Package = Annotated[Path, typer.Argument(metavar="PACKAGE", help="证据包文件")]


def evidence_capture(
    url: Annotated[str, typer.Argument(metavar="URL", help="要固证的网址")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="PACKAGE", help="证据包写到哪里")],
    lead: Annotated[str, typer.Option("--lead", help="所属线索编号")] = "",
    clicks: Annotated[
        list[str] | None,
        typer.Option("--click", help="点击展示：页面上的文字，如 营业执照，或 css=#licence；可重复，最多 5 处"),
    ] = None,
    operator: Annotated[str, typer.Option("--operator", help="操作人；不填用系统账户名")] = "",
    allow_private: AllowPrivate = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Visit in a real browser, seal, keep, and write the package out."""
    settings = load_settings(data_dir=data_dir, allow_private=allow_private)
    guard = AddressGuard(allow_private=settings.network.allow_private)
    guard.destination(*guard.check_url(url))
    _check_writable(output)
    with opened(data_dir, allow_private=allow_private) as services:
        if lead:
            services.leads.lead(lead)
        say(f"固证 {url} …")
        capture = services.preserver.preserve(
            url, lead_id=lead, operator=operator or getpass.getuser(), clicks=tuple(clicks or ())
        )
        if capture.package is None:
            raise FetchError(f"固证失败：{capture.reason or word_of(capture.state)}", cure="检查网址能否打开，再试一次")
        note_export(services, capture, actor=capture.operator, reason=f"固证后写出到 {output.name}")
        _write(output, services.blobs.get(capture.package.sha256))
        if capture.package.sha256 in services.blobs.waiting():
            say("证据存储不可用：本件待入库，暂存本机；恢复后运行 wangjian evidence store settle（serve 会自动入库）")
    emit(capture, as_json=as_json, text=_capture_in_words(capture, output))
    return ExitCode.DONE if capture.state is CaptureState.COMPLETE else ExitCode.PARTIAL


def evidence_verify(package: Package, trust: Trust = None, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Verify from the file alone; fails closed. Of a package this house knows it is noted in the custody chain."""
    report = verify_package(_existing(package), anchors_pem=_anchors(trust, data_dir), now=utc_now())
    if report.capture_id and (load_settings(data_dir=data_dir).data_dir / "keys").is_dir():
        _note(report, package, data_dir)
    emit(report, as_json=as_json, text=_report_in_words(report))
    return ExitCode.DONE if report.valid else ExitCode.NO


def _note(report: VerificationReport, package: Path, data_dir: Path | None) -> None:
    """A verdict does not depend on whether it could be written down; that it could not is said."""
    try:
        with opened(data_dir) as services:
            note_verification(services, report, package.name, actor=getpass.getuser())
    except WangJianError as exc:
        say(f"本次核验未能记入保管链：{exc.message}")


def evidence_show(package: Package, trust: Trust = None, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """What a package holds, and whether it may be believed."""
    report = verify_package(_existing(package), anchors_pem=_anchors(trust, data_dir), now=utc_now())
    if report.kind is PackageKind.UPLOAD:
        return _show_upload(package, report, as_json=as_json)
    manifest = _manifest_of(package)
    lines = [f"固证 {manifest.capture_id}（{word_of(manifest.state)}）{manifest.title}", f"网址 {manifest.url}"]
    lines.append(
        f"时间 {manifest.started_at.isoformat()} 至 {manifest.finished_at.isoformat()}，操作人 {manifest.operator}"
    )
    lines += [f"缺：{name}" for name in manifest.missing]
    lines += [
        f"{item.path}  {item.digests.size_bytes} 字节  SHA-256 {item.digests.sha256}" for item in manifest.artefacts
    ]
    lines.append("核验通过" if report.valid else "核验不通过，以上内容不可采信；详见 evidence verify")
    emit({"valid": report.valid, "manifest": manifest}, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE if report.valid else ExitCode.NO


def evidence_trust(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="ROOTS.pem", help="写到哪里")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """The roots a court needs to check our packages without us."""
    with opened(data_dir) as services:
        _write(output, services.trust_anchors_pem.encode(), what="根证书")
    emit({"file": str(output)}, as_json=as_json, text=f"已导出信任的根证书到 {output}；交付时请由另一途径核对其指纹")
    return ExitCode.DONE


def _anchors(trust: Path | None, data_dir: Path | None) -> str:
    if trust is not None:
        return _existing(trust).read_text(encoding="utf-8")
    keys = load_settings(data_dir=data_dir).data_dir / "keys"
    return load_anchors(keys) if keys.is_dir() else ""


def _manifest_of(package: Path) -> Manifest:
    try:
        with zipfile.ZipFile(package) as archive:
            return Manifest.model_validate_json(archive.read("evidence/manifest.json"))
    except (zipfile.BadZipFile, KeyError, ValidationError, OSError) as exc:
        raise InvalidInputError(f"不是网鉴证据包：{package}", cure="检查文件是否完整") from exc


def _show_upload(package: Path, report: VerificationReport, *, as_json: bool) -> int:
    try:
        with zipfile.ZipFile(package) as archive:
            manifest = UploadManifest.model_validate_json(archive.read("evidence/manifest.json"))
            files = UploadedFiles.model_validate_json(archive.read(UPLOAD_FILES)).files
    except (zipfile.BadZipFile, KeyError, ValidationError, OSError) as exc:
        raise InvalidInputError(f"不是网鉴证据包：{package}", cure="检查文件是否完整") from exc
    receipt = manifest.receipt
    came = "；".join(part for part in (receipt.way.value, receipt.handed_by, receipt.device, receipt.place) if part)
    lines = [f"接收 {manifest.capture_id}（{word_of(manifest.state)}）{receipt.source}", f"来历 {came}"]
    lines.append(f"取得 {receipt.obtained_at.isoformat()}，接收 {manifest.started_at.isoformat()}，{manifest.operator}")
    lines.append("正式件" if manifest.formal else "内部监测件：未载明两名以上执法人员及其执法证号")
    for one in files:
        lines.append(f"{one.path}  {one.name}  {one.digests.size_bytes} 字节  SHA-256 {one.digests.sha256}")
        lines += [f"  注意：{text}" for text in (one.mismatch, one.entries_note, *one.warnings) if text]
    lines.append("核验通过" if report.valid else "核验不通过，以上内容不可采信；详见 evidence verify")
    document = {"valid": report.valid, "manifest": plain(manifest), "files": plain(list(files))}
    emit(document, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE if report.valid else ExitCode.NO


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise NotFoundError(f"没有这个文件：{path}", cure="检查路径")
    return path


def _check_writable(output: Path) -> None:
    if not output.absolute().parent.is_dir():
        raise StorageFullError(f"证据包写不到 {output}：目录不存在", cure="先建立目录，或换一个 -o")


def _write(output: Path, content: bytes, *, what: str = "证据包") -> None:
    try:
        output.write_bytes(content)
    except OSError as exc:
        raise StorageFullError(
            f"{what}写不到 {output}（{exc.strerror or exc}）", cure="内容在数据目录中完好，换一个 -o 再试"
        ) from exc


def _capture_in_words(capture: Capture, output: Path) -> str:
    digests = capture.package
    lines = [f"固证{word_of(capture.state)}：{capture.title or capture.url}", f"证据包 {output}"]
    if digests:
        lines += [f"SHA-256 {digests.sha256}", f"SM3     {digests.sm3}"]
    lines.append(f"授时：{capture.timestamp.value}")
    lines += [f"缺：{name}" for name in capture.missing]
    return "\n".join(lines)


def _report_in_words(report: VerificationReport) -> str:
    lines = [
        f"{_MARKS[check.result]}  {check.title}{'：' + check.detail if check.detail else ''}" for check in report.checks
    ]
    lines.append("")
    what = f"网址 {report.url or '—'}" if report.kind is not PackageKind.UPLOAD else f"接收 {report.capture_id}"
    lines.append(f"{what}；授时 {report.timestamp.value if report.timestamp else '无'}")
    lines.append("结论：核验通过" if report.valid else "结论：核验不通过，不能作为未经改动的证据使用")
    return "\n".join(lines)
