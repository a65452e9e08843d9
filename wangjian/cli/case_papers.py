"""`wangjian cases act|officers|timeline|paper …`: a case worked in somebody's name, its papers and its timeline."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from network.hours import shanghai_words
from records.case_parts import CaseStep
from records.errors import ExitCode, InvalidInputError, StorageFullError
from records.papers import PaperForm
from wangjian.cli.options import AsJson, DataDir, emit, emit_rows, opened, plain

__all__ = ["add_case_work_to"]

CaseId = Annotated[str, typer.Argument(metavar="CASE", help="案件编号")]
PaperId = Annotated[str, typer.Argument(metavar="PAPER", help="文书编号")]
As = Annotated[str, typer.Option("--as", metavar="LOGIN", help="以哪个账号的名义办理")]


class PaperAct(StrEnum):
    """What is done with a paper."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    SEAL = "seal"
    APPROVE = "approve"
    RETURN = "return"
    REFUSE = "refuse"


_ANSWERS = {PaperAct.APPROVE: "同意", PaperAct.RETURN: "退回修改", PaperAct.REFUSE: "不同意"}


def add_case_work_to(cases: typer.Typer) -> None:
    """Register the commands."""
    cases.command("act", help="办理一步：报请立案、立案、调查终结、移送……")(case_act)
    cases.command("officers", help="指定主办、协办两名执法人员")(case_officers)
    cases.command("timeline", help="案件时间线；可核对、导出 JSONL 或 PDF")(case_timeline)
    papers = typer.Typer(help="案件文书", no_args_is_help=True)
    papers.command("forms", help="可以拟写的文书格式及其栏目")(paper_forms)
    papers.command("list", help="一个案件的文书")(paper_list)
    papers.command("begin", help="拟写一份文书")(paper_begin)
    papers.command("show", help="一份文书：来自记录的事实、承办人填写的内容、缺什么")(paper_show)
    papers.command("fill", help="填写栏目，另存一版")(paper_fill)
    papers.command("act", help="送审、撤回、定稿，或由负责人审批")(paper_act)
    papers.command("print", help="打印为 PDF 或 docx（草稿带待填标记）")(paper_print)
    cases.add_typer(papers, name="paper")


