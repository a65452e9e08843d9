"""Rules and watch lists as a person may decide about them: signed, silenced, drafted, tried, answered for.

What is decided here holds for the whole bureau: who is bound to a region may draft and try, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from offices.audit import AuditAction, Caller
from offices.desk import Desk, not_found
from offices.masking import mask_phones_in
from records.errors import ConflictError, InvalidInputError, NotFoundError, PermissionRefusedError
from records.leads import Finding, Verdict
from records.market import Shop
from records.own_rules import OwnRule
from records.people import Permission
from records.ports import Services
from records.rule_exchange import ExampleTried, ListRead, PackTaken
from records.rule_life import RuleAct, RuleEvent
from records.watch_lists import WatchKind, WatchList
from records.workbench import ListAnswer, OwnTrial, RuleDecision, Workbench

__all__ = ["RuleDesk", "TrialFile", "TrialSample"]

_SAMPLES = 20
_LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialSample:
    """A finding of a trial with the shop it was made in; telephone numbers masked."""

    finding: Finding
    shop: Shop


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialFile:
    """What a trial found in one's region: counts, how many shops are suspected, and the first samples."""

    trial: OwnTrial
    suspected_shops: int
    samples: tuple[TrialSample, ...]


class RuleDesk(Desk):
    """The part of a desk that decides about rules and lists."""

    def __init__(self, services: Services, caller: Caller, bench: Workbench) -> None:
        super().__init__(services, caller)
        self._bench = bench

    def decide(self, rule_id: str, act: RuleAct, *, office: str, note: str, floor: float) -> RuleEvent:
        """签批、停用、降级; who did it stands with name and login.

        Raises:
            PermissionRefusedError: Not a role that signs, or bound to a region.
            InvalidInputError: No note or office, a floor out of range, or examples that do not come out.
            NotFoundError: No such rule.
        """
        self._need_whole(Permission.RULES_SIGN)
        said, of = note.strip()[:_LONGEST_NOTE], office.strip()[:100]
        if not said or not of:
            raise InvalidInputError(f"{act.value}须写明单位部门与意见", cure="补全后重试，内容写入记录")
        if not 0.0 <= floor <= 1.0:
            raise InvalidInputError("精确率下限应在 0 到 100 之间", cure="如 70")
        decision = RuleDecision(by=f"{self.account.name}（{self.account.login}）", office=of, note=said, floor=floor)
        event = self._bench.decide_rule(rule_id, act, decision)
        self.note(AuditAction.RULE_DECIDED, rule_id, f"{act.value} 第 {event.rule_version} 版：{said}")
        return event

    def own_rules(self) -> tuple[OwnRule, ...]:
        """Newest version of each, retired ones last."""
        self.need(Permission.LEADS_READ)
        return tuple(
            sorted(self._services.own_rules.own_rules(retired=True), key=lambda one: (one.retired, one.rule_id))
        )

    def versions(self, rule_id: str) -> tuple[OwnRule, ...]:
        """Every version of an own rule, newest first. Raises NotFoundError."""
        self.need(Permission.LEADS_READ)
        found = self._services.own_rules.own_rule_versions(rule_id)
        if not found:
            raise not_found("自建规则", rule_id)
        return tuple(reversed(found))

    def free_id(self) -> str:
        """The first free id; empty when all are taken."""
        taken = {one.rule_id for one in self._services.own_rules.own_rules(retired=True)}
        return next((name for name in (f"Z{number:02}" for number in range(1, 100)) if name not in taken), "")

    def try_rule(self, own: OwnRule) -> TrialFile:
        """What a rule would find in what is stored of one's region.

        Raises:
            PermissionRefusedError: May not draft rules.
            InvalidInputError, ConflictError: As `Workbench.try_rule`.
        """
        self.need(Permission.RULES_DRAFT)
        trial = self._bench.try_rule(own)
        shops: dict[str, Shop | None] = {}
        seen: list[Finding] = []
        for finding in trial.findings:
            if finding.shop_id not in shops:
                shops[finding.shop_id] = self._shop(finding.shop_id)
            if shops[finding.shop_id] is not None:
                seen.append(finding)
        suspected = [one for one in seen if one.verdict is Verdict.SUSPECTED]
        shown = (*suspected, *(one for one in seen if one.verdict is not Verdict.SUSPECTED))[:_SAMPLES]
        return TrialFile(
            trial=replace(trial, findings=tuple(seen)),
            suspected_shops=len({one.shop_id for one in suspected}),
            samples=tuple(_sample(one, shops[one.shop_id]) for one in shown),
        )

    def is_other(self, own: OwnRule) -> bool:
        """Whether its number is taken by a rule that says something else."""
        versions = self._services.own_rules.own_rule_versions(own.rule_id)
        story = {"version", "made_by", "made_at", "from_office"}
        return bool(versions) and versions[-1].model_dump(exclude=story) != own.model_dump(exclude=story)

    def keep_rule(self, own: OwnRule, *, expected_version: int | None = None) -> tuple[OwnRule, bool]:
        """Save a rule, or its next version; it is on trial until signed. False: nothing changed. `expected_version` is
        the one it was made from (0: none; None: any).

        Raises:
            PermissionRefusedError: May not draft rules, or the rule reaches beyond one's region.
            InvalidInputError, ConflictError: As `Workbench.keep_rule`.
        """
        self.need(Permission.RULES_DRAFT)
        regions = own.conditions.regions
        if self.scope and not (regions and all(one.startswith(self.scope) for one in regions)):
            raise PermissionRefusedError(
                "限定辖区的账号只能保存限于本辖区的规则", cure=f"在“区划”一栏填 {self.scope} 或其下的代码"
            )
        kept, changed = self._bench.keep_rule(own, expected_version=expected_version)
        if changed:
            self.note(AuditAction.OWN_RULE_SAVED, kept.rule_id, f"第 {kept.version} 版：{kept.title}")
        return kept, changed

    def sign_pack(self, rule_ids: Sequence[str], *, title: str, office: str) -> bytes:
        """Own rules as a signed pack for other offices; all that are in use when none is named.

        Raises:
            PermissionRefusedError: May not draft rules.
            NotFoundError: No such rule.
            InvalidInputError: There is none.
        """
        self.need(Permission.RULES_DRAFT)
        chosen = [self.versions(one)[0] for one in rule_ids] or list(self._services.own_rules.own_rules())
        if not chosen:
            raise InvalidInputError("还没有自建规则可打包", cure="先保存一条自建规则")
        content = self._bench.rule_exchange.sign_pack(chosen, title=title, office=office)
        self.note(AuditAction.OWN_RULE_SAVED, "", f"打成规则包：{'、'.join(one.rule_id for one in chosen)}"[:500])
        return content

    def take_pack(self, file: bytes) -> PackTaken:
        """Rules of another office, on trial until signed here.

        Raises:
            PermissionRefusedError: May not draft rules, or bound to a region.
            InvalidInputError, VerificationError: As `RuleExchange.take_pack`.
        """
        self._need_whole(Permission.RULES_DRAFT)
        taken = self._bench.rule_exchange.take_pack(file, by=self.account.login)
        said = "、".join(one.rule_id for one in taken.kept) or "无新规则"
        self.note(AuditAction.OWN_RULE_SAVED, "", f"收下 {taken.signer} 的规则包：{said}"[:500])
        return taken

    def try_examples(self, rule_id: str) -> tuple[ExampleTried, ...]:
        """The examples of a rule, judged again. Raises NotFoundError, PermissionRefusedError."""
        self.need(Permission.LEADS_READ)
        return self._bench.rule_exchange.try_examples(rule_id)

    def take_list(self, path: Path, *, title: str, kind: WatchKind, source: str) -> ListRead:
        """Load a watch list, or its next version; it is to be confirmed (anew) before what it meets becomes leads.

        Raises:
            PermissionRefusedError: May not draft rules, or bound to a region.
            InvalidInputError: No row of it can be taken.
        """
        self._need_whole(Permission.RULES_DRAFT)
        read = self._bench.rule_exchange.import_list(path, title=title, kind=kind, source=source, by=self.account.login)
        if read.changed:
            said = f"导入 {title} 第 {read.watched.version} 版，{len(read.watched.items)} 项"
            self.note(AuditAction.LIST_CHANGED, read.watched.list_id, said)
        return read

    def retire_list(self, list_id: str, *, expected_version: int) -> WatchList:
        """Look for a list no more; it and what it met stay. Raises ConflictError, and as `confirm_list`."""
        self._need_whole(Permission.RULES_DRAFT)
        watched = self._list(list_id, expected_version)
        gone = self._bench.rule_exchange.retire_list(watched, by=self.account.login)
        self.note(AuditAction.LIST_CHANGED, list_id, f"停用 {gone.title}")
        return gone

    def confirm_list(
        self, list_id: str, *, rule_id: str, reason: str, article: str, expected_version: int | None = None
    ) -> WatchList:
        """Answer for a watch list: what it meets becomes leads.

        Raises:
            PermissionRefusedError: May not, or bound to a region.
            InvalidInputError: No reason, or the list is retired.
            NotFoundError: No such list or rule.
        """
        self._need_whole(Permission.RULES_DRAFT)
        said = reason.strip()[:_LONGEST_NOTE]
        if not said:
            raise InvalidInputError("确认名单须写明事由", cure="如：2026 年第 3 号公告召回")
        if expected_version is not None:
            self._list(list_id, expected_version)
        by = f"{self.account.name}（{self.account.login}）"
        answer = ListAnswer(rule_id=rule_id.strip().upper(), reason=said, article=article.strip()[:200], by=by)
        confirmed = self._bench.confirm_list(list_id, answer)
        self.note(AuditAction.LIST_CONFIRMED, list_id, f"{confirmed.title}：按规则 {answer.rule_id}；{said}")
        return confirmed

    def _list(self, list_id: str, expected_version: int) -> WatchList:
        try:
            watched = self._services.watch.watch_list(list_id)
        except NotFoundError as exc:
            raise not_found("名单", list_id) from exc
        if watched.version != expected_version:
            raise ConflictError(
                f"名单“{watched.title}”现为第 {watched.version} 版，本次未作更改", cure="看过最新内容后再决定"
            )
        return watched

    def _need_whole(self, permission: Permission) -> None:
        self.need(permission)
        if self.scope:
            raise PermissionRefusedError(
                "限定辖区的账号不能作出对全局生效的决定", cure="由不限辖区的负责人或网监人员办理"
            )

    def _shop(self, shop_id: str) -> Shop | None:
        try:
            return self.scoped_shop(shop_id)[0]
        except NotFoundError:
            return None


def _sample(finding: Finding, shop: Shop | None) -> TrialSample:
    assert shop is not None
    return TrialSample(finding=finding.model_copy(update={"text": mask_phones_in(finding.text)}), shop=shop)
