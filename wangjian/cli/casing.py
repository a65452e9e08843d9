"""`wangjian cases …` (also `case`): opened for a group, a shop or leads, listed with deadlines, shown, exported."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from typing import Annotated

import typer

from leads.cases import case_id_of, draft_case
from offices.audit import AuditAction, Caller, record
from offices.cases import open_case
from records.cases import CaseRequest
from records.errors import ExitCode, InvalidInputError
from records.groups import SellerGroup
from records.leads import Lead
from records.ports import Services
from wangjian.case_words import captures_of, case_in_words
from wangjian.cli.case_exports import case_export
from wangjian.cli.case_papers import add_case_work_to
from wangjian.cli.options import AsJson, DataDir, emit, emit_rows, opened

__all__ = ["add_to"]

CaseId = Annotated[str, typer.Argument(metavar="CASE", help="案件编号")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    cases = typer.Typer(help="案件：一案查清同一经营者的多家网店", no_args_is_help=True)
    cases.command("open", help="为关联组、一家网店或几条线索开立案件；再次执行则补入新线索")(case_open)
    cases.command("list", help="列出案件")(case_list)
    cases.command("show", help="一个案件的线索、证据与并案理由")(case_show)
    cases.command("export", help="导出案卷：证据包（逐个核验）、线索、并案理由及其网页校验值")(case_export)
    add_case_work_to(cases)
    app.add_typer(cases, name="cases")
    app.add_typer(cases, name="case", hidden=True)


def case_open(
    subjects: Annotated[
        list[str], typer.Argument(metavar="GROUP|SHOP|LEAD…", help="关联组编号，或网店编号，或一条以上线索编号")
    ],
    title: Annotated[str, typer.Option("--title", help="案件名称；不填由线索得出")] = "",
    by: Annotated[str, typer.Option("--by", help="开立人；不填用系统账户名")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """One case with the open leads of all shops of the group."""
    actor = by.strip() or getpass.getuser()
    with opened(data_dir) as services:
        request, leads = _request(services, subjects, title=title, actor=actor)
        made = open_case(services, request, leads, case_id=case_id_of(request), draft=draft_case)
        _note(services, AuditAction.CASE_OPENED, made.case.case_id, f"{actor}：{made.case.title}")
    case = made.case
    lines = [f"{case.case_id}  {case.title}", f"线索 {len(case.lead_ids)} 条，网店 {len(case.shop_ids)} 家"]
    lines += [f"并案理由：{reason}" for reason in case.reasons]
    lines += [f"未并入：{said}" for said in made.left_out]
    emit({"case": case, "left_out": made.left_out}, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE


def case_list(
    state: Annotated[str, typer.Option("--state", help="只看某一状态，如 调查中")] = "",
    card: Annotated[str, typer.Option("--card", help="只看某色期限牌：red、yellow、unknown、green")] = "",
    words: Annotated[str, typer.Option("--words", help="名称、案由、当事人中的字")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Cases, the most pressing first."""
    from offices.case_desk import CaseAsk
    from wangjian.case_work import desk_of_operator

    with opened(data_dir) as services:
        found = desk_of_operator(services).found(CaseAsk(state=state, card=card, words=words))
    rows = [
        {
            "case_id": case.case_id,
            "state": case.state.value,
            "deadline": line.pressing.sentence if line.pressing else "",
            "title": case.title,
            "leads": len(case.lead_ids),
            "shops": len(case.shop_ids),
            "opened_by": case.opened_by,
            "opened_at": case.opened_at.isoformat(),
        }
        for line in found
        for case in (line.case,)
    ]
    columns = {
        "case_id": "案件",
        "state": "状态",
        "deadline": "期限",
        "title": "名称",
        "leads": "线索",
        "shops": "网店",
        "opened_by": "开立人",
    }
    emit_rows(rows, as_json=as_json, columns=columns, empty="还没有案件；开立：wangjian cases open GROUP")
    return ExitCode.DONE if rows else ExitCode.NO


def case_show(case_id: CaseId, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """One case, whole."""
    with opened(data_dir) as services:
        case = services.leads.case(case_id)
        leads = [services.leads.lead(lead_id) for lead_id in case.lead_ids]
        captures = captures_of(services, case)
    text = "\n".join(case_in_words(case, leads, captures))
    emit({"case": case, "leads": leads, "captures": captures}, as_json=as_json, text=text)
    return ExitCode.DONE


def _request(services: Services, subjects: Sequence[str], *, title: str, actor: str) -> tuple[CaseRequest, list[Lead]]:
    now = services.clock()
    if all(one.startswith("lead_") for one in subjects):
        leads = [services.leads.lead(one) for one in dict.fromkeys(subjects)]
        shops = tuple(sorted({lead.shop_id for lead in leads}))
        ids = tuple(lead.lead_id for lead in leads)
        return CaseRequest(shop_ids=shops, lead_ids=ids, title=title, actor=actor, now=now), leads
    if len(subjects) > 1:
        raise InvalidInputError("只能写一个关联组或网店，或全部写线索编号", cure="几家网店的案件由关联组开立")
    group = _group_of(services, subjects[0])
    shop_ids = group.shop_ids if group else (services.survey.shop(subjects[0]).shop_id,)
    leads = [lead for shop_id in shop_ids for lead in services.leads.leads_of(shop_id=shop_id)]
    return CaseRequest(shop_ids=shop_ids, group=group, title=title, actor=actor, now=now), leads


def _group_of(services: Services, subject: str) -> SellerGroup | None:
    if not subject.startswith("group_"):
        return services.groups.group_of(subject)
    group = services.groups.group(subject)
    if group.merged_into:
        raise InvalidInputError(
            f"{subject} 已并入 {group.merged_into}", cure=f"wangjian cases open {group.merged_into}"
        )
    return group


def _note(services: Services, action: AuditAction, case_id: str, detail: str) -> None:
    record(
        services.audit,
        Caller(account=None, origin="命令行"),
        action=action,
        at=services.clock(),
        object_id=case_id,
        detail=detail,
    )
