"""What arrives: each item of a verified bundle into the stores, by its kind; again without effect.

An item that cannot be taken in is refused with its reason and the next one follows; only a part that is away stops the
bundle, to be resumed.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evidence.custody import CustodyNote, record_event
from evidence.transparency import enter_capture, log_means_of
from evidence.verify import verify_package
from exchange.merging import merge_lead
from exchange.reading import Arrival
from records.base import Record, stable_id
from records.errors import AwayError, ConflictError, InvalidInputError, NotFoundError, VerificationError, WangJianError
from records.evidence import Capture, CheckResult, CustodyAction
from records.exchange import FROM_EXCHANGE, BundleItem, ItemKind, ItemOutcome, LeadFile, Relation, RuleFile
from records.exchange_matters import TransferFile
from records.image_texts import ImageText
from records.leads import Finding, Lead, LeadEvent
from records.market import Listing, Shop
from records.own_rules import RulePack
from records.ports import LeadStore, Services
from records.register import Match
from records.schedules import Campaign
from records.survey import Page, Target
from records.watch_lists import WatchList
from wangjian.exchanging_matters import as_given, take_assistance, take_reply, take_report, take_transfer
from wangjian.own_rules import PackContent, take_pack

__all__ = ["Taking"]


class Taking:
    """One bundle being taken in."""

    def __init__(self, services: Services, arrival: Arrival, *, by: str) -> None:
        self._services = services
        self._arrival = arrival
        self._by = by
        self._inside = arrival.peer.relation in (Relation.COLLECTING, Relation.WORKING)
        self.ways: dict[ItemKind, Callable[[BundleItem, bytes], str]] = {
            ItemKind.PAGE: self._page,
            ItemKind.IMAGE_TEXT: self._image_text,
            ItemKind.SHOP: lambda _, body: self._simple(services.exchange.take_shop, Shop, body),
            ItemKind.LISTING: lambda _, body: self._simple(services.exchange.take_listing, Listing, body),
            ItemKind.MATCH: lambda _, body: self._simple(services.survey.save_match, Match, body),
            ItemKind.FINDING: lambda _, body: self._simple(
                lambda one: services.leads.save_findings((one,)), Finding, body
            ),
            ItemKind.LEAD: self._lead,
            ItemKind.CAPTURE: self._capture,
            ItemKind.TARGET: lambda _, body: self._simple(services.survey.save_target, Target, body),
            ItemKind.CAMPAIGN: lambda _, body: self._simple(services.campaigns.save_campaign, Campaign, body),
            ItemKind.RULE: self._rule,
            ItemKind.WATCH_LIST: self._watch_list,
            ItemKind.TRANSFER: self._transfer,
            ItemKind.ASSISTANCE: lambda _, body: take_assistance(services, body, arrival.peer),
            ItemKind.REPLY: self._reply,
            ItemKind.CAMPAIGN_REPORT: lambda _, body: take_report(services, body, arrival.peer),
            ItemKind.STATISTICS: lambda _, body: take_report(services, body, arrival.peer),
        }

    def item(self, item: BundleItem) -> ItemOutcome:
        """Take in one item.

        Raises:
            AwayError: A store is away or full; the item was not taken in and may be later.
        """
        try:
            note = self.ways[item.kind](item, self._arrival.content(item))
        except AwayError:
            raise
        except ValidationError as exc:
            where = "、".join(".".join(map(str, one["loc"])) for one in exc.errors()[:3])
            return _refused(item, f"内容不合格式：{where}")
        except WangJianError as exc:
            return _refused(item, exc.message)
        except KeyError:
            return _refused(item, "本机不收录此类内容")
        return ItemOutcome(kind=item.kind, item_id=item.item_id, accepted=True, note=note)

    def _page(self, item: BundleItem, body: bytes) -> str:
        page = Page.model_validate_json(body)
        if item.files:
            content = b"".join(self._arrival.file(item.files[0]))
            if page.body is None or self._services.blobs.put(content) != page.body:
                raise VerificationError("网页内容与其记录的摘要不符")
        self._services.exchange.take_page(page.model_copy(update={"archive": None}))
        return "" if item.files or page.body is None else "未附网页内容"

    def _lead(self, item: BundleItem, body: bytes) -> str:
        return self.lead_file(LeadFile.model_validate_json(body))

    def lead_file(self, came: LeadFile) -> str:
        """A lead with its history, joined with ours; what was decided differently is said."""
        leads, sender = self._services.leads, f"{self._arrival.peer.name}（{self._arrival.peer.code}）"
        for again in (True, False):
            ours = _lead_here(leads, came.lead.lead_id)
            events: tuple[LeadEvent, ...] = leads.lead_events(came.lead.lead_id) if ours else ()
            merged = merge_lead(ours, events, came, sender=sender, now=self._services.clock())
            if merged.file is None:
                return merged.conflict
            try:
                self._services.exchange.take_lead(merged.file, expected_version=ours.version if ours else 0)
            except ConflictError:
                if not again:
                    raise
                continue  # an officer was acting at that moment: what is here now is read again
            return merged.conflict
        return ""

    def _image_text(self, _: BundleItem, body: bytes) -> str:
        """Words on a picture that was not read here. What we read ourselves nobody else's reading replaces."""
        came = ImageText.model_validate_json(body)
        known = self._services.image_texts.text_of(came.image.sha256)
        if known is None:
            self._services.image_texts.save_text(came)
        return "" if known in (None, came) else "本机已读过该图，保留本机的文字"

    def _transfer(self, _: BundleItem, body: bytes) -> str:
        file = TransferFile.model_validate_json(body)
        note = self.lead_file(as_given(file.lead))
        take_transfer(self._services, file, self._arrival.peer)
        return note

    def _reply(self, item: BundleItem, body: bytes) -> str:
        for sha256 in item.files:
            if self._services.blobs.put(b"".join(self._arrival.file(sha256))).sha256 != sha256:
                raise VerificationError("附件与其摘要不符")
        return take_reply(self._services, body, self._arrival.peer)

    def _capture(self, item: BundleItem, body: bytes) -> str:
        """An evidence package is checked as any outsider's would be, against the roots of its sender."""
        capture = Capture.model_validate_json(body)
        if capture.package is None or capture.package.sha256 not in item.files:
            raise InvalidInputError("固证记录没有附证据包")
        with tempfile.TemporaryDirectory(prefix="wangjian-exchange-") as folder:
            for sha256 in item.files:
                path = Path(folder) / sha256
                with path.open("wb") as written:
                    written.writelines(self._arrival.file(sha256))
            package = Path(folder) / capture.package.sha256
            self._check_package(package, capture)
            for sha256 in item.files:
                self._services.blobs.put_file(Path(folder) / sha256)
            manifest = _manifest_in(package)
        if capture.lead_id and _lead_here(self._services.leads, capture.lead_id) is None:
            capture = capture.model_copy(update={"lead_id": ""})
        kept = _capture_here(self._services, capture.capture_id)
        if kept is None:
            self._services.evidence.save_capture(capture.model_copy(update={"case_id": ""}))
        elif kept.package != capture.package:
            raise ConflictError("本机已有同号的固证，证据包不同；保留本机的")
        enter_capture(log_means_of(self._services), capture.capture_id, manifest)
        self._note_received(capture)
        return ""

    def _check_package(self, package: Path, capture: Capture) -> None:
        services = self._services
        anchors = services.trust_anchors_pem + self._arrival.peer.trust_pem  # it may be handed on: another bureau's
        report = verify_package(package, anchors_pem=anchors, now=services.clock())
        failed = [check for check in report.checks if check.result is CheckResult.FAILED]
        if failed or report.capture_id != capture.capture_id:
            said = f"{failed[0].title}：{failed[0].detail}" if failed else "证据包不是这次固证的"
            raise VerificationError(f"证据包未通过核验：{said}")

    def _note_received(self, capture: Capture) -> None:
        """Once a capture: one that is in our chain was received already, or is our own come back."""
        assert capture.package is not None
        if any(self._services.evidence.custody(capture.capture_id)):
            return
        peer, manifest = self._arrival.peer, self._arrival.manifest
        note = CustodyNote(
            capture_id=capture.capture_id,
            action=CustodyAction.RECEIVED,
            actor=self._by,
            origin=FROM_EXCHANGE,
            reason=f"由 {peer.name}（{peer.code}）经摆渡包第 {manifest.sequence} 号送来，包 {self._arrival.bundle_id}",
            subject_sha256=capture.package.sha256,
        )
        record_event(self._services.evidence, note, clock=self._services.clock)

    def _rule(self, _: BundleItem, body: bytes) -> str:
        file = RuleFile.model_validate_json(body)
        if not self._inside:
            return self._rule_pack(file)
        known = self._services.own_rules.own_rule_versions(file.rule_id)
        if known != file.versions[: len(known)]:
            raise ConflictError(f"规则 {file.rule_id} 在本区另有改动，与业务区的不一致")
        self._services.own_rules.save_own_rules(file.versions[len(known) :])
        for event in file.events:
            self._services.rules.append_rule_event(event)
        return ""

    def _rule_pack(self, file: RuleFile) -> str:
        """A rule of another bureau: under a number of ours, on trial until it is signed here."""
        peer = self._arrival.peer
        newest = file.versions[-1]
        pack = RulePack(
            pack_id=stable_id("pack", peer.code, self._arrival.bundle_id, file.rule_id),
            title=newest.title,
            office=peer.name,
            rules=(newest,),
            made_at=self._arrival.manifest.made_at,
        )
        kept, known = take_pack(self._services, PackContent(pack=pack, signer=self._arrival.signer), by=self._by)
        return (
            "、".join(f"收为 {rule.rule_id} 第 {rule.version} 版，试行" for rule in kept) or f"已有 {known[0].rule_id}"
        )

    def _watch_list(self, _: BundleItem, body: bytes) -> str:
        came = WatchList.model_validate_json(body)
        peer, store = self._arrival.peer, self._services.watch
        if not self._inside:  # another bureau's list is confirmed here anew before it makes findings
            came = came.model_copy(
                update={
                    "list_id": stable_id("watch", peer.code, came.list_id),
                    "title": f"{came.title}（{peer.name}）"[:200],
                    "source": came.source or peer.name,
                    "confirmed": None,
                }
            )
        try:
            known = store.watch_list(came.list_id)
        except NotFoundError:
            known = None
        if known is not None and _without_version(known) == _without_version(came):
            return ""
        store.save_list(came.model_copy(update={"version": (known.version if known else 0) + 1}))
        return ""

    @staticmethod
    def _simple(take: Callable[[Any], object], model: type[Record], body: bytes) -> str:
        take(model.model_validate_json(body))
        return ""


def _refused(item: BundleItem, reason: str) -> ItemOutcome:
    return ItemOutcome(kind=item.kind, item_id=item.item_id, accepted=False, reason=reason[:500])


def _lead_here(leads: LeadStore, lead_id: str) -> Lead | None:
    return leads.leads_named((lead_id,)).get(lead_id)


def _capture_here(services: Services, capture_id: str) -> Capture | None:
    try:
        return services.evidence.capture(capture_id)
    except NotFoundError:
        return None


def _manifest_in(package: Path) -> bytes:
    with zipfile.ZipFile(package) as archive:
        return archive.read("evidence/manifest.json")


def _without_version(watched: WatchList) -> dict[str, object]:
    return watched.model_dump(exclude={"version", "imported_at", "imported_by", "confirmed"})
