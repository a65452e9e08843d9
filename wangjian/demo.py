"""`wangjian demo`: the whole flow on the bundled market and register, compared with what was planted there.

Every step has a fixed identity (run, lead, capture), so that a demo cut off at any moment is finished by calling it
again, with the same result.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from evidence.preserving import recover_interrupted
from matching.register_import import import_file
from offices.accounts import create_demo_accounts
from records.base import stable_id
from records.errors import ExitCode
from records.evidence import CaptureState
from records.leads import Lead
from records.licence_standing import standing_of
from records.ports import Services
from records.register import MatchDecision
from records.search import SearchKind
from records.stages import StageReport
from records.survey import FrontierState, Outcome, RunState, Target
from ui.words import word_by_value, word_of
from wangjian import flow
from wangjian.cli.options import say
from wangjian.licence_pictures import Asked, read_licence_pictures
from wangjian.sample.market import Market, build_market
from wangjian.sample.register import write_register
from wangjian.sample.scoring import Score, score_against_truth
from wangjian.sample.server import RunningMarket, serve_market
from wangjian.sample.small import small_market
from wangjian.settings import Settings
from wangjian.wiring import open_services

__all__ = ["DemoPlan", "DemoReport", "announce_accounts", "run_demo"]

_OPERATOR = "演示"
_PICTURES = 2
_TRIES = 3
_LOST = (Outcome.FAILED, Outcome.TIMEOUT)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPlan:
    """What the demo does: first port of the market's origins, how many leads are preserved, the market's seed, and how
    many of its shops there are (None: all)."""

    market_port: int = 8710
    captures: int = 6
    seed: int = 20260101
    shops: int | None = None
    parallel_runs: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport:
    """The demo's one document, the same in words, and the exit code."""

    document: dict[str, object]
    text: str
    exit_code: int


@dataclass(slots=True)
class _Watch:
    """Says each step as it begins and keeps its seconds."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str, words: str) -> Iterator[None]:
        say(f"{words} …")
        began = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - began, 1)


def run_demo(settings: Settings, plan: DemoPlan, *, then: Callable[[DemoReport], None] | None = None) -> DemoReport:
    """Do all seven stages and compare with the truth; `then` is done with the report while the market still answers, so
    that what the console preserves or reads anew is there.

    Raises:
        PortInUseError: The market's ports are taken.
        AwayError: A needed part (browser) is missing; `wangjian doctor` names the cure.
    """
    watch = _Watch()
    with watch.step("market", "生成样本市场与登记库"):
        market = build_market(seed=plan.seed) if plan.shops is None else small_market(seed=plan.seed, shops=plan.shops)
    with serve_market(market, base_port=plan.market_port) as running:
        with open_services(settings) as services:
            report = _all_stages(services, settings, plan, running, watch=watch)
        if then is not None:
            then(report)
        return report


def _all_stages(
    services: Services, settings: Settings, plan: DemoPlan, running: RunningMarket, *, watch: _Watch
) -> DemoReport:
    _import_register(services, running.market, watch)
    targets = running.targets(services.clock())
    with watch.step("survey", f"监测采集 {len(targets)} 个站点"):
        surveyed = _survey_all(services, settings, targets, parallel=plan.parallel_runs)
    with watch.step("pictures", f"识别前 {_PICTURES} 张执照图片"):
        pictures = read_licence_pictures(services, settings, Asked(first=_PICTURES))
        say(f"  {_pictures_in_words(services, pictures)}")
    stages = list(_judge(services, watch))
    with watch.step("preserve", f"固证 {plan.captures} 条线索"):
        recover_interrupted(services.evidence, clock=services.clock)
        chosen = _pressing(services, plan.captures)
        stages.append(flow.preserve(services, chosen, operator=_OPERATOR))
    with watch.step("export", "导出证据包并核验"):
        captures = [
            capture
            for lead in chosen
            for capture in services.evidence.captures(lead_id=lead.lead_id)
            if capture.state is not CaptureState.INTERRUPTED
        ]
        stages.append(flow.export(services, captures, services.data_dir / "packages", actor=_OPERATOR))
    score = score_against_truth(running.market, running.origins, services)
    return _report(services, surveyed, stages, score=score, watch=watch)


def announce_accounts(settings: Settings) -> None:
    """Make the demo's accounts (new passwords each time) and say them."""
    with open_services(settings) as services:
        for login, password, roles in create_demo_accounts(services.accounts, services.clock):
            say(f"账号 {login}  口令 {password}  岗位 {'、'.join(role.value for role in roles)}")


def _import_register(services: Services, market: Market, watch: _Watch) -> None:
    with watch.step("register", "导入登记库"):
        path = services.data_dir / "sample-register.csv"
        write_register(market.register, path)
        import_file(path, register=services.register, source="样本登记库", clock=services.clock)


def _survey_all(services: Services, settings: Settings, targets: Sequence[Target], *, parallel: int) -> Counter[str]:
    counts: Counter[str] = Counter()
    with ThreadPoolExecutor(max_workers=parallel) as pool:
        for outcomes in pool.map(lambda target: _survey_one(services, settings, target), targets):
            counts.update(outcomes)
    return counts


