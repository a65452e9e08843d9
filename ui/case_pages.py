"""案件: the list with its deadlines, one case whole, what is done to it, its timeline, and what waits for 负责人."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from documents.case_timeline import TimelinePaper, timeline_jsonl, timeline_pdf
from documents.printable import with_digests_grouped
from offices.case_desk import APPROVED_STEPS, CaseAsk, CaseDetail
from offices.case_timeline import KINDS, TimelineDesk
from records.case_parts import CaseState, CaseStep, HandlerPart, Party, PartyRole
from records.errors import ConflictError, InvalidInputError, NotFoundError, TransitionRefusedError
from records.people import Permission
from records.timeline import TimelineCheck, TimelineEntry
from ui.door import Asked, Changing, Visitor

__all__ = ["Said", "desk_of", "draw_case", "router"]

router = APIRouter()

_SHOWN = 200
_DOINGS = tuple(kind for kind in KINDS if kind not in ("查看", "核验", "导出"))
_NO_REASON = frozenset({"报请立案", "立案", "鉴定完毕", "调查终结", "审核通过", "结案", "归档"})
_CARDS = (("red", "红牌"), ("yellow", "黄牌"), ("unknown", "期限待定"), ("green", "未到期"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a page says beside the case: a refusal with what was written, or what was done."""

    problem: str = ""
    written: str = ""
    done: str = ""
    left_out: str = ""
    status: int = 200


_NOTHING_SAID = Said()


def desk_of(visitor: Visitor) -> TimelineDesk:
    """The desk for cases, papers and their timeline."""
    return TimelineDesk(visitor.services, visitor.caller, visitor.door.case_work)


@router.get("/cases", response_class=HTMLResponse)
def cases(
    visitor: Asked,
    *,
    state: str = "",
    card: str = "",
    mine: str = "",
    q: str = "",
    all_: Annotated[str, Query(alias="all")] = "",
) -> HTMLResponse:
    """Cases of one's region, the most pressing first; every filter is in the address."""
    desk = desk_of(visitor)
    ask = CaseAsk(
        state=state if state in set(CaseState) else "",
        card=card if card in dict(_CARDS) else "",
        mine=mine == "1",
        words=q[:100],
        open_only=not all_ and not state,
    )
    found = desk.found(ask)
    return visitor.draw(
        "cases.html",
        here="cases",
        lines=found[:_SHOWN],
        total=len(found),
        ask=ask,
        all_=all_,
        states=desk.states(),
        cards=_CARDS,
    )


