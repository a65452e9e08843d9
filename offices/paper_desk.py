"""文书 of cases as one person may draft, submit, approve and read them. What is signed off never changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from offices.cases import noted
from offices.paper_files import PaperFile, PaperFiles
from records.base import stable_id
from records.case_parts import CaseEvent, CaseStep
from records.case_ports import CaseChange
from records.errors import ConflictError, InvalidInputError, NotFoundError, TransitionRefusedError
from records.leads import Case
from records.papers import (
    Approval,
    Paper,
    PaperForm,
    PaperState,
    PaperVersion,
)
from records.people import Permission

__all__ = ["PaperDesk", "WaitingPaper"]

_MOST_TEXT = 8_000
_TRIES = 5
_STEPS: Mapping[str, tuple[PaperState, ...]] = {
    "修改": (PaperState.DRAFT, PaperState.RETURNED, PaperState.SEALED),
    "送审": (PaperState.DRAFT, PaperState.RETURNED),
    "撤回": (PaperState.SUBMITTED,),
    "审批": (PaperState.SUBMITTED,),
    "定稿": (PaperState.DRAFT,),
}
"""From which states each step of a paper may be taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPaper:
    """A paper that waits for 负责人; `own` when this person may not decide it, and why."""

    paper: Paper
    case: Case
    submitted_by: str
    submitted_at: datetime | None
    own: str


