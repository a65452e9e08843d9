"""`wangjian case …`: one case for all shops of a group; its file with every package and why the shops go together."""

from __future__ import annotations

import getpass
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from leads.cases import case_id_of, draft_case
from offices.audit import AuditAction, Caller, record
from offices.cases import open_case
from records.cases import CaseRequest
from records.errors import ExitCode, InvalidInputError, NotFoundError, StorageFullError
from records.groups import SellerGroup
from records.leads import Case, Lead
from records.ports import Services
from records.stages import StageReport
from wangjian.cli.options import AsJson, DataDir, emit, emit_rows, opened

__all__ = ["add_to"]

_SHANGHAI = ZoneInfo("Asia/Shanghai")

CaseId = Annotated[str, typer.Argument(metavar="CASE", help="案件编号")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    cases = typer.Typer(help="案件：一案查清同一经营者的多家网店", no_args_is_help=True)
    cases.command("open", help="为关联组（或一家网店）开立案件，收入各店未办结的线索；再次执行则补入新线索")(case_open)
    cases.command("list", help="列出案件")(case_list)
    cases.command("show", help="一个案件的线索、证据与并案理由")(case_show)
    cases.command("export", help="导出案卷：证据包（逐个核验）、线索、并案理由及其网页校验值")(case_export)
    app.add_typer(cases, name="case")


def case_open(
    subject: Annotated[str, typer.Argument(metavar="GROUP|SHOP", help="关联组编号，或网店编号")],
    title: Annotated[str, typer.Option("--title", help="案件名称；不填由线索得出")] = "",
    by: Annotated[str, typer.Option("--by", help="开立人；不填用系统账户名")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """One case with the open leads of all shops of the group."""
    actor = by.strip() or getpass.getuser()
    with opened(data_dir) as services:
        group = _group_of(services, subject)
        shop_ids = group.shop_ids if group else (services.survey.shop(subject).shop_id,)
        request = CaseRequest(shop_ids=shop_ids, group=group, title=title, actor=actor, now=services.clock())
        leads = [lead for shop_id in shop_ids for lead in services.leads.leads_of(shop_id=shop_id)]
        made = open_case(services, request, leads, case_id=case_id_of(request), draft=draft_case)
        _note(services, AuditAction.CASE_OPENED, made.case.case_id, f"{actor}：{made.case.title}")
    case = made.case
    lines = [f"{case.case_id}  {case.title}", f"线索 {len(case.lead_ids)} 条，网店 {len(case.shop_ids)} 家"]
    lines += [f"并案理由：{reason}" for reason in case.reasons]
    lines += [f"未并入：{said}" for said in made.left_out]
    emit({"case": case, "left_out": made.left_out}, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE


def case_list(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """All cases, newest first."""
    with opened(data_dir) as services:
        found = sorted(services.leads.cases(), key=lambda case: case.opened_at, reverse=True)
    rows = [
        {
            "case_id": case.case_id,
            "title": case.title,
            "leads": len(case.lead_ids),
            "shops": len(case.shop_ids),
            "opened_by": case.opened_by,
            "opened_at": case.opened_at.isoformat(),
        }
        for case in found
    ]
    columns = {"case_id": "案件", "title": "名称", "leads": "线索", "shops": "网店", "opened_by": "开立人"}
    emit_rows(rows, as_json=as_json, columns=columns, empty="还没有案件；开立：wangjian case open GROUP")
    return ExitCode.DONE if rows else ExitCode.NO


def case_show(case_id: CaseId, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """One case, whole."""
    with opened(data_dir) as services:
        case = services.leads.case(case_id)
        leads = [services.leads.lead(lead_id) for lead_id in case.lead_ids]
        captures = _captures_of(services, case)
    text = "\n".join(_in_words(case, leads, captures))
    emit({"case": case, "leads": leads, "captures": captures}, as_json=as_json, text=text)
    return ExitCode.DONE


def case_export(
    case_id: CaseId,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FOLDER", help="写到哪个目录（不存在则新建）")],
    by: Annotated[str, typer.Option("--by", help="导出人；不填用系统账户名")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """The packages of all captures, each verified as an outsider would, with what the case is and why."""
    from wangjian import flow  # brings every room; the other commands need none of them

    actor = by.strip() or getpass.getuser()
    with opened(data_dir) as services:
        case = services.leads.case(case_id)
        leads = [services.leads.lead(lead_id) for lead_id in case.lead_ids]
        group = _stored_group(services, case)
        captures = [services.evidence.capture(capture_id) for capture_id in _captures_of(services, case)]
        try:
            report: StageReport = flow.export(services, captures, output, actor=actor)
            _write(output / "案件说明.txt", "\n".join(_in_words(case, leads, _captures_of(services, case))) + "\n")
            document = {
                "case": case.model_dump(mode="json"),
                "leads": [lead.model_dump(mode="json") for lead in leads],
                "group": group.model_dump(mode="json") if group else None,
            }
            _write(output / "案件.json", json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        except OSError as exc:
            raise StorageFullError(f"不能写入 {output}：{exc.strerror or exc}", cure="换一个 -o 目录") from exc
        _note(services, AuditAction.CASE_EXPORTED, case_id, actor)
    lines = [f"已写入 {output}：证据包 {report.counts.get('verified', 0)} 个核验通过"]
    lines += [f"缺：{what}" for what in report.missing]
    emit({"folder": str(output), "report": report}, as_json=as_json, text="\n".join(lines))
    return ExitCode.PARTIAL if report.missing else ExitCode.DONE


def _group_of(services: Services, subject: str) -> SellerGroup | None:
    if not subject.startswith("group_"):
        return services.groups.group_of(subject)
    group = services.groups.group(subject)
    if group.merged_into:
        raise InvalidInputError(f"{subject} 已并入 {group.merged_into}", cure=f"wangjian case open {group.merged_into}")
    return group


def _stored_group(services: Services, case: Case) -> SellerGroup | None:
    try:
        return services.groups.group(case.group_id) if case.group_id else None
    except NotFoundError:
        return None


def _captures_of(services: Services, case: Case) -> list[str]:
    """Those kept with the case, what was captured for its leads since, and files received for it."""
    later = [one.capture_id for lead_id in case.lead_ids for one in services.evidence.captures(lead_id=lead_id)]
    received = [one.capture_id for one in services.evidence.captures(case_id=case.case_id)]
    return list(dict.fromkeys((*case.capture_ids, *later, *received)))


def _in_words(case: Case, leads: Sequence[Lead], captures: Sequence[str]) -> list[str]:
    day = case.opened_at.astimezone(_SHANGHAI).strftime("%Y-%m-%d %H:%M")
    lines = [f"案件 {case.case_id}：{case.title}", f"{case.opened_by or '（未记）'} 于 {day} 开立"]
    lines.append(f"网店 {len(case.shop_ids)} 家：{'、'.join(case.shop_ids)}")
    lines += [f"并案理由：{reason}" for reason in case.reasons]
    if case.reasons:
        lines.append("（关联只供核查，不是认定；所据网页及其 SHA-256 见导出的“案件.json”）")
    lines += [f"线索 {lead.lead_id}（{lead.state.value}）：{lead.title}" for lead in leads]
    lines += [f"证据 {capture_id}" for capture_id in captures]
    return lines


def _note(services: Services, action: AuditAction, case_id: str, detail: str) -> None:
    record(
        services.audit,
        Caller(account=None, origin="cli"),
        action=action,
        at=services.clock(),
        object_id=case_id,
        detail=detail,
    )


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