@router.post("/cases")
def open_case(
    visitor: Changing,
    *,
    lead: Annotated[list[str] | None, Form(max_length=200)] = None,
    title: Annotated[str, Form(max_length=200)] = "",
    cause: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """A case of chosen leads."""
    made = desk_of(visitor).open(lead or [], title=title, cause=cause)
    return RedirectResponse(f"/cases/{made.case.case_id}?done=opened", status_code=303)


@router.get("/cases/{case_id}", response_class=HTMLResponse)
def case_page(visitor: Asked, case_id: str, *, done: str = "") -> HTMLResponse:
    """One case: what may be done now, deadlines, parties, officers, papers, evidence, leads, history."""
    return draw_case(visitor, case_id, Said(done=done))


@router.post("/cases/{case_id}/act")
def act(
    visitor: Changing,
    case_id: str,
    *,
    action: Annotated[str, Form(max_length=40)] = "",
    reason: Annotated[str, Form(max_length=1000)] = "",
    deadline: Annotated[str, Form(max_length=100)] = "",
    version: Annotated[int, Form(ge=0)] = 0,
) -> Response:
    """Take one step; a refusal keeps what was written."""
    wanted = CaseStep(
        action=action,
        actor=visitor.person.account.login,
        reason=reason,
        now=visitor.services.clock(),
        deadline_id=deadline,
    )
    try:
        desk_of(visitor).act(case_id, wanted, expected_version=version)
    except (ConflictError, TransitionRefusedError, InvalidInputError) as exc:
        return draw_case(visitor, case_id, Said(problem=str(exc), written=reason, status=409))
    return RedirectResponse(f"/cases/{case_id}?done=acted", status_code=303)


@router.post("/cases/{case_id}/officers")
def officers(
    visitor: Changing,
    case_id: str,
    *,
    lead_officer: Annotated[str, Form(max_length=64)] = "",
    assist_officer: Annotated[str, Form(max_length=64)] = "",
    version: Annotated[int, Form(ge=0)] = 0,
) -> Response:
    """主办 and 协办."""
    try:
        desk_of(visitor).assign(case_id, lead_officer, assist_officer, expected_version=version)
    except (ConflictError, InvalidInputError) as exc:
        return draw_case(visitor, case_id, Said(problem=str(exc), status=422))
    return RedirectResponse(f"/cases/{case_id}?done=saved#officers", status_code=303)


@router.get("/cases/{case_id}/edit", response_class=HTMLResponse)
def edit_page(visitor: Asked, case_id: str) -> HTMLResponse:
    """名称, 案由, parties."""
    return _edit(visitor, case_id)


@router.post("/cases/{case_id}/edit")
def edit(  # noqa: PLR0913  # one argument a column of the form
    visitor: Changing,
    case_id: str,
    *,
    title: Annotated[str, Form(max_length=400)] = "",
    cause: Annotated[str, Form(max_length=400)] = "",
    role: Annotated[list[str] | None, Form(max_length=20)] = None,
    name: Annotated[list[str] | None, Form(max_length=20)] = None,
    code: Annotated[list[str] | None, Form(max_length=20)] = None,
    kind: Annotated[list[str] | None, Form(max_length=20)] = None,
    person: Annotated[list[str] | None, Form(max_length=20)] = None,
    phone: Annotated[list[str] | None, Form(max_length=20)] = None,
    address: Annotated[list[str] | None, Form(max_length=20)] = None,
    source: Annotated[list[str] | None, Form(max_length=20)] = None,
    version: Annotated[int, Form(ge=0)] = 0,
) -> Response:
    """Keep them; a row without a name is left out."""
    columns = (role or [], name or [], code or [], kind or [], person or [], phone or [], address or [], source or [])
    try:
        parties = [_party(row) for row in zip(*columns, strict=True) if row[1].strip()]
        desk_of(visitor).describe(case_id, title=title, cause=cause, parties=parties, expected_version=version)
    except (ConflictError, InvalidInputError, ValueError) as exc:
        return _edit(visitor, case_id, problem=str(exc), status=422)
    return RedirectResponse(f"/cases/{case_id}?done=saved", status_code=303)


@router.post("/cases/{case_id}/evidence")
def attach(
    visitor: Changing,
    case_id: str,
    *,
    evidence: Annotated[str, Form(max_length=2000)] = "",
    version: Annotated[int, Form(ge=0)] = 0,
) -> Response:
    """Take evidence or surveyed pages in, by their numbers."""
    named = evidence.replace("，", " ").replace(",", " ").split()
    try:
        desk_of(visitor).attach(case_id, named, expected_version=version)
    except (ConflictError, InvalidInputError, NotFoundError) as exc:
        return draw_case(visitor, case_id, Said(problem=str(exc), status=422))
    return RedirectResponse(f"/cases/{case_id}?done=saved#evidence", status_code=303)


@router.get("/cases/{case_id}/timeline", response_class=HTMLResponse)
def timeline(visitor: Asked, case_id: str, *, kind: Annotated[list[str] | None, Query()] = None) -> HTMLResponse:
    """Everything that happened, oldest first, filtered by kind."""
    return _timeline(visitor, case_id, kind)


@router.post("/cases/{case_id}/timeline/verify", response_class=HTMLResponse)
def verify(visitor: Changing, case_id: str) -> HTMLResponse:
    """Hold it against the chains and the stored files."""
    check = desk_of(visitor).verify_timeline(case_id)
    return _timeline(visitor, case_id, None, check=check)


@router.get("/cases/{case_id}/timeline.{form}")
def export(visitor: Asked, case_id: str, form: str, *, kind: Annotated[list[str] | None, Query()] = None) -> Response:
    """The timeline as JSON lines or PDF, with the check made now."""
    if form not in ("jsonl", "pdf"):
        raise NotFoundError("时间线可导出为 jsonl 或 pdf", cure="改网址末尾")
    desk = desk_of(visitor)
    desk.note_export(case_id, f"时间线 {form}")
    check, entries = desk.verify_timeline(case_id), desk.timeline(case_id, _kinds(kind))
    case = desk.detail(case_id).case
    if form == "jsonl":
        content, media = timeline_jsonl(entries, check), "application/x-ndjson"
    else:
        paper = TimelinePaper(
            organisation=visitor.services.organisation,
            title=case.title,
            case_id=case_id,
            chosen="、".join(_kinds(kind)) or "全部",
            prepared_at=check.at,
        )
        fonts = (visitor.services.data_dir / "fonts",)
        content, media = timeline_pdf(paper, entries, check, font_folders=fonts), "application/pdf"
    return Response(content, media_type=media, headers=_download(f"timeline-{case_id}.{form}"))


@router.get("/approvals", response_class=HTMLResponse)
def approvals(visitor: Asked, *, done: str = "") -> HTMLResponse:
    """审批, fit for a phone: what waits, the foremost first, each with its words and the two answers."""
    desk = desk_of(visitor)
    waiting = desk.waiting()
    files = {one.paper.paper_id: desk.file(one.paper.paper_id) for one in waiting[:20]}
    return visitor.draw("approvals.html", here="cases", waiting=waiting, files=files, done=done)


def draw_case(visitor: Visitor, case_id: str, said: Said = _NOTHING_SAID) -> HTMLResponse:
    """The page of a case, with what was refused."""
    desk = desk_of(visitor)
    file = desk.read(case_id)
    may_act = visitor.may(Permission.CASES_ACT)
    approves = visitor.may(Permission.CASES_APPROVE)
    steps = tuple(step for step in file.steps if step != "期限办结" and (approves or step not in APPROVED_STEPS))
    return visitor.draw(
        "case.html",
        here="cases",
        status=said.status,
        file=file,
        case=file.case,
        steps=steps,
        no_reason=_NO_REASON,
        officers=desk.officers() if may_act else (),
        parts=tuple(HandlerPart),
        forms=desk.forms() if may_act else (),
        drawn_kinds={paper.kind for paper in file.papers},
        recent=desk.timeline(case_id, _DOINGS)[-8:][::-1],
        problem=said.problem,
        written=said.written,
        done=said.done,
        left_out=said.left_out,
        settles="期限办结" in file.steps,
        next_hint=_next_hint(file),
    )


def _next_hint(file: CaseDetail) -> str:
    """What the file lacks before the next step, in one sentence."""
    if len(file.case.handlers) < len(HandlerPart):
        return "先指定主办、协办两名执法人员，再办需要两人的手续。"
    kinds = {paper.kind for paper in file.papers}
    if file.case.state is CaseState.CHECKING and "07" not in kinds:
        return "核查完毕后拟写第 07 号《立案/不予立案审批表》，送审后由负责人批准立案。"
    return ""


def _edit(visitor: Visitor, case_id: str, *, problem: str = "", status: int = 200) -> HTMLResponse:
    desk = desk_of(visitor)
    desk.need(Permission.CASES_ACT)
    file = desk.detail(case_id)
    blank = Party(role=PartyRole.SUBJECT, name="")
    return visitor.draw(
        "case_edit.html",
        here="cases",
        case=file.case,
        parties=(*file.case.parties, blank),
        roles=tuple(PartyRole),
        problem=problem,
        status=status,
    )


def _party(row: tuple[str, ...]) -> Party:
    role, name, code, kind, person, phone, address, source = (value.strip()[:200] for value in row)
    return Party(
        role=PartyRole(role), name=name, code=code, kind=kind, person=person, phone=phone, address=address,
        source=source or "承办人员填写",
    )  # fmt: skip


def _timeline(
    visitor: Visitor, case_id: str, kind: list[str] | None, *, check: TimelineCheck | None = None
) -> HTMLResponse:
    desk, kinds = desk_of(visitor), _kinds(kind)
    file = desk.detail(case_id)
    everything = desk.timeline(case_id)
    counts = {name: sum(one.kind == name for one in everything) for name in KINDS}
    return visitor.draw(
        "case_timeline.html",
        here="cases",
        case=file.case,
        entries=[_readable(one) for one in everything if not kinds or one.kind in kinds],
        total=len(everything),
        counts=counts,
        kinds=kinds,
        query=urlencode([("kind", one) for one in kinds]),
        check=check,
    )


def _readable(entry: TimelineEntry) -> TimelineEntry:
    return entry.model_copy(update={"detail": with_digests_grouped(entry.detail)})


def _kinds(kind: list[str] | None) -> tuple[str, ...]:
    return tuple(one for one in KINDS if one in (kind or ()))


def _download(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
