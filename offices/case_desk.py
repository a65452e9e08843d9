"""案件 as one person may see and move them: found, opened whole, moved by lawful steps, described, given evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from offices.audit import AuditAction, Caller
from offices.cases import noted, open_case
from offices.desk import Desk, not_found
from offices.masking import mask_name, mask_phone
from records.case_parts import CaseEvent, CaseHandler, CaseState, CaseStep, Deadline, HandlerPart, Party
from records.case_ports import CaseChange, CaseRules
from records.cases import CaseDraft, CaseRequest, DraftCase
from records.errors import ConflictError, InvalidInputError, NotFoundError, TransitionRefusedError
from records.evidence import Capture
from records.leads import Case, Lead, Officer
from records.papers import Paper, PaperRoom
from records.people import Account, Permission, Role
from records.ports import Services

__all__ = ["APPROVED_STEPS", "CaseAsk", "CaseDesk", "CaseDetail", "CaseLine", "CaseWork", "Running"]

_MOST_WORDS = 200
APPROVED_STEPS = frozenset({"立案", "不予立案", "不批准立案", "延长核查", "延长办案期限", "审核通过", "作出处理决定"})
"""Steps that 负责人 takes."""
_ENDED = frozenset({CaseState.NOT_FILED, CaseState.TRANSFERRED, CaseState.CLOSED, CaseState.ARCHIVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWork:
    """What the rooms of leads, documents and evidence do for this desk; the doors hand these over."""

    rules: CaseRules
    papers: PaperRoom
    draft: DraftCase
    case_id_of: Callable[[CaseRequest], str]
    check_evidence: Callable[[Services, Sequence[str]], Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A period with its card: colour (none, green, yellow, red, unknown) and sentence."""

    period: Deadline
    colour: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case in a list, with the period that presses most."""

    case: Case
    pressing: Running | None
    waiting: int
    mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAsk:
    """Which cases: in a state, on a card of a colour, one's own, with words in title, cause, party or number."""

    state: str = ""
    card: str = ""
    mine: bool = False
    words: str = ""
    open_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDetail:
    """A case with all that an officer works with. Personal data is masked unless the person may read it whole;
    `hidden_count` are leads beyond the region."""

    case: Case
    leads: tuple[Lead, ...]
    hidden_count: int
    captures: tuple[Capture, ...]
    papers: tuple[Paper, ...]
    periods: tuple[Running, ...]
    steps: tuple[str, ...]
    events: tuple[CaseEvent, ...]


