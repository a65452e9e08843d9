"""The seven stages, in order. Read this page first: each stage is one function, repeatable, and says how far it came.

1 survey    Target → Page                       crawlers/  (a process of its own a run: wangjian/surveying.py)
2 extract   Page → Shop, Listing, Disclosure    crawlers/  (within the survey; `extract` reads stored pages again)
3 match     Shop + register → Match             matching/
4 assess    Shop, Listing, Match → Finding      leads/
5 lead      Findings → Lead → index             leads/, wangjian/indexing.py
6 preserve  Lead or address → Capture           evidence/  (wangjian/preserver.py)
7 export    Capture → package, verified         evidence/

The rooms do not know each other; they meet in `records/` and are joined here.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from crawlers.archive.reading import page_bytes
from crawlers.health.blindness import Blindness
from crawlers.learning.addresses import AddressLearner
from crawlers.reading import read_page
from evidence.custody import CustodyNote, record_event
from evidence.transparency import current_head, log_means_of
from evidence.verify import verify_package
from leads.assessing import assess_listing, assess_shop
from leads.judging import Judge
from leads.leading import LeadMaker
from leads.own_rules import fitting
from leads.rule_standing import known_rules
from leads.states import found_event, updated_event
from leads.watch_findings import watch_findings
from leads.watching import Watcher
from matching.licence_images.asking import with_readings
from matching.licence_sharing import LicenceSharing
from matching.queries import query_of
from matching.resolver import Resolver
from records.errors import IntegrityError, NotFoundError
from records.evidence import Capture, CaptureState, CustodyAction, PackageKind
from records.leads import Finding, Lead, Verdict
from records.licence_standing import readings_of
from records.market import Listing, Shop
from records.ports import Services
from records.register import Match
from records.stages import Stage, StageReport, StageState
from records.survey import PICTURE_KINDS, Outcome, Run, RunState, Target
from ui.words import word_of
from wangjian.detail_images import AskedImages, DetailImages, read_detail_images
from wangjian.grouping import group_sellers
from wangjian.indexing import try_to_catch_up
from wangjian.licence_pictures import Asked, read_licence_pictures
from wangjian.past import Past
from wangjian.picture_answers import note_picture_answers
from wangjian.preserving_first import want_captures
from wangjian.rechecking import note_rechecks
from wangjian.recurring import as_recurrence, lines_of, recurred, without
from wangjian.ruling import demote_where_due, judge_of, rules_at_work
from wangjian.settings import Settings
from wangjian.subjects import SubjectHistories
from wangjian.surveying import StillWanted, run_survey
from wangjian.watching import shop_hits

__all__ = ["assess", "export", "extract", "lead", "match", "preserve", "read_images", "read_pictures", "survey"]


_FEW_LISTINGS = 200


def survey(services: Services, settings: Settings, target: Target, *, run_id: str) -> tuple[Run, StageReport]:
    """Stage 1 and 2: visit the target's pages and read each as it comes. An interrupted run of that id is taken up."""
    services.survey.save_target(target)
    run = run_survey(services, settings, target, run_id=run_id)
    state = {RunState.COMPLETE: StageState.COMPLETE, RunState.FAILED: StageState.FAILED}.get(
        run.state, StageState.PARTIAL
    )
    counts = {outcome.value: count for outcome, count in sorted(services.survey.outcomes(run_id).items())}
    return run, StageReport(stage=Stage.SURVEY, state=state, counts=counts, missing=run.missing)


def extract(services: Services, run_id: str) -> StageReport:
    """Stage 2 alone: read the stored pages of a run again (after a reader was improved), fetching nothing."""
    counts: Counter[str] = Counter()
    missing: list[str] = []
    target = services.survey.target(services.survey.run(run_id).target_id)
    addresses = AddressLearner(services.history, services.clock)
    for page in services.survey.pages(run_id):
        if page.outcome not in (Outcome.READ, Outcome.UNCHANGED) or page.body is None:
            continue
        if page.kind in PICTURE_KINDS:
            continue  # no page: OCR reads it
        try:
            body = page_bytes(services.archive, page, blob=services.blobs.get)
        except (NotFoundError, IntegrityError) as exc:
            missing.append(f"{page.url}：{exc.message}")
            continue
        reading = addresses.clean_reading(read_page(page, body, target))
        services.survey.save_reading(page, reading)
        counts.update(pages=1, shops=int(reading.shop is not None), listings=len(reading.listings))
    return _report(Stage.EXTRACT, counts, missing)


def read_pictures(
    services: Services, settings: Settings, *, target_id: str = "", still_wanted: StillWanted | None = None
) -> StageReport:
    """Stage 2, of what is no page: licence pictures that were fetched and not read yet are read by OCR."""
    return read_licence_pictures(services, settings, Asked(target_id=target_id), still_wanted=still_wanted)