def _survey_one(services: Services, settings: Settings, target: Target) -> dict[str, int]:
    """Survey a target to its end: what broke off, or lost pages on a machine too busy to answer itself, is taken up."""
    for _ in range(_TRIES):
        run_id = _run_id(services, target)
        if _finished(services, run_id, target):
            break
        run, _ = flow.survey(services, settings, target, run_id=run_id)
        missing = "" if run.state is RunState.COMPLETE else f"；{'；'.join(run.missing)}"
        say(f"  {target.name}：{word_of(run.state)}，{sum(run.outcomes.values())} 页{missing}")
    outcomes = {outcome.value: count for outcome, count in services.survey.outcomes(run_id).items()}
    return {**outcomes, f"run_{services.survey.run(run_id).state.value}": 1}


def _run_id(services: Services, target: Target) -> str:
    """The demo's run of a target; the next one when the market went away under it (it was killed before the survey)."""
    for number in itertools.count(1):
        run_id = stable_id("run", target.target_id, "demo", str(number))
        outcomes = services.survey.outcomes(run_id)
        if not _finished(services, run_id, target) or not any(outcomes.get(lost) for lost in _LOST):
            return run_id
    raise AssertionError("counting has no end")


def _finished(services: Services, run_id: str, target: Target) -> bool:
    known = [run for run in services.survey.runs(target.target_id) if run.run_id == run_id]
    if not known or known[0].state is RunState.RUNNING:
        return False
    counts = services.survey.frontier_counts(run_id)
    return not counts.get(FrontierState.PENDING, 0) and not counts.get(FrontierState.LEASED, 0)


def _judge(services: Services, watch: _Watch) -> Iterator[StageReport]:
    steps: tuple[tuple[str, str, Callable[[Services], StageReport]], ...] = (
        ("match", "比对登记库", flow.match),
        ("assess", "研判", flow.assess),
        ("lead", "形成线索并建索引", flow.lead),
    )
    for name, words, stage in steps:
        with watch.step(name, words):
            report = stage(services)
        yield report


def _pressing(services: Services, count: int) -> list[Lead]:
    ranked = sorted(services.leads.leads(), key=lambda lead: (-lead.priority_score, lead.lead_id))
    return ranked[:count]


def _report(
    services: Services, surveyed: Counter[str], stages: Sequence[StageReport], *, score: Score, watch: _Watch
) -> DemoReport:
    by_stage = {report.stage.value: dict(report.counts) for report in stages}
    document: dict[str, object] = {
        "pages": {name: count for name, count in sorted(surveyed.items()) if not name.startswith("run_")},
        "runs": {name[4:]: count for name, count in sorted(surveyed.items()) if name.startswith("run_")},
        "shops": sum(1 for _ in services.survey.shops()),
        "listings": sum(one.complete for one in services.survey.listings()),
        "matches": by_stage["match"],
        "findings": _nested(by_stage["assess"]),
        "leads": {name: count for name, count in by_stage["lead"].items() if name != "indexed"},
        "leads_indexed_waiting": services.outbox.waiting((SearchKind.LEAD,)),
        "captures": by_stage["preserve"],
        "packages": by_stage["export"],
        "truth": score.as_document(),
        "seconds": watch.seconds,
        "missing": [reason for report in stages for reason in report.missing],
    }
    good = score.holds and not document["missing"]
    return DemoReport(
        document=document, text=_in_words(document, score), exit_code=ExitCode.DONE if good else ExitCode.PARTIAL
    )


def _pictures_in_words(services: Services, report: StageReport) -> str:
    said = standing_of(services.licences).sentence or "没有只以图片亮照的网店"
    left = "；其余运行 wangjian match licences 读出" if report.counts.get("waiting") and not report.missing else ""
    return f"{said}{left}{''.join(f'；{reason}' for reason in report.missing)}"


def _nested(counts: dict[str, int]) -> dict[str, dict[str, int]]:
    nested: dict[str, dict[str, int]] = {}
    for name, count in counts.items():
        rule, _, verdict = name.partition(".")
        nested.setdefault(rule, {})[verdict] = count
    return nested


def _in_words(document: dict[str, object], score: Score) -> str:
    def sums(name: str, kind: type[StrEnum] | None = None) -> str:
        found = document[name]
        if not isinstance(found, dict):
            return str(found)
        return "，".join(
            f"{word_by_value(kind, key) if kind else key} {value}" for key, value in found.items() if value
        )

    packages = sums("packages").replace("verified", "通过").replace("refused", "不通过")
    lines = [
        f"1 采集    页面：{sums('pages', Outcome)}",
        f"2 提取    店铺 {document['shops']} 家，商品 {document['listings']} 个",
        f"3 比对    {sums('matches', MatchDecision)}",
        f"4 研判    {len(score.by_rule)} 条规则有涉嫌或除外",
        f"5 线索    {sums('leads')}",
        f"6 固证    {sums('captures', CaptureState)}",
        f"7 核验    {packages}",
        f"对照真值{'相符' if score.holds else '不符'}：查全率 {score.recall:.3f}，误报率 {score.false_alarm_rate:.3f}",
    ]
    return "\n".join(lines)
