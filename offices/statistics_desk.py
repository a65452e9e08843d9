"""What figures are counted from, and monitoring reports, as one person may see them: held to the region before anything
is counted."""

from __future__ import annotations

from collections.abc import Sequence

from offices.audit import AuditAction
from offices.desk import Desk, not_found
from offices.masking import mask_shop
from records.errors import InvalidInputError
from records.leads import Finding, Lead
from records.market import Listing, Shop
from records.people import Permission
from records.places import checked_region
from records.ports import Services
from records.statistics import FigureRows, MonitoringReport, Span
from records.survey import Target

__all__ = ["StatisticsDesk", "scoped_rows"]


class StatisticsDesk(Desk):
    """The part of a desk that deals with figures. Reading needs 查看监测采集结果; what is counted from leads also
    查看线索, and is left out without it."""

    def region(self, chosen: str) -> str:
        """The region figures are counted for: the one chosen, or all this person may see.

        Raises:
            InvalidInputError: No code of a region, or one outside the person's.
        """
        if not chosen:
            return self.scope
        checked_region(chosen)
        if not chosen.startswith(self.scope):
            raise InvalidInputError(f"不在本辖区：{chosen}", cure="只统计本辖区")
        return chosen

    def rows(self, trend: Span, counted: Sequence[Span], *, region: str = "", target_id: str = "") -> FigureRows:
        """What is counted; as `scoped_rows`.

        Raises:
            PermissionRefusedError: May not read the survey.
            InvalidInputError: As `region`.
        """
        self.need(Permission.SURVEY_READ)
        place = (self.region(region), target_id)
        return scoped_rows(self._services, trend, counted, place=place, with_leads=self.may(Permission.LEADS_READ))

    def listing_ids(
        self, span: Span, *, region: str = "", target_id: str = "", category: str = "", suspected: bool = False
    ) -> Sequence[str]:
        """Listings looked at, or those a suspected finding was made of, one by one; raises as `rows`."""
        self.need(Permission.SURVEY_READ)
        within, figures = self.region(region), self._services.figures
        if suspected:
            self.need(Permission.LEADS_READ)
            return figures.suspected_listings(span, region=within, target_id=target_id)
        return figures.listing_ids(span, region=within, target_id=target_id, category=category)

    def finding_ids(self, span: Span, *, region: str = "", target_id: str = "", verdict: str = "") -> Sequence[str]:
        """Findings made, one by one; raises as `rows`."""
        self.need(Permission.SURVEY_READ)
        self.need(Permission.LEADS_READ)
        return self._services.figures.finding_ids(
            span, region=self.region(region), target_id=target_id, verdict=verdict
        )

    def targets(self) -> tuple[Target, ...]:
        """Targets whose figures this person may ask for, by name."""
        self.need(Permission.SURVEY_READ)
        seen = (target for target in self._services.survey.targets() if _belongs(target, self.scope))
        return tuple(sorted(seen, key=lambda target: target.name))

    def leads(self, lead_ids: Sequence[str]) -> tuple[Lead, ...]:
        """Leads of a list; raises NotFoundError for one outside the region."""
        self.need(Permission.LEADS_READ)
        return tuple(self.scoped_lead(lead_id) for lead_id in lead_ids)

    def shops(self, shop_ids: Sequence[str]) -> tuple[Shop, ...]:
        """Shops of a list; raises NotFoundError for one outside the region."""
        self.need(Permission.SURVEY_READ)
        return tuple(mask_shop(self.scoped_shop(shop_id)[0]) for shop_id in shop_ids)

    def listings(self, listing_ids: Sequence[str]) -> tuple[Listing, ...]:
        """Listings of a list; raises NotFoundError for one outside the region."""
        self.need(Permission.SURVEY_READ)
        found = tuple(self._services.survey.listing(listing_id) for listing_id in listing_ids)
        for shop_id in {listing.shop_id for listing in found}:
            self.scoped_shop(shop_id)
        return found

    def findings(self, finding_ids: Sequence[str]) -> tuple[Finding, ...]:
        """Findings of a list; raises NotFoundError for one outside the region."""
        self.need(Permission.LEADS_READ)
        found = tuple(self._services.leads.finding(finding_id) for finding_id in finding_ids)
        for shop_id in {finding.shop_id for finding in found}:
            self.scoped_shop(shop_id)
        return found

    def keep_report(self, report: MonitoringReport) -> MonitoringReport:
        """Keep a report made at this desk; one made before of the same stays as it was.

        Raises:
            PermissionRefusedError: May not read leads or the survey.
        """
        self.need(Permission.SURVEY_READ)
        self.need(Permission.LEADS_READ)
        self._services.figures.save_report(report)
        self.note(AuditAction.REPORT_MADE, report.report_id, f"{report.title} {report.words_sha256}")
        return report

    def report(self, report_id: str) -> MonitoringReport:
        """A kept report. Raises NotFoundError for one of a region this person does not see whole."""
        self.need(Permission.SURVEY_READ)
        self.need(Permission.LEADS_READ)
        report = self._services.figures.report(report_id)
        if not report.region_code.startswith(self.scope):
            raise not_found("监测报告", report_id)
        return report

    def reports(self) -> tuple[MonitoringReport, ...]:
        """Reports of the person's region and its parts, newest first."""
        self.need(Permission.SURVEY_READ)
        self.need(Permission.LEADS_READ)
        return tuple(one for one in self._services.figures.reports() if one.region_code.startswith(self.scope))


def scoped_rows(
    services: Services,
    trend: Span,
    counted: Sequence[Span],
    *,
    place: tuple[str, str] = ("", ""),
    with_leads: bool = True,
) -> FigureRows:
    """What is counted of a place, which is a region ("": everywhere) and a target ("": all).

    Args:
        trend: Days of which it is told how many; all of `counted` lie within.
        counted: Spans whose leads are counted one by one.
    """
    region, target_id = place
    figures = services.figures
    held = {"region": region, "target_id": target_id}
    whole = Span(first=min(span.first for span in counted), last=max(span.last for span in counted))
    targets = {target.target_id: target for target in services.survey.targets()}
    return FigureRows(
        leads=figures.leads(whole, **held) if with_leads else None,
        shops=figures.shops(**held),
        listing_days=figures.listing_days(trend, **held),
        finding_days=figures.finding_days(trend, **held) if with_leads else (),
        lead_days=figures.lead_days(trend, **held) if with_leads else {},
        decided_days=figures.decided_days(trend, **held) if with_leads else {},
        suspected_listings={
            (span.first, span.last): figures.suspected_listing_count(span, **held) for span in counted if with_leads
        },
        runs=[
            run
            for run in figures.runs(trend)
            if (not target_id or run.target_id == target_id) and _belongs(targets.get(run.target_id), region)
        ],
    )


def _belongs(target: Target | None, region: str) -> bool:
    """A platform is watched for the whole country: its runs hold no region's data, only how the survey went."""
    code = target.region_code if target else ""
    return not code or code.startswith(region) or region.startswith(code)
