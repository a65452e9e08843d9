"""The console's `Workbench`: what several rooms do together, joined once for the process that serves."""

from __future__ import annotations

import secrets
import tempfile
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog

from records.arranging import Arranging
from records.bench_standing import Standing
from records.capture_comparing import CaptureComparison
from records.disposals import RetentionDesk
from records.errors import ConflictError, InvalidInputError, NotFoundError, WangJianError
from records.holding import HeldFile
from records.own_rules import OwnRule
from records.ports import Services
from records.rule_exchange import RuleExchange
from records.rule_life import RuleAct, RuleEvent
from records.statistics import MonitoringReport
from records.survey import Page
from records.system_state import StateSection
from records.watch_lists import WatchList
from records.workbench import ListAnswer, OwnTrial, PageProof, RuleDecision
from wangjian.processes.holding import HELD_FOLDER
from wangjian.settings import Settings

__all__ = ["ConsoleWorkbench"]

_log = structlog.get_logger(__name__)
_MOST_TOLD = 5


class ConsoleWorkbench:
    """Implements records.workbench.Workbench. What pages seldom need is imported where it is asked for."""

    def __init__(self, services: Services, settings: Settings) -> None:
        self._services = services
        self._settings = settings
        self._trying = HeldFile(services.data_dir / HELD_FOLDER / "trying.held")
        self._audit = _Look(services, "audit")
        self._check = _Look(services, "check")
        self._exchange: RuleExchange | None = None

    @property
    def arranging(self) -> Arranging:
        """See records.workbench.Workbench."""
        from wangjian.arranging import ConsoleArranging

        return ConsoleArranging(self._services)

    @property
    def rule_exchange(self) -> RuleExchange:
        """See records.workbench.Workbench."""
        if self._exchange is None:
            from wangjian.rule_exchange import ConsoleRuleExchange

            self._exchange = ConsoleRuleExchange(self._services)
        return self._exchange

    @property
    def standing(self) -> Standing:
        """See records.workbench.Workbench."""
        from wangjian.bench_standing import ConsoleStanding

        return ConsoleStanding(self._services, self._settings)

    @property
    def retention(self) -> RetentionDesk:
        """See records.workbench.Workbench."""
        from wangjian.disposing import Disposing

        return Disposing(self._services, self._settings)

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
        return self._audit.begin(self._audited, tell)

    def auditing_since(self) -> datetime | None:
        """See records.workbench.Workbench."""
        return self._audit.since

    def system_state(self) -> tuple[StateSection, ...]:
        """See records.workbench.Workbench."""
        from wangjian.standing import system_state

        return system_state(self._services, self._settings)

    def begin_check(self, tell: Callable[[str], None]) -> bool:
        """See records.workbench.Workbench."""
        return self._check.begin(self._checked, tell)

    def checking_since(self) -> datetime | None:
        """See records.workbench.Workbench."""
        return self._check.since

    def wait(self) -> None:
        """Until what goes on in the background has ended."""
        self._audit.wait()
        self._check.wait()

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

        if not self._trying.hold():
            raise ConflictError("另一次试行正在进行", cure="稍后重试")
        try:
            return try_rule(self._services, own)
        finally:
            self._trying.release()

    def keep_rule(self, own: OwnRule, *, expected_version: int | None = None) -> tuple[OwnRule, bool]:
        """See records.workbench.Workbench."""
        from leads.own_rules import lead_rule_of
        from wangjian.own_rules import next_version

        lead_rule_of(own)
        kept = next_version(self._services, own)
        changed = kept.made_at == own.made_at
        if changed and expected_version is not None and kept.version != expected_version + 1:
            raise ConflictError(
                f"自建规则 {own.rule_id} 现为第 {kept.version - 1} 版，本次未作更改", cure="看过最新内容后再决定"
            )
        if changed:
            self._services.own_rules.save_own_rules((kept,))
        return kept, changed

    def confirm_list(self, list_id: str, answer: ListAnswer) -> WatchList:
        """See records.workbench.Workbench."""
        from wangjian.watching import confirm

        return confirm(
            self._services, list_id, rule_id=answer.rule_id, reason=answer.reason, article=answer.article, by=answer.by
        )

    def make_report(self, period: str, *, region: str, made_by: str) -> MonitoringReport:
        """See records.workbench.Workbench."""
        from wangjian.monitoring import make_report, report_period

        return make_report(self._services, report_period(period), region=region, made_by=made_by)

    def print_report(self, report: MonitoringReport, kind: str) -> bytes:
        """See records.workbench.Workbench."""
        from wangjian.monitoring import printed

        return printed(self._services, report, kind)

    def _audited(self) -> str:
        from wangjian.auditing import audit_everything

        seed = secrets.token_hex(8)
        report = audit_everything(self._services, seed=seed)
        if not report.problems:
            return (
                f"抽查：全部一致（证据包 {report.packages} 个，保管链 {report.events} 条，存证日志 {report.leaves} 条，"
                f"存储对象 {report.objects} 个，采集网页 {report.pages} 个；种子 {seed}）"
            )
        left = len(report.problems) - _MOST_TOLD
        more = (f"另有 {left} 项，见 wangjian evidence audit",) if left > 0 else ()
        return "；".join((f"抽查：{len(report.problems)} 项问题", *report.problems[:_MOST_TOLD], *more))

    def _checked(self) -> str:
        from matching.quality.checking import Scope
        from wangjian.register_checking import settle_problems

        report, changed = settle_problems(self._services, Scope())
        scores = "，".join(
            f"{one.source} {'无从评分' if one.score is None else format(one.score, '.4f')}" for one in report.sources
        )
        return (
            f"检查 {report.entities} 个主体：问题 {report.problem_count} 个，无法判定 {report.undecided_count} 个；"
            f"有变化 {len(changed)} 个；得分 {scores or '—'}"
        )


class _Look:
    """One look at a time, of all processes that serve, in the background; the process ends without waiting for it."""

    def __init__(self, services: Services, name: str) -> None:
        self._services = services
        self._name = name
        self._held = HeldFile(services.data_dir / HELD_FOLDER / f"{name}.held")
        self._thread: threading.Thread | None = None

    @property
    def since(self) -> datetime | None:
        """When the one under way began, here or in another process."""
        said = self._held.said()
        return datetime.fromisoformat(said) if said else None

    def begin(self, look: Callable[[], str], tell: Callable[[str], None]) -> bool:
        """Begin; False when one is under way."""
        if not self._held.hold(self._services.clock().isoformat()):
            return False
        self._thread = threading.Thread(target=self._run, args=(look, tell), name=self._name, daemon=True)
        self._thread.start()
        return True

    def wait(self) -> None:
        """Until it has ended."""
        if self._thread is not None:
            self._thread.join()

    def _run(self, look: Callable[[], str], tell: Callable[[str], None]) -> None:
        try:
            tell(look())
        except WangJianError as exc:
            _log.warning("look_failed", look=self._name, problem=exc.problem)
            tell(f"未完成：{exc.message}")
        finally:
            self._held.release()
