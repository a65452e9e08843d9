"""How index, evidence store and signing keys stand, and candidates for the list of targets, as one person may see and
decide them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from offices.audit import AuditAction, Caller
from offices.desk import Desk, not_found
from offices.permissions import in_scope
from records.bench_standing import IndexStand, KeyStand, Standing, StoreStand
from records.candidates import CandidateState, TargetCandidate
from records.errors import PermissionRefusedError
from records.people import Permission
from records.ports import Services
from records.survey import Target
from records.system_state import StateSection

__all__ = ["StandingDesk"]


class StandingDesk(Desk):
    """A candidate of no known region is seen by everybody and decided by who is bound to none."""

    def __init__(self, services: Services, caller: Caller, standing: Standing) -> None:
        super().__init__(services, caller)
        self._standing = standing

    def system(self, read: Callable[[], Sequence[StateSection]]) -> tuple[StateSection, ...]:
        """How the machinery stands. Raises PermissionRefusedError unless 管理 or 审计."""
        if not self.may(Permission.AUDIT_READ):
            self.need(Permission.USERS_MANAGE)
        return tuple(read())

    def index(self) -> IndexStand:
        """Raises PermissionRefusedError."""
        self.need(Permission.SURVEY_READ)
        return self._standing.index()

    def store(self) -> StoreStand:
        """Raises PermissionRefusedError."""
        self.need(Permission.EVIDENCE_READ)
        return self._standing.store()

    def signing_keys(self) -> tuple[KeyStand, ...]:
        """The current key first, then those given up. Raises NotFoundError, PermissionRefusedError."""
        self.need(Permission.EVIDENCE_READ)
        return self._standing.signing_keys()

    def trust(self) -> str:
        """The root certificates (PEM) a court needs to check packages without us. Raises PermissionRefusedError."""
        self.need(Permission.EVIDENCE_READ)
        return self._services.trust_anchors_pem

    def candidates(self, state: CandidateState | None) -> tuple[tuple[TargetCandidate, str], ...]:
        """Candidates of a state (None: all), each with a word where it may be known under another spelling."""
        self.need(Permission.SURVEY_READ)
        found = tuple(one for one in self._services.candidates.candidates(state) if self._sees(one))
        alike = self._standing.alike(found)
        return tuple((one, alike.get(one.candidate_id, "")) for one in found)

    def candidate(self, candidate_id: str) -> TargetCandidate:
        """Raises NotFoundError, PermissionRefusedError."""
        self.need(Permission.SURVEY_READ)
        found = self._services.candidates.candidate(candidate_id)
        if not self._sees(found):
            raise not_found("候选对象", candidate_id)
        return found

    def accept(self, candidate_id: str, *, cadence: str) -> Target:
        """Make it a target.

        Raises:
            NotFoundError, PermissionRefusedError: As `candidate`; or may not arrange surveys, or bound to a region.
            TransitionRefusedError, ConflictError, InvalidInputError: As `Standing.accept`.
        """
        target = self._standing.accept(self._own(candidate_id), cadence=cadence)
        self.note(AuditAction.TARGET_CHANGED, target.target_id, f"登记候选对象 {candidate_id} {target.name}"[:500])
        return target

    def ignore(self, candidate_id: str, *, reason: str) -> TargetCandidate:
        """Leave it alone. Raises as `accept`."""
        ignored = self._standing.ignore(self._own(candidate_id), reason=reason.strip())
        self.note(AuditAction.TARGET_CHANGED, candidate_id, f"忽略候选对象：{reason.strip()}"[:500])
        return ignored

    def _own(self, candidate_id: str) -> TargetCandidate:
        self.need(Permission.SURVEY_ACT)
        found = self.candidate(candidate_id)
        if not in_scope(self.account, found.region_code):
            raise PermissionRefusedError(
                "限定辖区的账号不能登记未定辖区的候选对象", cure="直接登记监测对象，写明本辖区的区划代码"
            )
        return found

    def _sees(self, candidate: TargetCandidate) -> bool:
        region = candidate.region_code
        return not region or in_scope(self.account, region) or self.scope.startswith(region)