class PaperDesk(PaperFiles):
    """The part of a desk that deals with papers."""

    def begin(self, case_id: str, kind: str, *, subject: str = "") -> Paper:
        """A new draft, with the words proposed from the records.

        Raises:
            InvalidInputError: The form is about one piece of evidence, and none of the case is named.
            NotFoundError, PermissionRefusedError: As elsewhere.
        """
        self.need(Permission.CASES_ACT)
        form = self._work.papers.form(kind)
        case, leads = self._scoped_case(case_id)
        if form.subject and subject not in {one.capture_id for one in self.evidence_of(case)}:
            raise InvalidInputError(f"《{form.title}》须指明本案的一件证据", cure="先选证据，再拟文书")
        now = self._services.clock()
        paper = Paper(
            paper_id=stable_id("paper", case_id, kind, subject, now.isoformat()),
            case_id=case_id,
            kind=kind,
            title=form.title,
            subject=subject if form.subject else "",
            opened_by=self.account.login,
            opened_at=now,
        )
        facts = self._facts(form, case, leads, paper)
        version = self._version(paper, form, facts, self._work.papers.first_fields(form, facts), number=1)
        self._keep_paper(case, paper, "拟写文书", f"第 {kind} 号《{form.title}》", version=version)
        return self._services.case_book.paper(paper.paper_id)

    def save(self, paper_id: str, fields: Mapping[str, str], *, expected_version: int) -> Paper:
        """The officer's words as a new version; of a signed-off paper this opens a later version to be signed anew.

        Raises:
            TransitionRefusedError: It is with 负责人.
            InvalidInputError: A field the form has not, or too much text.
            ConflictError: Somebody else changed it.
        """
        self.need(Permission.CASES_ACT)
        file = self._step(paper_id, "修改", expected_version)
        known = {one.name for one in file.form.fields}
        if set(fields) - known:
            raise InvalidInputError(f"这种文书没有栏目：{'、'.join(sorted(set(fields) - known))[:120]}")
        words = {**file.version.fields, **{name: value.strip() for name, value in fields.items()}}
        long = next((name for name, value in words.items() if len(value) > _MOST_TEXT), "")
        if long:
            raise InvalidInputError(f"“{file.form.field(long).label}”超过 {_MOST_TEXT} 字", cure="缩短后保存")
        paper = file.paper.model_copy(
            update={"state": PaperState.DRAFT, "newest": file.paper.newest + 1, "approvals": ()}
        )
        version = self._version(paper, file.form, file.facts, words, number=paper.newest)
        said = f"《{paper.title}》第 {paper.newest} 版" + ("（定稿后修订）" if file.paper.sealed_number else "")
        self._keep_paper(file.case, paper, "修改文书", said, version=version)
        return self._services.case_book.paper(paper_id)

    def submit(self, paper_id: str, *, expected_version: int, opinion: str = "") -> Paper:
        """To 负责人, under the name of the officer who submits it.

        Raises:
            TransitionRefusedError: It lacks something, named; or this form needs nobody's approval.
            ConflictError, NotFoundError, PermissionRefusedError: As elsewhere.
        """
        self.need(Permission.CASES_ACT)
        file = self._step(paper_id, "送审", expected_version)
        if not file.form.approval:
            raise TransitionRefusedError(f"《{file.form.title}》不须审批", cure="直接定稿")
        self._check_whole(file)
        paper = file.paper.model_copy(
            update={"state": PaperState.SUBMITTED, "approvals": (self._said("承办人", opinion, agreed=True),)}
        )
        case, act = file.case, ""
        if file.form.asks and file.form.asks in self._work.rules.steps(case):
            case, event = self._work.rules.act(case, self._wanted(file.form.asks, paper))
            act = f"；{event.action}"
        self._keep_paper(case, paper, "送审文书", f"《{paper.title}》{act}", before=file.case)
        return self._services.case_book.paper(paper_id)

    def withdraw(self, paper_id: str, *, expected_version: int) -> Paper:
        """Take back what is not decided yet."""
        self.need(Permission.CASES_ACT)
        file = self._step(paper_id, "撤回", expected_version)
        paper = file.paper.model_copy(update={"state": PaperState.DRAFT, "approvals": ()})
        self._keep_paper(file.case, paper, "撤回文书", f"《{paper.title}》")
        return self._services.case_book.paper(paper_id)

    def decide(self, paper_id: str, answer: str, *, opinion: str = "", expected_version: int) -> Paper:
        """负责人: 同意 signs it off, 退回修改 gives it back, 不同意 signs off a 立案审批表 that says no.

        Raises:
            PermissionRefusedError: Not 负责人.
            TransitionRefusedError: One may not approve what one drafted, submitted or handles oneself.
            InvalidInputError: No such answer, or no reason given.
        """
        self.need(Permission.CASES_APPROVE)
        file = self._step(paper_id, "审批", expected_version)
        own = self._own(file.paper, file.case, file.versions)
        if own:
            raise TransitionRefusedError(own, cure="由另一名负责人审批")
        if answer not in ("同意", "退回修改", "不同意") or (answer == "不同意" and not file.form.refused):
            raise InvalidInputError(f"没有这种审批意见：{answer[:20]}", cure="同意、退回修改")
        if answer != "同意" and not opinion.strip():
            raise InvalidInputError(f"{answer}须写明理由", cure="填写意见后重试")
        given = self._said("负责人", opinion, agreed=answer == "同意")
        if answer == "退回修改":
            paper = file.paper.model_copy(
                update={"state": PaperState.RETURNED, "approvals": (*file.paper.approvals, given)}
            )
            self._keep_paper(file.case, paper, "退回文书", f"《{paper.title}》：{opinion.strip()}")
            return self._services.case_book.paper(paper_id)
        act = file.form.act.get(file.version.fields.get(file.form.act_field, ""), "")
        return self._seal(file, (*file.paper.approvals, given), act if answer == "同意" else file.form.refused)

    def seal(self, paper_id: str, *, expected_version: int) -> Paper:
        """Sign off a paper that needs nobody's approval. Raises as `submit`."""
        self.need(Permission.CASES_ACT)
        file = self._step(paper_id, "定稿", expected_version)
        if file.form.approval:
            raise TransitionRefusedError(f"《{file.form.title}》须经负责人审批", cure="先送审")
        self._check_whole(file)
        return self._seal(file, (self._said("承办人", "", agreed=True),), "")

    def waiting(self) -> tuple[WaitingPaper, ...]:
        """Papers of one's region that wait for 负责人, the oldest first. Raises PermissionRefusedError."""
        self.need(Permission.CASES_APPROVE)
        found = []
        for paper in self._services.case_book.papers(state=PaperState.SUBMITTED.value):
            try:
                case, _leads = self._scoped_case(paper.case_id)
            except NotFoundError:
                continue
            asked = paper.approvals[0] if paper.approvals else None
            versions = self._services.case_book.paper_versions(paper.paper_id)
            found.append(
                WaitingPaper(
                    paper=paper,
                    case=case,
                    submitted_by=asked.name if asked else "",
                    submitted_at=asked.at if asked else None,
                    own=self._own(paper, case, versions),
                )
            )
        return tuple(found)

    def _step(self, paper_id: str, step: str, expected: int) -> PaperFile:
        """The paper, when this step may be taken now."""
        file = self._file(paper_id)
        if file.paper.version != expected:
            raise ConflictError(
                f"《{file.paper.title}》已被他人改动，本次未作更改", cure="看过最新内容后再决定", paper_id=paper_id
            )
        if file.paper.state not in _STEPS[step]:
            raise TransitionRefusedError(
                f"《{file.paper.title}》处于“{file.paper.state}”，不能{step}", cure="刷新页面看可以做什么"
            )
        return file

    def _check_whole(self, file: PaperFile) -> None:
        if file.missing:
            raise TransitionRefusedError(
                f"《{file.form.title}》缺：{'、'.join(file.missing)}", cure="补齐后再送审或定稿", missing=file.missing
            )

    def _own(self, paper: Paper, case: Case, versions: Sequence[PaperVersion]) -> str:
        login = self.account.login
        handlers = {one.login for one in case.handlers}
        sent = (one.login for one in paper.approvals if one.step == "承办人")
        wrote = {paper.opened_by, *(one.saved_by for one in versions if not one.sealed), *sent}
        if login in handlers:
            return "承办人不能审批自己承办的案件"
        return "拟写、送审的人不能审批" if login in wrote else ""

    def _seal(self, file: PaperFile, approvals: tuple[Approval, ...], act: str) -> Paper:
        """Print it with its number, keep both files, and write it down for good, with what it brings about."""
        for _ in range(_TRIES):
            try:
                return self._seal_once(file, approvals, act)
            except ConflictError as exc:
                if "next_number" not in exc.data:
                    raise
        raise ConflictError("文号正被其他文书取用，未能定稿", cure="稍后再试")

    def _seal_once(self, file: PaperFile, approvals: tuple[Approval, ...], act: str) -> Paper:
        now, form = self._services.clock(), file.form
        number = self._next(form, now) if form.series and not file.paper.document_no else None
        document_no = f"{number[0]}{number[1]}号" if number else file.paper.document_no
        version = file.version.model_copy(
            update={
                "number": file.paper.newest + 1,
                "facts": self._whole_facts(file),
                "missing": (),
                "saved_by": self.account.login,
                "saved_at": now,
                "sealed": True,
                "document_no": document_no,
                "approvals": approvals,
            }
        )
        case, moved = self._moved(file, act, now)
        pdf = self._services.blobs.put(self._print(form, file.paper, version, now))
        docx = self._services.blobs.put(self._print(form, file.paper, version, now, docx=True))
        version = version.model_copy(update={"pdf": pdf, "docx": docx})
        paper = file.paper.model_copy(
            update={
                "state": PaperState.SEALED,
                "document_no": document_no,
                "newest": version.number,
                "sealed_number": version.number,
                "sealed_at": now,
                "approvals": approvals,
            }
        )
        said = f"《{paper.title}》{document_no} 第 {version.number} 版，PDF SHA-256 {pdf.sha256}{moved}"
        self._keep_paper(case, paper, "文书定稿", said, version=version, number=number, before=file.case)
        if act:
            self.take_leads(self._leads_of(case), act, reason=f"案件 {case.case_id}，{document_no or paper.title}")
        return self._services.case_book.paper(paper.paper_id)

    def _moved(self, file: PaperFile, act: str, now: datetime) -> tuple[Case, str]:
        """The case after what the paper brings about: a step, a period."""
        case, form, said = file.case, file.form, ""
        if act:
            reason = f"《{form.title}》" + (
                file.version.fields.get("reason") or file.version.fields.get("ground") or ""
            )
            wanted = CaseStep(
                action=act, actor=self.account.login, reason=reason[:500], now=now, paper_id=file.paper.paper_id
            )
            case, event = self._work.rules.act(case, wanted)
            said = f"；{event.action}"
        if form.opens and not file.paper.sealed_number:
            until = date.fromisoformat(file.version.fields[form.until]) if form.until else None
            case = self._work.rules.paper_period(
                case,
                title=form.opens,
                article=form.article,
                due=(form.days, until),
                paper=(file.paper.paper_id, self._work.rules.day(now)),
            )
            said += f"；{form.opens}期限开始"
        return case, said

    def _next(self, form: PaperForm, now: datetime) -> tuple[str, int]:
        mark = self._services.office_mark or self._services.organisation
        series = f"{mark}{form.series}〔{self._work.rules.day(now).year}〕"
        return series, self._services.case_book.next_number(series)

    def _keep_paper(  # noqa: PLR0913  # one argument a part of the change
        self,
        case: Case,
        paper: Paper,
        action: str,
        said: str,
        *,
        version: PaperVersion | None = None,
        number: tuple[str, int] | None = None,
        before: Case | None = None,
    ) -> None:
        """Keep paper and case together; a case that did not change keeps its version."""
        before = before or case
        event = CaseEvent(
            event_id=stable_id("event", paper.paper_id, action, str(paper.version)),
            case_id=case.case_id,
            action=action,
            state_from=before.state,
            state_to=case.state,
            actor=self.account.login,
            reason=said,
            paper_id=paper.paper_id,
            at=self._services.clock(),
        )
        self._services.case_book.keep(
            CaseChange(
                event=event,
                audit=noted(self._caller, event),
                case=case if case != before else None,
                paper=paper,
                paper_version=version,
                number=number,
            )
        )

    def _said(self, step: str, opinion: str, *, agreed: bool) -> Approval:
        account = self.account
        return Approval(
            step=step,
            login=account.login,
            name=account.name,
            card_no=account.card_no,
            agreed=agreed,
            opinion=opinion.strip()[:1000],
            at=self._services.clock(),
        )

    def _wanted(self, action: str, paper: Paper) -> CaseStep:
        return CaseStep(
            action=action,
            actor=self.account.login,
            reason=f"《{paper.title}》送审",
            now=self._services.clock(),
            paper_id=paper.paper_id,
        )
