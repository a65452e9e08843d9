"""Monitoring reports: made from the figures of a week or month, kept with their digest, printed again the same."""

from __future__ import annotations

import hashlib
import re

from documents.charts.atlas import Atlas
from documents.monitoring_report import MonitoringWords, monitoring_docx, monitoring_pdf
from leads.clocks import day_in_china
from leads.divisions import Divisions
from leads.figure_asking import FigureSet, ask_figures
from leads.figure_periods import FigurePeriod, period_before, read_period, week_of
from leads.figures import LeadFilter
from leads.rule_standing import known_rules
from leads.statistics import leads_of
from offices.statistics_desk import scoped_rows
from records.base import stable_id
from records.errors import IntegrityError, InvalidInputError, NotFoundError
from records.leads import Lead, RuleHit
from records.people import Role
from records.ports import Services
from records.statistics import MonitoringReport
from records.survey import TargetKind
from wangjian.monitoring_words import ReportNames, monitoring_words

__all__ = ["SCHEDULED", "due_reports", "keep_reports", "make_report", "report_period", "words_of", "printed"]

FONT_FOLDER = "fonts"
SCHEDULED = "系统（定期）"
"""Who made a report that nobody asked for."""
_NOTABLE = 5
_LOOKED_THROUGH = 200
_KINDS = re.compile(r"\d{4}-(?:W\d{2}|\d{2})")


def report_period(said: str) -> FigurePeriod:
    """A week or a month. Raises InvalidInputError for anything else."""
    period = read_period(said)
    if not _KINDS.fullmatch(period.key):
        raise InvalidInputError(f"监测报告按周或按月：{said[:40]}", cure="写成 2026-W47 或 2026-11")
    return period


def make_report(services: Services, period: FigurePeriod, *, region: str, made_by: str) -> MonitoringReport:
    """Count, write and print a report; the caller keeps it. Leads and shops are those of `region` ("": everywhere).

    Raises:
        AwayError: There is no Chinese font.
    """
    now = services.clock()
    found = ask_figures(
        lambda trend, counted: scoped_rows(services, trend, counted, place=(region, "")), period, within=region, now=now
    )
    report_id = stable_id("report", period.key, region, made_by, now.isoformat())
    words = monitoring_words(
        found,
        _names(services),
        Atlas(services.data_dir),
        report=(report_id, made_by),
        notable=_notable(services, found),
    )
    said = words.model_dump_json()
    return MonitoringReport(
        report_id=report_id,
        period=period.key,
        region_code=region,
        title=f"{words.title} {words.region} {words.period}",
        made_by=made_by,
        made_at=now,
        words_json=said,
        words_sha256=hashlib.sha256(said.encode()).hexdigest(),
        pdf_sha256=hashlib.sha256(_pdf(services, words)).hexdigest(),
    )


def words_of(report: MonitoringReport) -> MonitoringWords:
    """What a kept report says. Raises IntegrityError when it is no longer what was kept."""
    if hashlib.sha256(report.words_json.encode()).hexdigest() != report.words_sha256:
        raise IntegrityError(f"监测报告 {report.report_id} 与其摘要不符", cure="从备份恢复，或重新生成")
    return MonitoringWords.model_validate_json(report.words_json)


def printed(services: Services, report: MonitoringReport, kind: str) -> bytes:
    """A kept report as `pdf` or `docx`. Raises IntegrityError as `words_of`; AwayError without a Chinese font."""
    words = words_of(report)
    if kind == "docx":
        return monitoring_docx(words, font_folders=(services.data_dir / FONT_FOLDER,))
    return _pdf(services, words)


def due_reports(services: Services, *, regions: tuple[str, ...]) -> tuple[MonitoringReport, ...]:
    """Make and keep those of the last week and the last month that are not there yet; which were made. A machine that
    was off when they were due makes them when it is on again; a period in which nothing was surveyed has none."""
    today = day_in_china(services.clock())
    month = read_period(f"{today:%Y-%m}")
    known = {(one.period, one.region_code) for one in services.figures.reports() if one.made_by == SCHEDULED}
    made = []
    for period in (period_before(week_of(today)), period_before(month)):
        if not services.figures.runs(period.span):
            continue
        for region in regions:
            if (period.key, region) not in known:
                report = make_report(services, period, region=region, made_by=SCHEDULED)
                services.figures.save_report(report)
                made.append(report)
    return tuple(made)


def keep_reports(services: Services) -> tuple[MonitoringReport, ...]:
    """`due_reports` for the region of each chief who has an open account."""
    chiefs = (account for account in services.accounts.accounts() if account.active and Role.CHIEF in account.roles)
    return due_reports(services, regions=tuple(sorted({account.region_code for account in chiefs})))


def _pdf(services: Services, words: MonitoringWords) -> bytes:
    return monitoring_pdf(words, font_folders=(services.data_dir / FONT_FOLDER,))


def _names(services: Services) -> ReportNames:
    return ReportNames(
        regions=Divisions.load().names,
        rules={rule.rule_id: rule.title for rule in known_rules(services)},
        targets={one.target_id: one.name for one in services.survey.targets() if one.kind is TargetKind.PLATFORM},
        organisation=services.organisation or "（未设置单位名称）",
    )


def _notable(services: Services, found: FigureSet) -> tuple[Lead, ...]:
    """The most pressing new leads, one a rule; what was found wrong is none."""
    ids = leads_of(found.rows, found.now.period.span, LeadFilter(), today=day_in_china(found.now.made_at))
    leads: list[Lead] = []
    for lead_id in ids[:_LOOKED_THROUGH]:
        try:
            leads.append(services.leads.lead(lead_id))
        except NotFoundError:
            continue
    leads = [lead for lead in leads if lead.rule_hit is not RuleHit.WRONG]
    leads.sort(key=lambda lead: (lead.rule_hit is not RuleHit.RIGHT, -lead.priority_score, lead.lead_id))
    first: dict[str, Lead] = {}
    for lead in leads:
        first.setdefault(lead.rule_id, lead)
    return tuple(first.values())[:_NOTABLE]