def read_images(
    services: Services, settings: Settings, *, target_id: str, still_wanted: StillWanted | None = None
) -> StageReport:
    """Stage 2, as `read_pictures`: the words in pictures of a target's listings, where the settings ask for them."""
    if not settings.images.wants(target_id):
        return _report(Stage.EXTRACT, Counter(), [])
    return read_detail_images(services, settings, AskedImages(target_id=target_id), still_wanted=still_wanted)


def match(services: Services, *, target_id: str = "") -> StageReport:
    """Stage 3: who runs each shop (of one target when named), as far as the register tells, and who has several."""
    resolver = Resolver(services.register, services.clock, recalibration=services.reviews.current_recalibration())
    counts: Counter[str] = Counter()
    shops = list(services.survey.shops(target_id))
    sharing = LicenceSharing(shops)
    for shop in shops:
        asked = query_of(shop, unlike_shops=sharing.unlike(shop))
        found = resolver.match(with_readings(asked, readings_of(services.licences, shop)), shop_id=shop.shop_id)
        services.survey.save_match(found)
        counts[found.decision.value] += 1
    group_sellers(services, target_id=target_id)
    return _report(Stage.MATCH, counts, [])


def assess(services: Services, *, target_id: str = "") -> StageReport:
    """Stage 4: what each shop (of one target when named) and each of its listings may breach, exemptions weighed."""
    rules = known_rules(services)
    demote_where_due(services, rules)
    judge = judge_of(rules_at_work(services, rules).judging, on=services.clock().date())
    blindness = Blindness(services=services)
    past, images = Past(services=services, rules=judge.rules), DetailImages(services)
    watched = services.watch.watch_lists()
    watcher = Watcher(watched)
    counts: Counter[str] = Counter()
    for shop in list(services.survey.shops(target_id)):
        listings = tuple(services.survey.listings(shop_id=shop.shop_id))
        findings = _findings_of(services, judge, blindness, (past, images), shop, listings)
        hits = tuple(shop_hits(watcher, shop, listings, now=services.clock()))
        findings += watch_findings(watched, hits, judge.rules)
        services.leads.save_findings(findings)
        counts.update(f"{finding.rule_id}.{finding.verdict.value}" for finding in findings)
        if new := services.watch.save_hits(hits):
            counts["watch_hits"] += new
    platforms = (one for one in services.survey.targets() if target_id in ("", one.target_id))
    for found in (past.across_shops(), *map(past.of_platform, platforms)):
        findings = list(found)
        services.leads.save_findings(findings)
        counts.update(f"{finding.rule_id}.{finding.verdict.value}" for finding in findings)
    missing = [f"{past.left} 件商品的评价未比较（本次重读页面已达上限）"] if past.left else []
    if past.reviews_left:
        missing.append(f"{past.reviews_left} 件商品的评价未与其他网店比较（本次比较的评价已达上限）")
    return _report(Stage.ASSESS, counts, missing)


def lead(services: Services, *, target_id: str = "", preserve_first: bool = False) -> StageReport:
    """Stage 5: findings merge to one lead a shop (of one target when named) and rule; saved leads reach the index,
    now or when it answers again. With `preserve_first` captures of new leads of high severity are asked for
    (wangjian/preserving_first.py)."""
    counts: Counter[str] = Counter()
    at_work = rules_at_work(services)
    maker = LeadMaker(at_work.known, leading=at_work.leading, history_of=SubjectHistories(services.leads).of)
    for shop in list(services.survey.shops(target_id)):
        known = lines_of(services.leads.leads_of(shop_id=shop.shop_id))
        by_rule: dict[str, list[Finding]] = {}
        for finding in services.leads.findings(shop_id=shop.shop_id):
            by_rule.setdefault(finding.rule_id, []).append(finding)
        seen = _Seen(shop, services.survey.match_of(shop.shop_id), _suspected(services, shop, by_rule))
        for rule_id, findings in sorted(by_rule.items()):
            counts[rule_id] += _lead_of(services, maker, seen, findings, known.get(rule_id, []))
        now_there = services.leads.leads_of(shop_id=shop.shop_id)
        note_rechecks(services, now_there)
        if answered := note_picture_answers(services, now_there, by_rule):
            counts["answered_by_pictures"] += answered
            now_there = services.leads.leads_of(shop_id=shop.shop_id)
        if preserve_first:
            counts["captures_wanted"] += want_captures(services, now_there)
    indexed, behind = try_to_catch_up(services)
    return _report(Stage.LEAD, Counter({**counts, "indexed": indexed}), [behind] if behind else [])