class CaseDesk(Desk):
    """The part of a desk that deals with cases."""

    def __init__(self, services: Services, caller: Caller, work: CaseWork) -> None:
        super().__init__(services, caller)
        self._work = work

    def found(self, ask: CaseAsk) -> tuple[CaseLine, ...]:
        """Cases of one's region that fit, the most pressing first. Raises PermissionRefusedError."""
        self.need(Permission.LEADS_READ)
        waiting = Counter(paper.case_id for paper in self._services.case_book.papers(state="待审批"))
        lines = (self._line(case, waiting[case.case_id]) for case in self._seen())
        kept = [line for line in lines if _fits(line, ask)]
        return tuple(sorted(kept, key=_urgency))

    def states(self) -> dict[str, int]:
        """How many cases of one's region are in each state."""
        self.need(Permission.LEADS_READ)
        counted = Counter(case.state.value for case in self._seen())
        return {state.value: counted[state.value] for state in CaseState if counted[state.value]}

    def read(self, case_id: str) -> CaseDetail:
        """One case, whole; the look is written into the audit chain.

        Raises:
            NotFoundError: No such case with a lead in this region.
            PermissionRefusedError: May not read leads.
        """
        detail = self.detail(case_id)
        whole = self.may(Permission.PERSONAL_READ) and any(one.person or one.phone for one in detail.case.parties)
        self.note(AuditAction.CASE_READ, case_id, "含当事人个人信息" if whole else "")
        return detail

    def detail(self, case_id: str) -> CaseDetail:
        """As `read`, for another act that writes its own note."""
        self.need(Permission.LEADS_READ)
        case, leads = self._scoped_case(case_id)
        hidden = len(case.lead_ids) - len(leads)
        shown = case if self.may(Permission.PERSONAL_READ) else _masked(case)
        book = self._services.case_book
        return CaseDetail(
            case=shown,
            leads=tuple(sorted(leads, key=lambda lead: (-lead.priority_score, lead.lead_id))),
            hidden_count=hidden,
            captures=self.evidence_of(case) if self.may(Permission.EVIDENCE_READ) else (),
            papers=book.papers(case_id),
            periods=tuple(self._running(one) for one in self._work.rules.running(case)),
            steps=tuple(self._work.rules.steps(case)) if self.may(Permission.CASES_ACT) else (),
            events=book.events(case_id),
        )

    def open(self, lead_ids: Sequence[str], *, title: str = "", cause: str = "") -> CaseDraft:
        """A case of these leads and no others; again: the same case.

        Raises:
            InvalidInputError: None, too many, or none that can be taken.
            NotFoundError, PermissionRefusedError: As elsewhere.
        """
        self.need(Permission.LEADS_ACT)
        if not 0 < len(lead_ids) <= _MOST_WORDS:
            raise InvalidInputError(f"一次并入 1 至 {_MOST_WORDS} 条线索", cure="先选线索")
        leads = [self.scoped_lead(lead_id) for lead_id in dict.fromkeys(lead_ids)]
        request = CaseRequest(
            shop_ids=tuple(sorted({lead.shop_id for lead in leads})),
            lead_ids=tuple(lead.lead_id for lead in leads),
            title=title,
            cause=cause[:_MOST_WORDS],
            actor=self.account.login,
            now=self._services.clock(),
        )
        made = open_case(
            self._services,
            request,
            leads,
            case_id=self._work.case_id_of(request),
            draft=self._work.draft,
            caller=self._caller,
        )
        self.note(AuditAction.CASE_OPENED, made.case.case_id, f"{made.case.title}：线索 {len(made.case.lead_ids)} 条")
        return made

    def act(self, case_id: str, wanted: CaseStep, *, expected_version: int) -> Case:
        """Take one lawful step; the leads go with 立案, 不予立案 and 移送 where their state allows it.

        Raises:
            TransitionRefusedError: No such step now, or two officers are needed.
            PermissionRefusedError: 立案, 不予立案 and prolonging are for 负责人.
            ConflictError: The case is no longer of that version.
            InvalidInputError, NotFoundError: As elsewhere.
        """
        self.need(Permission.CASES_ACT)
        if wanted.action in APPROVED_STEPS:
            self.need(Permission.CASES_APPROVE)
        case, leads = self._scoped_case(case_id)
        self._check_version(case, expected_version)
        changed, event = self._work.rules.act(case, wanted)
        self._keep(changed, event)
        self.take_leads(leads, wanted.action, reason=f"案件 {case_id}")
        return self._services.leads.case(case_id)

    def describe(
        self, case_id: str, *, title: str, cause: str, parties: Sequence[Party], expected_version: int
    ) -> Case:
        """名称, 案由 and parties as the officers put them; what stood there before stays in the history."""
        self.need(Permission.CASES_ACT)
        case, _leads = self._scoped_case(case_id)
        self._check_version(case, expected_version)
        if not title.strip() or not cause.strip() or max(len(title), len(cause)) > _MOST_WORDS:
            raise InvalidInputError(f"案件名称和案由须填写，各不超过 {_MOST_WORDS} 字", cure="改写后保存")
        if any(not one.name.strip() for one in parties):
            raise InvalidInputError("当事人须有名称或姓名", cure="补上名称，或去掉这一行")
        changed = case.model_copy(update={"title": title.strip(), "cause": cause.strip(), "parties": tuple(parties)})
        said = f"案由：{case.cause or '（无）'} → {changed.cause}；当事人 {len(case.parties)} → {len(parties)} 名"
        self._keep(changed, self._event(changed, "修改案件信息", said))
        return self._services.leads.case(case_id)

    def assign(self, case_id: str, lead_login: str, assist_login: str, *, expected_version: int) -> Case:
        """主办 and 协办: two officers with cards of their own, who see the case's region.

        Raises:
            InvalidInputError: Not two different officers with 执法证号.
            ConflictError, NotFoundError, PermissionRefusedError: As elsewhere.
        """
        self.need(Permission.CASES_ACT)
        case, _leads = self._scoped_case(case_id)
        self._check_version(case, expected_version)
        if lead_login == assist_login:
            raise InvalidInputError("主办和协办须是两个人", cure="另选一名协办")
        pairs = ((HandlerPart.LEAD, lead_login), (HandlerPart.ASSIST, assist_login))
        handlers = tuple(self._handler(part, login) for part, login in pairs)
        if handlers[0].card_no == handlers[1].card_no:
            raise InvalidInputError("两人的执法证号相同", cure="请系统管理员核对账号的执法证号")
        officers = tuple(Officer(name=one.name, card_no=one.card_no) for one in handlers)
        changed = case.model_copy(update={"handlers": handlers, "officers": officers})
        said = "、".join(f"{one.part}{one.name}（{one.card_no}）" for one in handlers)
        self._keep(changed, self._event(changed, "指定承办人员", said))
        return self._services.leads.case(case_id)

    def attach(self, case_id: str, evidence_ids: Sequence[str], *, expected_version: int) -> Case:
        """Evidence (captures, received files) and surveyed pages taken into the case, by id.

        Raises:
            NotFoundError: No such evidence or page, or not in this region.
        """
        self.need(Permission.CASES_ACT)
        self.need(Permission.EVIDENCE_READ)
        case, _leads = self._scoped_case(case_id)
        self._check_version(case, expected_version)
        captures, pages = list(case.capture_ids), list(case.page_ids)
        for named in dict.fromkeys(one.strip() for one in evidence_ids if one.strip()):
            if named.startswith("page_"):
                pages.append(self._services.survey.page(named).page_id)
            else:
                captures.append(self._scoped_capture(named).capture_id)
        changed = case.model_copy(
            update={"capture_ids": tuple(dict.fromkeys(captures)), "page_ids": tuple(dict.fromkeys(pages))}
        )
        if changed != case:
            added = (*changed.capture_ids[len(case.capture_ids) :], *changed.page_ids[len(case.page_ids) :])
            self._keep(changed, self._event(changed, "收入证据", "、".join(added)))
        return self._services.leads.case(case_id)

    def officers(self) -> tuple[Account, ...]:
        """Accounts that may handle cases, by name."""
        self.need(Permission.CASES_ACT)
        return tuple(
            sorted(
                (
                    one
                    for one in self._services.accounts.accounts()
                    if one.active and {Role.OFFICER, Role.CHIEF} & set(one.roles)
                ),
                key=lambda one: (one.name, one.login),
            )
        )

    def evidence_of(self, case: Case) -> tuple[Capture, ...]:
        """What was put together with it, captured for its leads since, and received for it; oldest first."""
        store = self._services.evidence
        found = {one.capture_id: one for lead_id in case.lead_ids for one in store.captures(lead_id=lead_id)}
        found |= {one.capture_id: one for one in store.captures(case_id=case.case_id)}
        for capture_id in case.capture_ids:
            if capture_id not in found:
                found[capture_id] = store.capture(capture_id)
        return tuple(sorted(found.values(), key=lambda one: (one.started_at, one.capture_id)))

    def take_leads(self, leads: Sequence[Lead], action: str, *, reason: str) -> None:
        """The same step for the leads of a case, those whose state allows it; the others stay where they are."""
        if action not in ("立案", "不予立案", "移送"):
            return
        for lead in leads:
            try:
                changed, event = self._work.rules.take_lead(
                    lead, action, by=self.account.login, reason=reason, now=self._services.clock()
                )
                self._services.leads.save_lead(changed, event, expected_version=lead.version)
            except (ConflictError, InvalidInputError, TransitionRefusedError):
                continue
            self.note(AuditAction.LEAD_ACTED, lead.lead_id, f"{action}：{reason}")

    def _seen(self) -> list[Case]:
        return [case for case in self._services.leads.cases() if self._sees(case)]

    def _sees(self, case: Case) -> bool:
        if not self.scope or (case.region_code and self.sees_region(case.region_code)) or not case.lead_ids:
            return True
        return bool(self._leads_of(case))

    def _leads_of(self, case: Case) -> list[Lead]:
        leads = []
        for lead_id in case.lead_ids:
            try:
                leads.append(self.scoped_lead(lead_id))
            except NotFoundError:
                continue
        return leads

    def _scoped_case(self, case_id: str) -> tuple[Case, list[Lead]]:
        case = self._services.leads.case(case_id)
        leads = self._leads_of(case)
        if not leads and case.lead_ids:
            raise not_found("案件", case_id)
        return case, leads

    def _scoped_capture(self, capture_id: str) -> Capture:
        capture = self._services.evidence.capture(capture_id)
        if capture.lead_id:
            self.scoped_lead(capture.lead_id)
        elif self.scope and capture.operator != self.account.login:
            raise not_found("证据", capture_id)
        return capture

    def _line(self, case: Case, waiting: int) -> CaseLine:
        running = self._work.rules.running(case)
        return CaseLine(
            case=case,
            pressing=self._running(running[0]) if running else None,
            waiting=waiting,
            mine=self.account.login in {case.opened_by, *(one.login for one in case.handlers)},
        )

    def _running(self, period: Deadline) -> Running:
        colour, sentence = self._work.rules.card(period, self._services.clock())
        return Running(period=period, colour=colour, sentence=sentence)

    def _handler(self, part: HandlerPart, login: str) -> CaseHandler:
        account = self._services.accounts.account_by_login(login) if login else None
        if account is None or account not in self.officers():
            raise InvalidInputError(f"没有可以办案的账号：{login[:60]}", cure=f"{part}须是办案或负责人岗位的账号")
        if not account.card_no.strip():
            raise InvalidInputError(f"{account.name} 的账号没有执法证号", cure="请系统管理员在账号中填写执法证号")
        return CaseHandler(part=part, login=account.login, name=account.name, card_no=account.card_no.strip())

    def _check_version(self, case: Case, expected: int) -> None:
        if case.version != expected:
            raise ConflictError(
                f"案件已被他人改动（现为第 {case.version} 版），本次未作更改", cure="看过最新内容后再决定"
            )

    def _event(self, case: Case, action: str, said: str) -> CaseEvent:
        wanted = CaseStep(action=action, actor=self.account.login, now=self._services.clock())
        return self._work.rules.event(case, action, before=case.state, said=said, wanted=wanted)

    def _keep(self, case: Case, event: CaseEvent) -> None:
        change = CaseChange(event=event, audit=noted(self._caller, event), case=case)
        self._services.case_book.keep(change)


def _masked(case: Case) -> Case:
    parties = tuple(
        one.model_copy(update={"person": mask_name(one.person), "phone": mask_phone(one.phone) if one.phone else ""})
        for one in case.parties
    )
    return case.model_copy(update={"parties": parties})


def _fits(line: CaseLine, ask: CaseAsk) -> bool:
    case = line.case
    said = (case.title, case.cause, case.case_id, *(one.name for one in case.parties))
    return (
        (not ask.state or case.state.value == ask.state)
        and (not ask.card or (line.pressing is not None and line.pressing.colour == ask.card))
        and (not ask.mine or line.mine)
        and (not ask.open_only or case.state not in _ENDED)
        and any(ask.words.strip() in one for one in said)
    )


def _urgency(line: CaseLine) -> tuple[int, date, str]:
    """Red, then what cannot be counted, yellow, green; ended cases last."""
    order = {"red": 0, "unknown": 1, "yellow": 2, "green": 3}
    colour = line.pressing.colour if line.pressing else ""
    due = line.pressing.period.due_on if line.pressing and line.pressing.period.due_on else date.max
    return order.get(colour, 4 if line.case.state not in _ENDED else 5), due, line.case.case_id
