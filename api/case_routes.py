"""The life of a case: its steps, officers, particulars, evidence, papers, approvals and timeline."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from api.case_answers import (
    APPROVALS,
    CASE_STAND,
    CHECK,
    FORMS,
    PAPER_ANSWER,
    PAPER_LIST,
    TIMELINE,
    ApprovalItem,
    ApprovalList,
    CaseActWish,
    CaseStand,
    EvidenceWish,
    FormList,
    LeadsCaseWish,
    OfficersWish,
    PaperActWish,
    PaperAnswer,
    PaperFieldsWish,
    PaperList,
    PaperWish,
    ParticularsWish,
    PeriodItem,
    TimelineAnswer,
)
from api.door import Door, acting, asking, door_of
from api.examples import documented
from api.lead_routes import Id
from api.preconditions import IfMatch, etag_of, version_asked
from api.problems import problem_responses
from documents.case_papers import CasePaperRoom
from evidence.desk import evidence_flaws
from leads.case_life import CaseLife
from leads.cases import case_id_of, draft_case
from offices.audit import Caller
from offices.case_desk import CaseWork
from offices.case_timeline import KINDS, TimelineDesk
from records.case_parts import CaseStep
from records.people import Permission
from records.timeline import TimelineCheck

__all__ = ["make_case_desk", "router"]

router = APIRouter(tags=["案件与文书"])

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_CHANGED = (401, 403, 404, 409, 412, 422, 428)
_ANSWERS = {"approve": "同意", "return": "退回修改", "refuse": "不同意"}


def make_case_desk(door: Door, caller: Caller) -> TimelineDesk:
    """The desk for cases, papers and their timeline."""
    work = CaseWork(
        rules=CaseLife(),
        papers=CasePaperRoom(),
        draft=draft_case,
        case_id_of=case_id_of,
        check_evidence=evidence_flaws,
    )
    return TimelineDesk(door.services, caller, work)


_Desk = Annotated[TimelineDesk, Depends(asking(make_case_desk))]
_Acting = Annotated[TimelineDesk, Depends(acting(make_case_desk))]


@router.post("/cases/of-leads", summary="由线索开立案件", responses=documented(CASE_STAND, 401, 403, 404, 422))
def open_of_leads(response: Response, desk: _Acting, wanted: LeadsCaseWish) -> CaseStand:
    """One case of these leads and no others; the same leads give the same case."""
    made = desk.open(wanted.lead_ids, title=wanted.title, cause=wanted.cause)
    return _stand(response, desk, made.case.case_id)


@router.get("/cases/{case_id}/standing", summary="案件办理情况", responses=documented(CASE_STAND, 401, 403, 404, 422))
def read_standing(response: Response, desk: _Desk, case_id: Id) -> CaseStand:
    """State, parties, officers, running periods with their cards, and the steps that may be taken now."""
    desk.read(case_id)
    return _stand(response, desk, case_id)


@router.post("/cases/{case_id}/actions", summary="办理案件", responses=documented(CASE_STAND, *_CHANGED))
def act_on_case(
    request: Request, response: Response, desk: _Acting, *, case_id: Id, wanted: CaseActWish, if_match: IfMatch = None
) -> CaseStand:
    """Take one of the lawful steps."""
    desk.need(Permission.CASES_ACT)
    step = CaseStep(
        action=wanted.action,
        actor=desk.account.login,
        reason=wanted.reason,
        now=door_of(request).services.clock(),
        deadline_id=wanted.deadline_id,
    )
    desk.act(case_id, step, expected_version=version_asked(if_match))
    return _stand(response, desk, case_id)


@router.put("/cases/{case_id}/officers", summary="指定主办、协办", responses=documented(CASE_STAND, *_CHANGED))
def assign_officers(
    response: Response, desk: _Acting, *, case_id: Id, wanted: OfficersWish, if_match: IfMatch = None
) -> CaseStand:
    """Two officers with enforcement cards of their own."""
    desk.need(Permission.CASES_ACT)
    desk.assign(case_id, wanted.lead, wanted.assist, expected_version=version_asked(if_match))
    return _stand(response, desk, case_id)


@router.put("/cases/{case_id}/particulars", summary="修改案由、当事人", responses=documented(CASE_STAND, *_CHANGED))
def describe_case(
    response: Response, desk: _Acting, *, case_id: Id, wanted: ParticularsWish, if_match: IfMatch = None
) -> CaseStand:
    """All of them, as they are to be."""
    desk.need(Permission.CASES_ACT)
    desk.describe(
        case_id,
        title=wanted.title,
        cause=wanted.cause,
        parties=wanted.parties,
        expected_version=version_asked(if_match),
    )
    return _stand(response, desk, case_id)


@router.post("/cases/{case_id}/evidence", summary="收入证据", responses=documented(CASE_STAND, *_CHANGED))
def attach_evidence(
    response: Response, desk: _Acting, *, case_id: Id, wanted: EvidenceWish, if_match: IfMatch = None
) -> CaseStand:
    """Captures, received files and surveyed pages."""
    desk.need(Permission.CASES_ACT)
    desk.attach(case_id, wanted.evidence_ids, expected_version=version_asked(if_match))
    return _stand(response, desk, case_id)


@router.get("/cases/{case_id}/timeline", summary="案件时间线", responses=documented(TIMELINE, 401, 403, 404, 422))
def read_timeline(
    desk: _Desk, case_id: Id, kind: Annotated[list[str] | None, Query(max_length=20)] = None
) -> TimelineAnswer:
    """Everything that happened, with the digest each step has in its chain; `kind` filters."""
    return TimelineAnswer(items=desk.timeline(case_id, tuple(one for one in KINDS if one in (kind or ()))))


@router.post("/cases/{case_id}/verification", summary="核对时间线", responses=documented(CHECK, 401, 403, 404, 422))
def verify_timeline(desk: _Acting, case_id: Id) -> TimelineCheck:
    """Hold the timeline against the audit chain, the custody chain and the stored files."""
    return desk.verify_timeline(case_id)


@router.get("/paper-forms", summary="文书格式", responses=documented(FORMS, 401, 403))
def list_forms(desk: _Desk) -> FormList:
    """What each paper needs, and the fields officers write."""
    desk.need(Permission.LEADS_READ)
    return FormList(items=desk.forms())


@router.get("/cases/{case_id}/papers", summary="案件的文书", responses=documented(PAPER_LIST, 401, 403, 404, 422))
def list_papers(desk: _Desk, case_id: Id) -> PaperList:
    """By opening."""
    return PaperList(items=desk.detail(case_id).papers)


@router.post("/cases/{case_id}/papers", summary="拟写文书", responses=documented(PAPER_ANSWER, 401, 403, 404, 422))
def begin_paper(response: Response, desk: _Acting, case_id: Id, wanted: PaperWish) -> PaperAnswer:
    """A draft with the words proposed from the records."""
    paper = desk.begin(case_id, wanted.kind, subject=wanted.subject)
    return _paper(response, desk, paper.paper_id)


@router.get("/papers/{paper_id}", summary="一份文书", responses=documented(PAPER_ANSWER, 401, 403, 404, 422))
def read_paper(response: Response, desk: _Desk, paper_id: Id) -> PaperAnswer:
    """Facts from the records, what officers wrote, and what it lacks."""
    return _paper(response, desk, paper_id)


@router.put("/papers/{paper_id}/fields", summary="填写文书", responses=documented(PAPER_ANSWER, *_CHANGED))
def write_paper(
    response: Response, desk: _Acting, *, paper_id: Id, wanted: PaperFieldsWish, if_match: IfMatch = None
) -> PaperAnswer:
    """A new version of the words."""
    desk.need(Permission.CASES_ACT)
    desk.save(paper_id, wanted.fields, expected_version=version_asked(if_match))
    return _paper(response, desk, paper_id)


@router.post("/papers/{paper_id}/actions", summary="送审、审批、定稿", responses=documented(PAPER_ANSWER, *_CHANGED))
def act_on_paper(
    response: Response, desk: _Acting, *, paper_id: Id, wanted: PaperActWish, if_match: IfMatch = None
) -> PaperAnswer:
    """Submit, withdraw, sign off; or, as 负责人, approve, return, refuse."""
    answer = _ANSWERS.get(wanted.action, "")
    desk.need(Permission.CASES_APPROVE if answer else Permission.CASES_ACT)
    version = version_asked(if_match)
    if answer:
        desk.decide(paper_id, answer, opinion=wanted.opinion, expected_version=version)
    elif wanted.action == "submit":
        desk.submit(paper_id, opinion=wanted.opinion, expected_version=version)
    elif wanted.action == "withdraw":
        desk.withdraw(paper_id, expected_version=version)
    else:
        desk.seal(paper_id, expected_version=version)
    return _paper(response, desk, paper_id)


@router.get(
    "/papers/{paper_id}/file",
    summary="文书文件",
    response_class=Response,
    responses={
        200: {
            "description": "PDF/A-3b 或 docx",
            "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}, _DOCX: {}},
        },
        **problem_responses(401, 403, 404, 422),
    },
)
def read_paper_file(
    desk: _Desk,
    paper_id: Id,
    form: Literal["pdf", "docx"] = "pdf",
    version: Annotated[int, Query(ge=0, le=10_000)] = 0,
) -> Response:
    """The newest version, or the one named; a signed-off one as it was kept."""
    _paper_record, content = desk.printed(paper_id, number=version, docx=form == "docx")
    return Response(
        content,
        media_type="application/pdf" if form == "pdf" else _DOCX,
        headers={"Content-Disposition": f'attachment; filename="{paper_id}.{form}"', "Cache-Control": "no-store"},
    )


@router.get("/approvals", summary="待审批的文书", responses=documented(APPROVALS, 401, 403))
def list_approvals(desk: _Desk) -> ApprovalList:
    """What waits for 负责人, the oldest first."""
    return ApprovalList(
        items=tuple(
            ApprovalItem(
                paper=one.paper,
                case_id=one.case.case_id,
                case_title=one.case.title,
                submitted_by=one.submitted_by,
                submitted_at=one.submitted_at,
                not_mine=one.own,
            )
            for one in desk.waiting()
        )
    )


def _stand(response: Response, desk: TimelineDesk, case_id: str) -> CaseStand:
    detail = desk.detail(case_id)
    response.headers["ETag"] = etag_of(detail.case.version)
    return CaseStand(case=detail.case, periods=tuple(PeriodItem.of(one) for one in detail.periods), steps=detail.steps)


def _paper(response: Response, desk: TimelineDesk, paper_id: str) -> PaperAnswer:
    file = desk.file(paper_id)
    response.headers["ETag"] = etag_of(file.paper.version)
    return PaperAnswer.of(file)