def preserve(services: Services, leads: Sequence[Lead], *, operator: str) -> StageReport:
    """Stage 6: a sealed capture for each lead that has none yet, of the first page its findings were read on."""
    counts: Counter[str] = Counter()
    missing: list[str] = []
    for found in leads:
        kept = [one for one in services.evidence.captures(lead_id=found.lead_id) if one.kind is PackageKind.CAPTURE]
        done = [one for one in kept if one.state is CaptureState.COMPLETE]
        capture = done[0] if done else _preserve_lead(services, found, operator)
        counts[capture.state.value] += 1
        if capture.state is not CaptureState.COMPLETE:
            missing.append(f"{capture.url}：{capture.reason or '、'.join(capture.missing)}")
    return _report(Stage.PRESERVE, counts, missing)


def export(services: Services, captures: Iterable[Capture], folder: Path, *, actor: str) -> StageReport:
    """Stage 7: each package is written out and verified as any outsider would, from the file alone."""
    counts: Counter[str] = Counter()
    missing: list[str] = []
    folder.mkdir(parents=True, exist_ok=True)
    for capture in captures:
        if capture.package is None:
            missing.append(f"{capture.capture_id}：没有证据包（{word_of(capture.state)}）")
            continue
        path = folder / f"{capture.capture_id}.{'zip' if capture.kind is PackageKind.UPLOAD else 'wacz'}"
        with services.blobs.open(capture.package.sha256) as stored, path.open("wb") as out:
            shutil.copyfileobj(stored, out, 1 << 20)
        report = verify_package(path, anchors_pem=services.trust_anchors_pem, now=services.clock())
        record_event(
            services.evidence,
            CustodyNote(
                capture_id=capture.capture_id,
                action=CustodyAction.EXPORTED,
                actor=actor,
                origin="业务流程",
                reason="导出证据包并核验",
                subject_sha256=capture.package.sha256,
            ),
            clock=services.clock,
        )
        current_head(log_means_of(services))
        counts["verified" if report.valid else "refused"] += 1
        if not report.valid:
            missing.append(f"{capture.capture_id}：核验未通过")
    return _report(Stage.EXPORT, counts, missing)


def _findings_of(
    services: Services,
    judge: Judge,
    blindness: Blindness,
    stored: tuple[Past, DetailImages],
    shop: Shop,
    read: Sequence[Listing],
) -> list[Finding]:
    past, images = stored
    now = services.clock()
    shop = blindness.shop(shop)  # what its newest run could not see is unread, and its absence says nothing
    match = services.survey.match_of(shop.shop_id)
    found = list(assess_shop(judge, shop, match, now=now))
    listings = [blindness.listing(listing) for listing in read]
    for listing in listings:
        found.extend(images.doubting(judge, listing, shop, assess_listing(judge, listing, shop, now=now)))
        found.extend(images.findings(judge, listing, shop))
    kept = fitting(found, judge.rules, shop=shop, match=match, listings=listings)
    return [*kept, *past.of_shop(shop, listings)]


def _lead_of(services: Services, maker: LeadMaker, seen: _Seen, findings: list[Finding], line: list[Lead]) -> int:
    now = services.clock()
    if line and recurred(services.leads, line[-1], findings):
        ended, existing = line, None
    else:
        ended, existing = line[:-1], line[-1] if line else None
    fresh = without(findings, ended)
    built = maker.build(fresh, seen.shop, seen.match, existing=existing, now=now, listings=seen.listings)
    if built is None:
        return 0
    if ended and built is not existing:
        built = as_recurrence(built, ended[-1])
    if built != existing:
        event = updated_event(existing, built, now=now) if existing else found_event(built, now=now)
        services.leads.save_lead(built, event, expected_version=existing.version if existing else 0)
    return 1


def _preserve_lead(services: Services, found: Lead, operator: str) -> Capture:
    return services.preserver.preserve(found.urls[0], lead_id=found.lead_id, operator=operator)


def _suspected(services: Services, shop: Shop, by_rule: Mapping[str, Sequence[Finding]]) -> tuple[Listing, ...]:
    """The listings of a shop that something is suspected of: once for all its rules."""
    wanted = {one.listing_id for found in by_rule.values() for one in found if one.verdict is Verdict.SUSPECTED} - {""}
    if len(wanted) > _FEW_LISTINGS:  # a walk reads each in less time
        return tuple(one for one in services.survey.listings(shop_id=shop.shop_id) if one.listing_id in wanted)
    found = []
    for listing_id in sorted(wanted):
        with suppress(NotFoundError):
            found.append(services.survey.listing(listing_id))
    return tuple(found)


class _Seen(NamedTuple):
    """What leads of a shop are made from beside its findings."""

    shop: Shop
    match: Match | None
    listings: tuple[Listing, ...]


def _report(stage: Stage, counts: Counter[str], missing: list[str]) -> StageReport:
    state = StageState.PARTIAL if missing else StageState.COMPLETE
    return StageReport(stage=stage, state=state, counts=dict(sorted(counts.items())), missing=tuple(missing))
