"""`wangjian evidence upload|list`: files received from outside sealed as evidence; what evidence there is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evidence.uploads.intake import file_at
from evidence.uploads.opening import open_upload
from network.hours import shanghai_words
from records.errors import ExitCode, InvalidInputError, StorageFullError
from records.evidence import Capture, CaptureState, PackageKind
from records.leads import Officer
from records.ports import Services
from records.uploads import ObtainWay, Receipt, UploadedFile, UploadRequest
from wangjian.cli.moments import moment
from wangjian.cli.options import AsJson, DataDir, emit, emit_rows, opened, plain, say
from wangjian.custody_notes import COMMAND_LINE, note_export

__all__ = ["add_upload_to"]

_CHUNK = 1 << 20
_MOST_SHOWN = 10


def add_upload_to(evidence: typer.Typer) -> None:
    """Register the commands."""
    evidence.command("upload", help="接收外来材料（照片、聊天记录、录音录像、查封文件），封存成证据包")(evidence_upload)
    evidence.command("list", help="列出固证与接收的材料")(evidence_list)


def evidence_upload(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="要接收的文件，最多 200 个")],
    source: Annotated[str, typer.Option("--source", help="材料来源，如 当事人微信聊天记录")],
    by: Annotated[
        list[str], typer.Option("--by", help="经办执法人员：账号，或 姓名:执法证号；可重复，两名以上才是正式件")
    ],
    obtained_at: Annotated[str, typer.Option("--obtained-at", help="取得时间（北京时间）；不填为现在")] = "",
    lead: Annotated[str, typer.Option("--lead", help="所属线索编号")] = "",
    case: Annotated[str, typer.Option("--case", help="所属案件编号")] = "",
    way: Annotated[ObtainWay, typer.Option("--way", help="取得方式")] = ObtainWay.HANDED,
    handed_by: Annotated[str, typer.Option("--from", help="提供人或交出人")] = "",
    device: Annotated[str, typer.Option("--device", help="原始设备或载体，如 黑色 U 盘 SN123")] = "",
    place: Annotated[str, typer.Option("--place", help="取得地点")] = "",
    witness: Annotated[str, typer.Option("--witness", help="见证人")] = "",
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="PACKAGE", help="证据包另写到哪里")] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Digests first, then everything else; the files themselves stay where they are."""
    if output is not None and (output.exists() or not output.absolute().parent.is_dir()):
        raise InvalidInputError(f"证据包写不到 {output}：已有这个文件，或目录不存在", cure="换一个 -o")
    with opened(data_dir) as services:
        officers = tuple(_officer(services, one) for one in by)
        receipt = Receipt(
            source=source.strip(),
            way=way,
            obtained_at=moment(obtained_at) if obtained_at else services.clock(),
            handed_by=handed_by.strip(),
            device=device.strip(),
            place=place.strip(),
            witness=witness.strip(),
            officers=officers,
        )
        request = UploadRequest(
            files=tuple(map(file_at, files)),
            receipt=receipt,
            operator=by[0] if services.accounts.account_by_login(by[0]) else officers[0].name,
            lead_id=lead,
            case_id=case,
            origin=COMMAND_LINE,
        )
        say(f"接收 {len(files)} 个文件 …")
        capture = services.preserver.receive(request)
        received = open_upload(capture, services.blobs)[1].files
        if output is not None:
            note_export(services, capture, actor=request.operator, reason=f"接收后写出到 {output.name}")
            _write(services, capture, output)
    document = {"capture": plain(capture), "files": plain(list(received)), "formal": receipt.is_formal}
    emit(document, as_json=as_json, text=_in_words(capture, received, receipt, output))
    return ExitCode.DONE if capture.state is CaptureState.COMPLETE else ExitCode.PARTIAL


def evidence_list(
    lead: Annotated[str, typer.Option("--lead", help="只列这条线索的")] = "",
    case: Annotated[str, typer.Option("--case", help="只列这个案件的")] = "",
    kind: Annotated[PackageKind | None, typer.Option("--kind", help="只列这一种")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="最多列几条")] = 50,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Newest first."""
    with opened(data_dir) as services:
        captures = services.evidence.captures(lead_id=lead, case_id=case)
    chosen = [one for one in captures if kind is None or one.kind is kind][:limit]
    rows = [
        {
            "capture_id": one.capture_id,
            "kind": one.kind.value,
            "started_at": shanghai_words(one.started_at),
            "state": one.state.value,
            "timestamp": one.timestamp.value,
            "what": one.title or one.url,
            "url": one.url,
            "lead_id": one.lead_id,
            "case_id": one.case_id,
        }
        for one in chosen
    ]
    columns = {"capture_id": "编号", "kind": "种类", "started_at": "时间", "state": "状态", "timestamp": "授时"}
    emit_rows(rows, as_json=as_json, columns=columns | {"what": "标题或来源"}, empty="还没有证据")
    return ExitCode.DONE


def _officer(services: Services, text: str) -> Officer:
    name, colon, card_no = text.partition(":")
    if not colon:
        name, colon, card_no = text.partition("：")
    if colon and name.strip() and card_no.strip():
        return Officer(name=name.strip(), card_no=card_no.strip())
    account = services.accounts.account_by_login(text)
    if account is None or not account.active:
        raise InvalidInputError(f"没有这个在用的账号：{text}", cure="账号见 wangjian users list；或写成 姓名:执法证号")
    return Officer(name=account.name, card_no=account.card_no)


def _write(services: Services, capture: Capture, output: Path) -> None:
    assert capture.package is not None
    try:
        with services.blobs.open(capture.package.sha256) as stored, output.open("xb") as out:
            while chunk := stored.read(_CHUNK):
                out.write(chunk)
    except OSError as exc:
        raise StorageFullError(
            f"证据包写不到 {output}（{exc.strerror or exc}）", cure="内容在数据目录中完好，换一个 -o 再试"
        ) from exc


def _in_words(capture: Capture, files: tuple[UploadedFile, ...], receipt: Receipt, output: Path | None) -> str:
    form = "正式件" if receipt.is_formal else "内部监测件：未载明两名以上执法人员及其执法证号"
    lines = [f"已接收 {capture.capture_id}：{receipt.source}（{form}）"]
    for one in files[:_MOST_SHOWN]:
        lines.append(
            f"  {one.path}  {one.name}  {one.facts.get('种类', one.media_type)}  {one.digests.size_bytes} 字节"
        )
        lines.append(f"    SHA-256 {one.digests.sha256}")
        told = [one.mismatch, one.entries_note, *one.warnings]
        told.append(f"与 {one.same_as} 所收内容相同，原件只存一份" if one.same_as else "")
        lines += [f"    注意：{text}" for text in told if text]
    if len(files) > _MOST_SHOWN:
        lines.append(f"  …共 {len(files)} 个，全部见 evidence show")
    lines.append(f"授时：{capture.timestamp.value}")
    lines += [f"缺：{name}" for name in capture.missing]
    if output is not None and capture.package is not None:
        lines.append(f"证据包 {output}，SHA-256 {capture.package.sha256}")
    return "\n".join(lines)