def case_act(
    case_id: CaseId,
    action: Annotated[str, typer.Argument(metavar="ACTION", help="办理的一步，见 cases show 的“可办”")],
    by: As,
    reason: Annotated[str, typer.Option("--reason", help="理由")] = "",
    deadline: Annotated[str, typer.Option("--deadline", help="期限办结：期限编号")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Take one lawful step."""
    from wangjian.case_work import desk_for

    with opened(data_dir) as services:
        desk = desk_for(services, by)
        version = services.leads.case(case_id).version
        step = CaseStep(action=action, actor=by, reason=reason, now=services.clock(), deadline_id=deadline)
        case = desk.act(case_id, step, expected_version=version)
    emit(case, as_json=as_json, text=f"{case.case_id}：{case.state}")
    return ExitCode.DONE


def case_officers(
    case_id: CaseId,
    lead: Annotated[str, typer.Argument(metavar="LEAD", help="主办的账号")],
    assist: Annotated[str, typer.Argument(metavar="ASSIST", help="协办的账号")],
    by: As,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """主办 and 协办."""
    from wangjian.case_work import desk_for

    with opened(data_dir) as services:
        version = services.leads.case(case_id).version
        case = desk_for(services, by).assign(case_id, lead, assist, expected_version=version)
    emit(case, as_json=as_json, text="\n".join(f"{one.part} {one.name} {one.card_no}" for one in case.handlers))
    return ExitCode.DONE


def case_timeline(
    case_id: CaseId,
    kind: Annotated[list[str] | None, typer.Option("--kind", help="只看某类，如 文书；可重复")] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="写到 .jsonl 或 .pdf 文件")
    ] = None,
    verify: Annotated[bool, typer.Option("--verify", help="与审计链、保管链、存储中的文件核对")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """What happened, oldest first; with --verify held against the chains."""
    from documents.case_timeline import TimelinePaper, timeline_jsonl, timeline_pdf
    from wangjian.case_work import desk_of_operator

    with opened(data_dir) as services:
        desk = desk_of_operator(services)
        entries = desk.timeline(case_id, tuple(kind or ()))
        check = desk.verify_timeline(case_id) if verify or output else None
        if output is not None and check is not None:
            desk.note_export(case_id, f"时间线 {output.name}")
            paper = TimelinePaper(
                organisation=services.organisation,
                title=services.leads.case(case_id).title,
                case_id=case_id,
                chosen="、".join(kind or ()) or "全部",
                prepared_at=check.at,
            )
            fonts = (services.data_dir / "fonts",)
            if output.suffix == ".pdf":
                _write(output, timeline_pdf(paper, entries, check, font_folders=fonts))
            else:
                _write(output, timeline_jsonl(entries, check))
    lines = [
        f"{shanghai_words(one.at)}  {one.kind}  {one.title}  {one.actor or '系统'}  {one.detail}" for one in entries
    ]
    lines += [
        f"{'通过' if line.passed else '不符'}  {line.title}：{line.said}" for line in (check.lines if check else ())
    ]
    emit({"entries": plain(list(entries)), "check": plain(check)}, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE if check is None or check.whole else ExitCode.NO


def paper_forms(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """All forms."""
    from documents.case_papers import CasePaperRoom

    forms: tuple[PaperForm, ...] = CasePaperRoom().forms()
    lines = []
    for form in forms:
        lines.append(f"{form.kind}  {form.title}：{form.purpose}{'（须审批）' if form.approval else ''}")
        lines += [f"      {one.name}  {one.label}{'' if one.required else '（可不填）'}" for one in form.fields]
    emit({"forms": plain(list(forms))}, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE


def paper_list(case_id: CaseId, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Papers of a case, by opening."""
    with opened(data_dir) as services:
        services.leads.case(case_id)
        found = services.case_book.papers(case_id)
    rows = [
        {
            "paper_id": one.paper_id,
            "kind": one.kind,
            "title": one.title,
            "state": one.state.value,
            "document_no": one.document_no,
            "version": one.newest,
        }
        for one in found
    ]
    columns = {"paper_id": "文书", "kind": "号", "title": "名称", "state": "状态", "document_no": "文号"}
    emit_rows(rows, as_json=as_json, columns=columns, empty="还没有文书；拟写：wangjian cases paper begin CASE KIND")
    return ExitCode.DONE if rows else ExitCode.NO


def paper_begin(
    case_id: CaseId,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="格式号，见 cases paper forms")],
    by: As,
    subject: Annotated[str, typer.Option("--subject", help="11、12 号：针对哪件证据（固证编号）")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """A new draft with the words proposed from the records."""
    from wangjian.case_work import desk_for

    with opened(data_dir) as services:
        desk = desk_for(services, by)
        file = desk.file(desk.begin(case_id, kind, subject=subject).paper_id)
    lacking = f"\n缺：{'、'.join(file.missing)}" if file.missing else ""
    document = {"paper": plain(file.paper), "missing": list(file.missing)}
    emit(document, as_json=as_json, text=f"{file.paper.paper_id}  {file.paper.title}{lacking}")
    return ExitCode.DONE


def paper_show(paper_id: PaperId, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Facts, fields and what is missing."""
    from wangjian.case_work import desk_of_operator

    with opened(data_dir) as services:
        file = desk_of_operator(services).file(paper_id)
    lines = [f"{file.paper.title}（{file.paper.state}）{file.paper.document_no}　第 {file.paper.newest} 版"]
    lines += [f"{fact.label}：{fact.value or '（记录中没有）'}　〔{fact.source}〕" for fact in file.facts]
    lines += [
        f"{one.name}  {one.label}：{file.version.fields.get(one.name, '') or '（未填）'}" for one in file.form.fields
    ]
    lines += [f"缺：{'、'.join(file.missing)}"] if file.missing else []
    document = {"paper": plain(file.paper), "words": plain(file.version), "missing": list(file.missing)}
    emit(document, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE


def paper_fill(
    paper_id: PaperId,
    fields: Annotated[list[str], typer.Argument(metavar="NAME=VALUE…", help="栏目名=内容，栏目名见 paper show")],
    by: As,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Keep what the officer writes as a new version."""
    from wangjian.case_work import desk_for

    words = dict(_pair(one) for one in fields)
    with opened(data_dir) as services:
        desk = desk_for(services, by)
        desk.save(paper_id, words, expected_version=services.case_book.paper(paper_id).version)
        file = desk.file(paper_id)
    lacking = f"；缺：{'、'.join(file.missing)}" if file.missing else "；内容已齐"
    document = {"paper": plain(file.paper), "missing": list(file.missing)}
    emit(document, as_json=as_json, text=f"已存第 {file.paper.newest} 版{lacking}")
    return ExitCode.DONE


def paper_act(
    paper_id: PaperId,
    act: Annotated[
        PaperAct, typer.Argument(help="送审 submit，撤回 withdraw，定稿 seal；负责人 approve、return、refuse")
    ],
    by: As,
    opinion: Annotated[str, typer.Option("--opinion", help="意见")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Submit, withdraw, sign off, or decide."""
    from wangjian.case_work import desk_for

    with opened(data_dir) as services:
        desk, version = desk_for(services, by), services.case_book.paper(paper_id).version
        if act in _ANSWERS:
            paper = desk.decide(paper_id, _ANSWERS[act], opinion=opinion, expected_version=version)
        elif act is PaperAct.SUBMIT:
            paper = desk.submit(paper_id, opinion=opinion, expected_version=version)
        elif act is PaperAct.WITHDRAW:
            paper = desk.withdraw(paper_id, expected_version=version)
        else:
            paper = desk.seal(paper_id, expected_version=version)
    emit(paper, as_json=as_json, text=f"{paper.title}：{paper.state} {paper.document_no}")
    return ExitCode.DONE


def paper_print(
    paper_id: PaperId,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="写到 .pdf 或 .docx 文件")],
    number: Annotated[int, typer.Option("--version", help="第几版；不填为最新")] = 0,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """The paper as a file."""
    from wangjian.case_work import desk_of_operator

    if output.suffix not in (".pdf", ".docx"):
        raise InvalidInputError(f"文书只能打印为 .pdf 或 .docx：{output.name}", cure="改 -o 的扩展名")
    with opened(data_dir) as services:
        desk = desk_of_operator(services)
        paper, content = desk.printed(paper_id, number=number, docx=output.suffix == ".docx")
    _write(output, content)
    emit(
        {"file": str(output), "paper": plain(paper)},
        as_json=as_json,
        text=f"已写入 {output}：{paper.title} {paper.state}",
    )
    return ExitCode.DONE


def _pair(said: str) -> tuple[str, str]:
    name, mark, value = said.partition("=")
    if not mark or not name.strip():
        raise InvalidInputError(f"栏目要写成 名=内容：{said[:60]}", cure="栏目名见 wangjian cases paper show PAPER")
    return name.strip(), value.replace("\\n", "\n")


def _write(output: Path, content: bytes) -> None:
    try:
        output.write_bytes(content)
    except OSError as exc:
        raise StorageFullError(f"不能写入 {output}：{exc.strerror or exc}", cure="换一个 -o") from exc
