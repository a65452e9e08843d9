"""The timeline of a case, made of the records that cannot be changed unseen, and held against them on demand.

Case events have their digests in the audit chain; custody events are a chain of their own; papers have the digests of
their files in both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from offices.audit import AuditAction, verify_chain
from offices.cases import proof_of
from offices.paper_desk import PaperDesk
from records.audit_search import AuditQuery
from records.case_parts import CaseEvent, event_sha256
from records.errors import CustodyError, IntegrityError, NotFoundError
from records.evidence import CustodyAction, CustodyEvent
from records.leads import Case, Lead, LeadEvent
from records.people import AuditEvent, Permission
from records.timeline import CheckLine, TimelineCheck, TimelineEntry

__all__ = ["KINDS", "TimelineDesk"]

KINDS = ("发现", "线索", "固证", "封存", "查看", "核验", "导出", "移交", "案件", "文书", "审批")
"""Kinds of entries, as the page filters them."""

_MOST_AUDIT = 2_000
_LOOKS = {
    AuditAction.CASE_READ.value: "查看",
    AuditAction.PAPER_READ.value: "查看",
    AuditAction.CASE_EXPORTED.value: "导出",
    AuditAction.CASE_VERIFIED.value: "核验",
}
_PAPER_ACTS = {
    "送审文书": "审批",
    "撤回文书": "审批",
    "退回文书": "审批",
    "拟写文书": "文书",
    "修改文书": "文书",
    "文书定稿": "文书",
}
_CUSTODY = {
    CustodyAction.FOUND: "发现",
    CustodyAction.RECEIVED: "固证",
    CustodyAction.CAPTURED: "固证",
    CustodyAction.SEALED: "封存",
    CustodyAction.VIEWED: "查看",
}


class TimelineDesk(PaperDesk):
    """The part of a desk that deals with what happened in a case."""

    def timeline(self, case_id: str, kinds: Sequence[str] = ()) -> tuple[TimelineEntry, ...]:
        """Everything that happened, oldest first; of these kinds when any are named.

        Raises:
            NotFoundError, PermissionRefusedError: As `read`.
        """
        self.need(Permission.LEADS_READ)
        case, leads = self._scoped_case(case_id)
        found = [*self._of_leads(leads), *self._of_case(case), *self._of_looks(case)]
        if self.may(Permission.EVIDENCE_READ):
            found += self._of_evidence(case)
        wanted = set(kinds)
        chosen = [one for one in found if not wanted or one.kind in wanted]
        return tuple(sorted(chosen, key=lambda one: (one.at, KINDS.index(one.kind), one.reference)))

    def verify_timeline(self, case_id: str) -> TimelineCheck:
        """Hold the timeline against the audit chain, the custody chain and the stored files; what came of it is written
        into the audit chain."""
        self.need(Permission.LEADS_READ)
        self.need(Permission.EVIDENCE_READ)
        case, _leads = self._scoped_case(case_id)
        lines = (
            self._check_chain(),
            self._check_events(case),
            self._check_papers(case),
            self._check_evidence(case),
        )
        check = TimelineCheck(at=self._services.clock(), whole=all(line.passed for line in lines), lines=lines)
        said = "一致" if check.whole else "；".join(line.said for line in lines if not line.passed)
        self.note(AuditAction.CASE_VERIFIED, case_id, said)
        return check

    def note_export(self, case_id: str, what: str) -> None:
        """Write down that something of the case left the house. Raises PermissionRefusedError."""
        self.need(Permission.EVIDENCE_EXPORT)
        self._scoped_case(case_id)
        self.note(AuditAction.CASE_EXPORTED, case_id, what)

    def _check_chain(self) -> CheckLine:
        try:
            count = verify_chain(self._services.audit)
        except CustodyError as exc:
            return CheckLine(title="审计链", passed=False, said=exc.message)
        return CheckLine(title="审计链", passed=True, said=f"{count} 条首尾相接，内容与校验值相符")

    def _check_events(self, case: Case) -> CheckLine:
        """Each event of the case is in the audit chain with its digest, and the chain knows no event that is gone."""
        events = self._services.case_book.events(case.case_id)
        said = [one.detail for one in self._audit_of(case.case_id, AuditAction.CASE_ACTED.value)]
        changed = [one for one in events if not any(proof_of(one) in detail for detail in said)]
        known = {one.event_id for one in events}
        gone = [detail for detail in said if not any(named in detail for named in known)]
        if changed or gone:
            words = [f"“{one.action}”（{one.event_id}）与审计链所记不符" for one in changed]
            words += [f"审计链所记的一步不在案件记录中（{detail[:60]}）" for detail in gone]
            return CheckLine(title="办案记录", passed=False, said="；".join(words)[:800])
        return CheckLine(title="办案记录", passed=True, said=f"{len(events)} 步，每一步的校验值均在审计链中")

    def _check_papers(self, case: Case) -> CheckLine:
        wrong, count = [], 0
        reasons = [one.reason for one in self._services.case_book.events(case.case_id)]
        for paper in self._services.case_book.papers(case.case_id):
            for version in self._services.case_book.paper_versions(paper.paper_id):
                if version.pdf is None or version.docx is None:
                    continue
                count += 1
                if not any(version.pdf.sha256 in reason for reason in reasons):
                    wrong.append(f"《{paper.title}》第 {version.number} 版的校验值不在办案记录中")
                wrong += self._file_flaws(paper.title, (version.pdf.sha256, version.docx.sha256))
        if wrong:
            return CheckLine(title="定稿文书", passed=False, said="；".join(wrong)[:800])
        return CheckLine(title="定稿文书", passed=True, said=f"{count} 份，文件与定稿时的校验值相符")

    def _file_flaws(self, title: str, kept: Sequence[str]) -> Iterator[str]:
        for sha256 in kept:
            try:
                self._services.blobs.get(sha256)
            except (IntegrityError, NotFoundError) as exc:
                yield f"《{title}》：{exc.message}"

    def _check_evidence(self, case: Case) -> CheckLine:
        captures = [one.capture_id for one in self.evidence_of(case)]
        flaws = self._work.check_evidence(self._services, captures)
        if flaws:
            return CheckLine(title="证据与保管链", passed=False, said="；".join(flaws)[:800])
        said = f"{len(captures)} 件证据，保管链首尾相接，证据包与封存时的校验值相符"
        return CheckLine(title="证据与保管链", passed=True, said=said)

    def _of_leads(self, leads: Sequence[Lead]) -> Iterator[TimelineEntry]:
        for lead in leads:
            for event in self._services.leads.lead_events(lead.lead_id):
                yield _lead_entry(lead, event)

    def _of_case(self, case: Case) -> Iterator[TimelineEntry]:
        for event in self._services.case_book.events(case.case_id):
            yield _case_entry(event)

    def _of_evidence(self, case: Case) -> Iterator[TimelineEntry]:
        for capture in self.evidence_of(case):
            for event in self._services.evidence.custody(capture.capture_id):
                yield _custody_entry(event, capture.title or capture.url)

    def _of_looks(self, case: Case) -> Iterator[TimelineEntry]:
        """Looks at the case and its papers, checks and exports."""
        titles = {one.paper_id: one.title for one in self._services.case_book.papers(case.case_id)}
        for event in self._audit_of(case.case_id, *_LOOKS):
            yield _look_entry(event, "案件")
        for paper_id, title in titles.items():
            for event in self._audit_of(paper_id, AuditAction.PAPER_READ.value):
                yield _look_entry(event, f"《{title}》")

    def _audit_of(self, object_id: str, *actions: str) -> list[AuditEvent]:
        query = AuditQuery(actions=actions, text=object_id)
        found = self._services.audit.find_audit(query, limit=_MOST_AUDIT)
        return [one for one in found if one.object_id == object_id]


def _lead_entry(lead: Lead, event: LeadEvent) -> TimelineEntry:
    return TimelineEntry(
        at=event.at,
        kind="发现" if event.action == "发现" else "移交" if event.action == "移送" else "线索",
        title=f"线索{event.action}",
        actor=event.actor,
        detail=f"{lead.title}　{event.reason}".strip("　"),
        source="线索记录",
        reference=event.event_id,
        href=f"/leads/{lead.lead_id}",
    )


def _case_entry(event: CaseEvent) -> TimelineEntry:
    moved = f"（{event.state_from} → {event.state_to}）" if event.state_from not in (None, event.state_to) else ""
    return TimelineEntry(
        at=event.at,
        kind="移交" if event.action == "移送" else _PAPER_ACTS.get(event.action, "案件"),
        title=f"{event.action}{moved}",
        actor=event.actor,
        detail=event.reason,
        source="审计链",
        reference=event.event_id,
        proof_sha256=event_sha256(event),
        href=f"/papers/{event.paper_id}" if event.paper_id else f"/cases/{event.case_id}",
    )


def _custody_entry(event: CustodyEvent, title: str) -> TimelineEntry:
    return TimelineEntry(
        at=event.at,
        kind=_CUSTODY.get(event.action) or _by_word(event.action.value),
        title=f"证据{event.action.value}",
        actor=event.actor,
        detail=" ".join(f"{' '.join(title.split())[:120]}　{event.reason}".split("\n")).strip("　"),
        source="保管链",
        reference=f"{event.sequence}",
        proof_sha256=event.event_sha256,
        href=f"/evidence/{event.capture_id}",
    )


def _look_entry(event: AuditEvent, what: str) -> TimelineEntry:
    return TimelineEntry(
        at=event.at,
        kind=_LOOKS[event.action],
        title=f"{event.action}" if what == "案件" else f"{event.action}{what}",
        actor=event.actor,
        detail=event.detail,
        source="审计链",
        reference=f"审计第 {event.sequence} 条",
        proof_sha256=event.event_sha256,
    )


def _by_word(action: str) -> str:
    """Custody acts beyond those of the table, by what they say."""
    for word, kind in (("核", "核验"), ("验", "核验"), ("导出", "导出"), ("移", "移交"), ("交付", "移交")):
        if word in action:
            return kind
    return "封存"
