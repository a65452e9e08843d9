"""The console's `Workbench`: what several rooms do together, joined once for the process that serves."""

from __future__ import annotations

import secrets
import tempfile
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog

from records.capture_comparing import CaptureComparison
from records.errors import ConflictError, InvalidInputError, NotFoundError, WangJianError
from records.own_rules import OwnRule
from records.ports import Services
from records.rule_life import RuleAct, RuleEvent
from records.survey import Page
from records.watch_lists import WatchList
from records.workbench import ListAnswer, OwnTrial, PageProof, RuleDecision
from wangjian.settings import Settings

__all__ = ["ConsoleWorkbench"]

_log = structlog.get_logger(__name__)
_MOST_TOLD = 5


class ConsoleWorkbench:
    """Implements records.workbench.Workbench. What pages seldom need is imported where it is asked for."""

    def __init__(self, services: Services, settings: Settings) -> None:
        self._services = services
        self._settings = settings
        self._lock = threading.Lock()
        self._trying = threading.Lock()
        self._auditing: datetime | None = None
        self._audit: threading.Thread | None = None

    @property
    def keep_days(self) -> int:
        """See records.workbench.Workbench."""
        return self._settings.evidence.keep_days

    @property
    def probe_urls(self) -> tuple[str, ...]:
        """See records.workbench.Workbench."""
        return self._settings.evidence.probe_urls

    @property
    def probe_hours(self) -> float:
        """See records.workbench.Workbench."""
        return self._settings.evidence.probe_hours

    def compare(self, first: str, second: str) -> tuple[CaptureComparison, tuple[str, ...]]:
        """See records.workbench.Workbench."""
        from wangjian.comparing_captures import compared, in_words

        report = compared(self._services, first, second)
        return report, tuple(in_words(report))

    def compared_picture(self, first: str, second: str) -> bytes:
        """See records.workbench.Workbench."""
        from evidence.comparing import compare, marked_picture
        from wangjian.comparing_captures import sides

        one, two = sides(self._services, first, second)
        found = compare(one, two).picture
        if found is None:
            raise InvalidInputError("两次固证不都有整页截图，不能并列", cure="只看文字与金额的比对")
        return marked_picture(one, two, found)

    def page_named(self, named: str) -> Page:
        """See records.workbench.Workbench."""
        from wangjian.proving_pages import page_named

        return page_named(self._services, named)

    def prove_page(self, page: Page, *, operator: str, reason: str, origin: str) -> PageProof:
        """See records.workbench.Workbench."""
        from wangjian.proving_pages import prove_page

        with tempfile.TemporaryDirectory(prefix="wangjian-prove-") as folder:
            path = Path(folder) / "page.wacz"
            placed = prove_page(self._services, page, path, operator=operator, reason=reason, origin=origin)
            return PageProof(content=path.read_bytes(), page=page, position=placed.position + 1)

    def begin_audit(self, tell: Callable[[str], None]) -> bool:
        """See records.workbench.Workbench."""
        with self._lock:
            if self._auditing is not None:
                return False
            self._auditing = self._services.clock()
            self._audit = threading.Thread(target=self._look, args=(tell,), name="audit", daemon=True)
            self._audit.start()
        return True

    def auditing_since(self) -> datetime | None:
        """See records.workbench.Workbench."""
        return self._auditing

    def wait_for_audit(self) -> None:
        """Until the look under way has ended, if there is one."""
        audit = self._audit
        if audit is not None:
            audit.join()

    def decide_rule(self, rule_id: str, act: RuleAct, decision: RuleDecision) -> RuleEvent:
        """See records.workbench.Workbench."""
        from leads.rule_life import rule_event
        from leads.rule_standing import known_rules
        from leads.selftest import run_examples

        services = self._services
        rule = next((one for one in known_rules(services) if one.rule_id == rule_id), None)
        if rule is None:
            raise NotFoundError(f"没有规则 {rule_id[:40]}", cure="编号见规则列表")
        now = services.clock()
        if act is RuleAct.SIGNED:
            failed = [one for one in run_examples((rule,), on=now.date()) if not one.passed]
            if failed:
                raise InvalidInputError(
                    f"规则 {rule_id} 有 {len(failed)} 条示例不符，未签批：{failed[0].text[:60]}",
                    cure="改正规则，至全部示例通过",
                )
        event = rule_event(
            rule, act, by=(decision.by, decision.office), note=decision.note, floor=decision.floor, now=now
        )
        services.rules.append_rule_event(event)
        return event

    def try_rule(self, own: OwnRule) -> OwnTrial:
        """See records.workbench.Workbench."""
        from wangjian.own_rules import try_rule

        if not self._trying.acquire(blocking=False):
            raise ConflictError("另一次试行正在进行", cure="稍后重试")
        try:
            trial = try_rule(self._services, own)
        finally:
            self._trying.release()
        return OwnTrial(
            shops=trial.shops, listings=trial.listings, findings=trial.findings, unread_regions=trial.unread_regions
        )

    def keep_rule(self, own: OwnRule) -> tuple[OwnRule, bool]:
        """See records.workbench.Workbench."""
        from leads.own_rules import lead_rule_of
        from wangjian.own_rules import next_version

        lead_rule_of(own)
        kept = next_version(self._services, own)
        changed = kept.made_at == own.made_at
        if changed:
            self._services.own_rules.save_own_rules((kept,))
        return kept, changed

    def confirm_list(self, list_id: str, answer: ListAnswer) -> WatchList:
        """See records.workbench.Workbench."""
        from wangjian.watching import confirm

        return confirm(
            self._services, list_id, rule_id=answer.rule_id, reason=answer.reason, article=answer.article, by=answer.by
        )

    def _look(self, tell: Callable[[str], None]) -> None:
        from wangjian.auditing import audit_everything

        try:
            seed = secrets.token_hex(8)
            report = audit_everything(self._services, seed=seed)
            left = len(report.problems) - _MOST_TOLD
            more = (f"另有 {left} 项，见 wangjian evidence audit",) if left > 0 else ()
            found = (f"抽查：{len(report.problems)} 项问题", *report.problems[:_MOST_TOLD], *more)
            told = (
                f"抽查：全部一致（证据包 {report.packages} 个，保管链 {report.events} 条，存证日志 {report.leaves} 条，"
                f"存储对象 {report.objects} 个，采集网页 {report.pages} 个；种子 {seed}）"
            )
            tell("；".join(found) if report.problems else told)
        except WangJianError as exc:
            _log.warning("evidence_audit_failed", problem=exc.problem)
            tell(f"抽查未完成：{exc.message}")
        finally:
            self._auditing = None
