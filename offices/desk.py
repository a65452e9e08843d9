"""What one signed-in person may see and do, the same behind every door: asked, scoped, masked and written down.

A door makes a desk for each request and speaks to the stores only through it.
"""

from __future__ import annotations

from offices.audit import AuditAction, Caller, record
from offices.permissions import in_scope, may, region_scope, require
from records.errors import NotFoundError, SignInRequiredError
from records.leads import Lead
from records.market import Shop
from records.people import Account, Permission
from records.ports import Services
from records.register import Match, MatchDecision

__all__ = ["Desk", "region_of_shop"]


class Desk:
    """Base of the desks: the person, the ports, and the questions every desk asks.

    Raises:
        SignInRequiredError: The caller is nobody.
    """

    def __init__(self, services: Services, caller: Caller) -> None:
        if caller.account is None:
            raise SignInRequiredError("请先登录", cure="登录后重试")
        self._services = services
        self._caller = caller
        self._account = caller.account

    @property
    def account(self) -> Account:
        """Whose desk it is."""
        return self._account

    @property
    def scope(self) -> str:
        """The prefix of region codes seen from this desk."""
        return region_scope(self._account)

    def may(self, permission: Permission) -> bool:
        """Whether this person may."""
        return may(self._account, permission)

    def need(self, permission: Permission) -> None:
        """Raises PermissionRefusedError unless this person may."""
        require(self._account, permission)

    def note(self, action: AuditAction, object_id: str, detail: str = "") -> None:
        """Write into the audit chain what this person just did."""
        record(
            self._services.audit,
            self._caller,
            action=action,
            at=self._services.clock(),
            object_id=object_id,
            detail=detail,
        )

    def sees_region(self, region_code: str) -> bool:
        """Whether a thing of this region is in scope."""
        return in_scope(self._account, region_code)

    def sees_case(self, case_id: str) -> bool:
        """Whether a case has a lead in the person's region, or none at all."""
        try:
            leads = self._services.leads.case(case_id).lead_ids
        except NotFoundError:
            return False
        return not leads or any(self.sees_region(self._services.leads.lead(one).region_code) for one in leads)

    def scoped_lead(self, lead_id: str) -> Lead:
        """A lead of this person's region.

        Raises:
            NotFoundError: No such lead, or outside the scope: the two are told apart to nobody.
        """
        lead = self._services.leads.lead(lead_id)
        if not self.sees_region(lead.region_code):
            raise not_found("线索", lead_id)
        return lead

    def scoped_shop(self, shop_id: str) -> tuple[Shop, Match | None]:
        """A shop of this person's region with its newest match. Raises NotFoundError as scoped_lead does."""
        shop = self._services.survey.shop(shop_id)
        match = self._services.survey.match_of(shop_id)
        if not self.sees_region(region_of_shop(self._services, shop, match)):
            raise not_found("网店", shop_id)
        return shop, match


def not_found(kind: str, record_id: str) -> NotFoundError:
    """The one answer for what is not there and for what is not this person's."""
    return NotFoundError(f"没有这条{kind}：{record_id[:80]}", cure="核对编号；不在本辖区的内容不予显示")


def region_of_shop(services: Services, shop: Shop, match: Match | None) -> str:
    """The region a shop belongs to for data scope: that of the entity surely found to run it, else of its target."""
    if match is not None and match.decision is MatchDecision.MATCH:
        entity = services.register.by_code(match.entity_code)
        if entity is not None and entity.region_code:
            return entity.region_code
    try:
        return services.survey.target(shop.target_id).region_code
    except NotFoundError:
        return ""
