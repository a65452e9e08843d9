"""Seller groups and the cases made of them, as one person may see and move them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from offices.audit import AuditAction
from offices.cases import open_case
from offices.desk import Desk, not_found
from offices.masking import mask_phones_in
from records.base import content_tag
from records.cases import CaseDraft, CaseRequest, DraftCase
from records.errors import ConflictError, NotFoundError
from records.groups import GroupEvent, GroupLink, GroupRuling, RulingKind, SellerGroup
from records.leads import Case, Lead
from records.people import Permission
from records.ports import Services

__all__ = ["CaseFile", "CaseMeans", "GroupDesk", "GroupFile", "GroupShop", "Rule"]

Rule = Callable[[SellerGroup], GroupRuling]
"""A ruling of `matching.groups.ruling` with the shops, the person, the reason and the moment filled in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMeans:
    """What the rooms of leads and matching do for this desk; they meet in the door that hands these over."""

    draft: DraftCase
    case_id_of: Callable[[CaseRequest], str]
    regroup: Callable[[Services], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupShop:
    """Another shop of a group, and what ties it to the shop one looks at: `direct` when they share it themselves."""

    shop_id: str
    name: str
    reasons: tuple[GroupLink, ...]
    direct: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFile:
    """同一经营者的其他店铺, as far as the person's region goes; `hidden_count` are those beyond it. Values of persons
    are masked in every link."""

    group: SellerGroup
    shop_id: str
    others: tuple[GroupShop, ...]
    hidden_count: int
    rulings: tuple[GroupRuling, ...]
    case: Case | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A case with those of its leads the person sees; `hidden_count` are those beyond the region."""

    case: Case
    leads: tuple[Lead, ...]
    hidden_count: int


class GroupDesk(Desk):
    """The part of a desk that deals with groups and cases."""

    def group_of(self, shop_id: str) -> GroupFile | None:
        """The group a shop of one's region is in; None when nothing ties it to another.

        Raises:
            NotFoundError: No such shop in this region.
            PermissionRefusedError: May not read the survey.
        """
        self.need(Permission.SURVEY_READ)
        self.scoped_shop(shop_id)
        group = self._services.groups.group_of(shop_id)
        if group is None:
            return None
        names = self._visible_names(group)
        links = tuple(_within(link, names) for link in group.links)
        others = (_other(shop_id, other, names[other], links) for other in group.shop_ids if other in names)
        return GroupFile(
            group=group.model_copy(
                update={
                    "shop_ids": tuple(names),
                    "links": tuple(link for link in links if len(link.shop_ids) > 1),
                    "events": tuple(_event_within(event, names) for event in group.events),
                }
            ),
            shop_id=shop_id,
            others=tuple(other for other in others if other.shop_id != shop_id),
            hidden_count=len(group.shop_ids) - len(names),
            rulings=self._rulings_on(group, names),
            case=self._case_of(group) if self.may(Permission.LEADS_READ) else None,
        )

    def group_beside(self, shop_id: str) -> GroupFile | None:
        """As `group_of`, for a page that shows the group beside something else: None also where the shop is not this
        person's. Most shops are in no group, and then nothing more is read.

        Raises:
            PermissionRefusedError: May not read the survey.
        """
        self.need(Permission.SURVEY_READ)
        if self._services.groups.group_of(shop_id) is None:
            return None
        try:
            return self.group_of(shop_id)
        except NotFoundError:
            return None

    def tag(self, shop_id: str) -> str:
        """Of the group a shop is in as it stands with all that was ruled on its shops; "0" when it is in none. A ruling
        names the one it was made from."""
        group = self._services.groups.group_of(shop_id)
        if group is None:
            return "0"
        named = set(group.shop_ids)
        rulings = (one for one in self._services.groups.rulings() if named & {*one.shop_ids, *one.other_ids})
        return content_tag(group, *(one.ruling_id for one in rulings))

    def rule(self, shop_id: str, rule: Rule, means: CaseMeans, *, expected: str = "") -> GroupRuling:
        """Rule on the group of a shop; the groups are remade at once, and the ruling holds in every later look.
        `expected` is the tag of the group as it was read ("" is any).

        Raises:
            ConflictError: Somebody ruled on it, or it was remade otherwise, since.
            InvalidInputError: As `matching.groups.ruling` refuses it.
            NotFoundError: No such shop in this region, or it is in no group.
            PermissionRefusedError: May not act on leads.
        """
        self.need(Permission.SURVEY_READ)
        self.need(Permission.LEADS_ACT)
        self.scoped_shop(shop_id)
        group = self._services.groups.group_of(shop_id)
        if group is None:
            raise NotFoundError(f"网店 {shop_id[:80]} 不在任何关联组中", cure="刷新页面；关联可能已解散")
        if expected and self.tag(shop_id) != expected:
            raise ConflictError("关联组已有新的认定或变化，本次未作认定", cure="看过最新内容后再决定")
        ruling = rule(group)
        for named in (*ruling.shop_ids, *(ruling.other_ids if ruling.kind is not RulingKind.APART else ())):
            self.scoped_shop(named)
        self._services.groups.rule(ruling)
        means.regroup(self._services)
        said = "、".join(ruling.shop_ids)
        self.note(AuditAction.GROUP_RULED, group.group_id, f"{ruling.kind.value} {said}：{ruling.reason}")
        return ruling

    def rulings(self) -> tuple[GroupRuling, ...]:
        """What was ruled on shops of one's region, newest first; shops beyond it are left out of each."""
        self.need(Permission.SURVEY_READ)
        found = []
        for one in self._services.groups.rulings():
            shops, others = self._in_region(one.shop_ids, {}), self._in_region(one.other_ids, {})
            if shops or others or (one.withdraws and not self.scope):
                found.append(one.model_copy(update={"shop_ids": shops, "other_ids": others}))
        return tuple(reversed(found))

    def withdraw(
        self, ruling_id: str, withdrawal: Callable[[GroupRuling], GroupRuling], means: CaseMeans
    ) -> GroupRuling:
        """Take an earlier ruling back; both stay on record, and the groups are remade.

        Raises:
            NotFoundError: No such ruling on shops that are all of one's region.
            ConflictError: It was taken back already.
            InvalidInputError: It is itself a withdrawal, or no reason is given.
            PermissionRefusedError: May not act on leads.
        """
        self.need(Permission.SURVEY_READ)
        self.need(Permission.LEADS_ACT)
        known = self._services.groups.rulings()
        found = next((one for one in known if one.ruling_id == ruling_id), None)
        if found is None or not all(self._sees_shop(one) for one in (*found.shop_ids, *found.other_ids)):
            raise not_found("认定", ruling_id)
        if any(one.withdraws == ruling_id for one in known):
            raise ConflictError("这项认定已经撤销", cure="要恢复，重新作出认定")
        ruling = withdrawal(found)
        self._services.groups.rule(ruling)
        means.regroup(self._services)
        self.note(AuditAction.GROUP_RULED, ruling.ruling_id, f"撤销 {ruling_id}：{ruling.reason}")
        return ruling

    def open_case(self, shop_id: str, means: CaseMeans, *, title: str = "") -> CaseDraft:
        """One case for all shops of the shop's group (the shop alone when it is in none), with their open leads.

        Raises:
            InvalidInputError: No lead can be taken.
            NotFoundError, PermissionRefusedError: As in `rule`.
        """
        self.need(Permission.LEADS_READ)
        self.need(Permission.LEADS_ACT)
        self.scoped_shop(shop_id)
        group = self._services.groups.group_of(shop_id)
        shop_ids = tuple(self._visible_names(group)) if group is not None else (shop_id,)
        request = CaseRequest(
            shop_ids=shop_ids, group=group, title=title, actor=self.account.login, now=self._services.clock()
        )
        leads = [
            lead
            for shop_id in shop_ids
            for lead in self._services.leads.leads_of(shop_id=shop_id)
            if self.sees_region(lead.region_code)
        ]
        made = open_case(
            self._services,
            request,
            leads,
            case_id=means.case_id_of(request),
            draft=means.draft,
            caller=self._caller,
        )
        detail = f"{made.case.title}：线索 {len(made.case.lead_ids)} 条，网店 {len(made.case.shop_ids)} 家"
        self.note(AuditAction.CASE_OPENED, made.case.case_id, detail)
        return made

    def cases(self) -> tuple[CaseFile, ...]:
        """Cases with a lead in the person's region, newest first. Raises PermissionRefusedError."""
        self.need(Permission.LEADS_READ)
        files = (self._case_file(case) for case in self._services.leads.cases())
        found = [file for file in files if file.leads or not file.case.lead_ids]
        return tuple(sorted(found, key=lambda file: file.case.opened_at, reverse=True))

    def case_file(self, case_id: str) -> CaseFile:
        """One case; the look is written into the audit chain.

        Raises:
            NotFoundError: No such case with a lead in this region.
            PermissionRefusedError: May not read leads.
        """
        self.need(Permission.LEADS_READ)
        file = self._case_file(self._services.leads.case(case_id))
        if not file.leads and file.case.lead_ids:
            raise not_found("案件", case_id)
        self.note(AuditAction.CASE_READ, case_id)
        return file

    def _case_file(self, case: Case) -> CaseFile:
        leads = []
        for lead_id in case.lead_ids:
            try:
                leads.append(self.scoped_lead(lead_id))
            except NotFoundError:
                continue
        seen = {lead.shop_id for lead in leads}
        shown = case.model_copy(
            update={
                "lead_ids": tuple(lead.lead_id for lead in leads),
                "shop_ids": tuple(shop_id for shop_id in case.shop_ids if shop_id in seen),
            }
        )
        hidden_count = len(case.lead_ids) - len(leads)
        pressing = sorted(leads, key=lambda lead: (-lead.priority_score, lead.lead_id))
        return CaseFile(case=shown if hidden_count else case, leads=tuple(pressing), hidden_count=hidden_count)

    def _case_of(self, group: SellerGroup) -> Case | None:
        return next((case for case in self._services.leads.cases() if case.group_id == group.group_id), None)

    def _visible_names(self, group: SellerGroup) -> dict[str, str]:
        """The shops of the group in this region, with their names."""
        names: dict[str, str] = {}
        for shop_id in group.shop_ids:
            try:
                names[shop_id] = self.scoped_shop(shop_id)[0].name
            except NotFoundError:
                continue
        return names

    def _rulings_on(self, group: SellerGroup, names: Mapping[str, str]) -> tuple[GroupRuling, ...]:
        """What was ruled on shops of the group, as far as the region goes."""
        return tuple(
            ruling.model_copy(
                update={
                    "shop_ids": self._in_region(ruling.shop_ids, names),
                    "other_ids": self._in_region(ruling.other_ids, names),
                }
            )
            for ruling in self._services.groups.rulings()
            if set(group.shop_ids) & {*ruling.shop_ids, *ruling.other_ids}
        )

    def _in_region(self, shop_ids: tuple[str, ...], names: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(shop_id for shop_id in shop_ids if shop_id in names or self._sees_shop(shop_id))

    def _sees_shop(self, shop_id: str) -> bool:
        try:
            self.scoped_shop(shop_id)
        except NotFoundError:
            return False
        return True


def _event_within(event: GroupEvent, names: Mapping[str, str]) -> GroupEvent:
    shown = tuple(shop_id for shop_id in event.shop_ids if shop_id in names)
    return event.model_copy(update={"shop_ids": shown, "sentence": mask_phones_in(event.sentence)})


def _within(link: GroupLink, names: Mapping[str, str]) -> GroupLink:
    """The link as far as the region goes; a telephone in copied text is masked."""
    return link.model_copy(
        update={
            "shop_ids": tuple(shop_id for shop_id in link.shop_ids if shop_id in names),
            "pages": tuple(page for page in link.pages if page.shop_id in names),
            "sentence": mask_phones_in(link.sentence),
            "value": mask_phones_in(link.value),
        }
    )


def _other(shop_id: str, other: str, name: str, links: tuple[GroupLink, ...]) -> GroupShop:
    both = tuple(link for link in links if shop_id in link.shop_ids and other in link.shop_ids)
    by_others = tuple(link for link in links if other in link.shop_ids)
    reasons = tuple(_between(link, (shop_id, other)) for link in both or by_others)
    return GroupShop(shop_id=other, name=name, reasons=reasons, direct=bool(both))


def _between(link: GroupLink, shop_ids: tuple[str, str]) -> GroupLink:
    """The link with the pages of these two shops, one of each first, when it names any."""
    own = [next((page for page in link.pages if page.shop_id == shop_id), None) for shop_id in shop_ids]
    first = tuple(page for page in own if page is not None)
    rest = tuple(page for page in link.pages if page.shop_id in shop_ids and page not in first)
    return link.model_copy(update={"pages": (*first, *rest) or link.pages})
