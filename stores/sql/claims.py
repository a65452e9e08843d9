"""Claims of leads inside a transaction: who holds one, and refusing what somebody else would do to it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete

from records.claims import SYSTEM_ACTOR, Claim
from records.errors import ConflictError
from records.leads import Lead, LeadEvent
from stores.sql.lead_tables import lead_claims
from stores.sql.rows import body_of, find_body, upsert

__all__ = ["claim_in", "drop_claim", "keep_claim", "refuse_unless_free", "refuse_while_held"]

_CHINA = ZoneInfo("Asia/Shanghai")


def claim_in(connection: Connection, lead_id: str) -> Claim | None:
    """The last claim of a lead."""
    body = find_body(connection, lead_claims, lead_id)
    return Claim.model_validate_json(body) if body is not None else None


def keep_claim(connection: Connection, claim: Claim) -> None:
    """Write it in the place of the one before."""
    upsert(connection, lead_claims, [{"lead_id": claim.lead_id, "body": body_of(claim)}])


def drop_claim(connection: Connection, lead_id: str) -> None:
    """Nobody holds it any more."""
    connection.execute(delete(lead_claims).where(lead_claims.c.lead_id == lead_id))


def refuse_while_held(connection: Connection, before: Lead, lead: Lead, event: LeadEvent) -> None:
    """Refuse a change of a lead by another than its holder; end the holder's claim when the lead takes a step.

    What only notes something (the lead stays as it is) or is done by the system goes on.

    Raises:
        ConflictError: Somebody else holds the lead; who and until when.
    """
    claim = claim_in(connection, lead.lead_id)
    if claim is None or event.actor == SYSTEM_ACTOR or lead.model_copy(update={"version": before.version}) == before:
        return
    if claim.holder == event.actor:
        if event.state_from != event.state_to:
            drop_claim(connection, lead.lead_id)
        return
    refuse_unless_free(claim, event.actor, event.at)


def refuse_unless_free(claim: Claim, actor: str, at: datetime) -> None:
    """Raises ConflictError, naming who and until when, while somebody else holds the lead."""
    if claim.holder == actor or not claim.holds_at(at):
        return
    until = claim.until.astimezone(_CHINA)
    raise ConflictError(
        f"线索 {claim.lead_id} 由 {claim.holder} 认领处理中，至 {until:%m-%d %H:%M}，本次未作更改",
        cure=f"等其处置或认领到期；急办请 {claim.holder} 先释放",
        key=claim.lead_id,
        holder=claim.holder,
        until=claim.until.isoformat(),
    )
