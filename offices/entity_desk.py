"""主体一户式: everything about one registered subject as one person may see it, and its story in one column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone

from offices.market_desk import MarketDesk
from offices.masking import mask_entity, mask_match, mask_name, mask_phones_in, mask_shop
from records.case_parts import PartyRole
from records.errors import AwayError, InvalidInputError, NotFoundError
from records.evidence import Capture
from records.health import Alarm
from records.leads import Case, Lead
from records.market import Shop
from records.papers import Paper
from records.people import Permission
from records.register import Entity, EntityState, Match
from records.register_history import ListedPeriod
from records.search import SearchKind, SearchQuery

__all__ = ["EntityDesk", "EntityFile", "EntityShop", "StoryLine"]

_SHANGHAI = timezone(timedelta(hours=8))
_SHOPS_ASKED = 50
_STORY_SHOWN = 300
_COMPARED = {
    "name": "名称",
    "status": "登记状态",
    "address": "住所",
    "legal_representative": "法定代表人/经营者",
    "scope": "经营范围",
    "valid_until": "营业期限",
    "region_code": "登记机关区划",
    "phone": "电话",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityShop:
    """A shop that shows its licence or was found to be run by it; `match` masked as the shop is."""

    shop: Shop
    match: Match | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """Something that happened on a day in Shanghai. `href` is where it is to be seen; empty: only told here."""

    on: date
    kind: str
    title: str
    detail: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityFile:
    """The entity with what concerns it in one's region; what a role may not see is empty. `reporters` are masked names
    of those who complained, with their case; `story` is newest first, `story_cut`: there is more."""

    entity: Entity
    states: tuple[EntityState, ...]
    leads: tuple[Lead, ...]
    shops: tuple[EntityShop, ...]
    cases: tuple[Case, ...]
    papers: tuple[Paper, ...]
    captures: tuple[Capture, ...]
    alarms: tuple[Alarm, ...]
    reporters: tuple[tuple[str, Case], ...]
    story: tuple[StoryLine, ...]
    story_cut: bool = False


class EntityDesk(MarketDesk):
    """The part of the market desk that gathers all about one subject."""

    def entity_file(self, code: str) -> EntityFile:
        """Everything. Reading personal data is noted as in `entity`.

        Raises:
            NotFoundError: Not in the register as imported.
            PermissionRefusedError: May not read the survey.
        """
        entity = self.entity(code)
        leads = self._leads(entity.code)
        shops = self._shops(entity, leads)
        cases = self._cases(entity.code, leads)
        captures = self._captures(leads)
        targets = {one.shop.target_id for one in shops}
        alarms = tuple(one for target in sorted(targets) for one in self._services.health.alarms(target))
        papers = tuple(paper for case in cases for paper in self._services.case_book.papers(case.case_id))
        file = EntityFile(
            entity=entity,
            states=self._states(entity.code),
            leads=leads,
            shops=shops,
            cases=cases,
            papers=papers,
            captures=captures,
            alarms=alarms,
            reporters=tuple(self._reporters(cases)),
            story=(),
        )
        story = sorted(_story(file, self._lead_lines), key=lambda line: line.on, reverse=True)
        return _with_story(file, story)

    def _leads(self, code: str) -> tuple[Lead, ...]:
        if not self.may(Permission.LEADS_READ):
            return ()
        found = self._services.leads.leads_of(entity_code=code)
        seen = (lead for lead in found if self.sees_region(lead.region_code))
        return tuple(sorted(seen, key=lambda lead: (-lead.priority_score, lead.lead_id)))

    def _shops(self, entity: Entity, leads: Sequence[Lead]) -> tuple[EntityShop, ...]:
        """Those of its leads, and those the index finds by its code or name that are held to be its own."""
        named = dict.fromkeys(lead.shop_id for lead in leads)
        for words in (entity.code, entity.name):
            named.update(dict.fromkeys(self._shops_saying(words)))
        found: list[EntityShop] = []
        for shop_id in named:
            try:
                shop, match = self.scoped_shop(shop_id)
            except NotFoundError:
                continue
            if entity.code not in (match.entity_code if match else "", shop.disclosure.licence_no):
                continue
            found.append(EntityShop(shop=mask_shop(shop), match=mask_match(match) if match else None))
        return tuple(found)

    def _shops_saying(self, words: str) -> tuple[str, ...]:
        quoted = '"' + words.replace('"', " ").strip()[:100] + '"'
        asked = SearchQuery(kind=SearchKind.SHOP, text=quoted, region_scope=self.scope, limit=_SHOPS_ASKED)
        try:
            return tuple(hit.doc_id for hit in self._services.index.search(asked).hits)
        except (AwayError, InvalidInputError):  # the page is shown with what the records know
            return ()

    def _cases(self, code: str, leads: Sequence[Lead]) -> tuple[Case, ...]:
        if not self.may(Permission.LEADS_READ):
            return ()
        ours = {lead.lead_id for lead in leads}
        found = (
            case
            for case in self._services.leads.cases()
            if ours.intersection(case.lead_ids)
            or (any(one.code == code for one in case.parties) and self.sees_case(case.case_id))
        )
        return tuple(sorted(found, key=lambda case: case.opened_at, reverse=True))

    def _captures(self, leads: Sequence[Lead]) -> tuple[Capture, ...]:
        if not self.may(Permission.EVIDENCE_READ):
            return ()
        return tuple(one for lead in leads for one in self._services.evidence.captures(lead_id=lead.lead_id))

    def _states(self, code: str) -> tuple[EntityState, ...]:
        states = self._services.register.history(code)
        if self.may(Permission.PERSONAL_READ):
            return states
        return tuple(one.model_copy(update={"entity": mask_entity(one.entity)}) for one in states)

    def _reporters(self, cases: Sequence[Case]) -> Iterator[tuple[str, Case]]:
        for case in cases:
            for party in case.parties:
                if party.role is PartyRole.REPORTER:
                    yield mask_name(party.name), case

    def _lead_lines(self, lead: Lead) -> Iterator[StoryLine]:
        whole = self.may(Permission.PERSONAL_READ)
        for event in self._services.leads.lead_events(lead.lead_id):
            reason = event.reason if whole else mask_phones_in(event.reason)
            yield StoryLine(
                on=_day(event.at),
                kind="线索",
                title=f"{event.action}：{lead.rule_title}",
                detail="；".join(part for part in (event.state_to.value, reason[:200]) if part),
                href=f"/leads/{lead.lead_id}",
            )


def _with_story(file: EntityFile, story: Sequence[StoryLine]) -> EntityFile:
    return replace(file, story=tuple(story[:_STORY_SHOWN]), story_cut=len(story) > _STORY_SHOWN)


def _story(file: EntityFile, lead_lines: Callable[[Lead], Iterator[StoryLine]]) -> Iterator[StoryLine]:
    yield from _registered(file.entity)
    yield from _changed(file.states)
    for one in file.shops:
        yield from _shown(one)
    for lead in file.leads:
        yield from lead_lines(lead)
    for capture in file.captures:
        href = f"/evidence/{capture.capture_id}"
        said = f"{capture.kind.value} {capture.title or capture.url}"[:200]
        yield StoryLine(on=_day(capture.started_at), kind="证据", title=said, detail=capture.reason[:200], href=href)
    for case in file.cases:
        href = f"/cases/{case.case_id}"
        yield StoryLine(
            on=_day(case.opened_at), kind="案件", title=f"建案：{case.title}", detail=case.state.value, href=href
        )
        if case.filed_on:
            yield StoryLine(on=case.filed_on, kind="案件", title=f"立案：{case.title}", href=href)
    for paper in file.papers:
        if paper.sealed_at is not None:
            href = f"/cases/{paper.case_id}"
            said = f"{paper.title} {paper.document_no}".strip()
            yield StoryLine(on=_day(paper.sealed_at), kind="文书", title=said, detail=paper.subject[:200], href=href)
    for alarm in file.alarms:
        href = f"/alarms/{alarm.alarm_id}"
        yield StoryLine(on=_day(alarm.raised_at), kind="告警", title=alarm.why[:200], href=href)


def _registered(entity: Entity) -> Iterator[StoryLine]:
    if entity.established_on:
        yield StoryLine(on=entity.established_on, kind="登记", title=f"成立（{entity.kind.value}）")
    if entity.status_on:
        yield StoryLine(on=entity.status_on, kind="登记", title=f"登记状态：{entity.status.value}")
    for period in entity.name_periods:
        if period.until:
            yield StoryLine(on=period.until, kind="登记", title=f"不再用名“{period.name}”")
    for title, standing, periods in (
        ("经营异常名录", entity.abnormal_since, entity.abnormal_periods),
        ("严重违法失信名单", entity.seriously_illegal_since, entity.seriously_illegal_periods),
    ):
        known = tuple(one for one in periods if one.listed_on != standing)
        for period in (*((ListedPeriod(listed_on=standing),) if standing else ()), *known):
            yield StoryLine(on=period.listed_on, kind="登记", title=f"列入{title}")
            if period.removed_on:
                yield StoryLine(on=period.removed_on, kind="登记", title=f"移出{title}")


def _changed(states: Sequence[EntityState]) -> Iterator[StoryLine]:
    """What the register held otherwise before, dated by the day it was learned."""
    for before, after in zip(states, states[1:], strict=False):
        if after.known_from is None:
            continue
        for name, label in _COMPARED.items():
            old, new = (str(getattr(one.entity, name) or "无") for one in (before, after))
            if old != new:
                said = f"{label}由“{old[:120]}”变为“{new[:120]}”"
                detail = f"登记库 {after.brought_by} 首次载明"
                yield StoryLine(on=_day(after.known_from), kind="登记", title=said, detail=detail)


def _shown(one: EntityShop) -> Iterator[StoryLine]:
    shop, match = one.shop, one.match
    href, name = f"/shops/{shop.shop_id}", shop.name or shop.url
    yield StoryLine(on=_day(shop.first_seen_at), kind="网店", title=f"首次采集到网店“{name[:60]}”", href=href)
    if match is None:
        return
    for finding in match.licence_findings:
        on = finding.judged_on or _day(match.matched_at)
        said = f"{name[:60]} 亮照核查：{finding.problem.value}"
        yield StoryLine(on=on, kind="亮照", title=said, detail=finding.sentence[:300], href=href)


def _day(moment: datetime) -> date:
    return moment.astimezone(_SHANGHAI).date()
