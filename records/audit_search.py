"""What is looked for in the audit chain: AuditQuery."""

from __future__ import annotations

from records.base import Record, UtcDatetime
from records.people import AuditEvent

__all__ = ["AuditQuery"]


class AuditQuery(Record):
    """Events that fit everything given. `actors` and `actions`: any of them ("" among the actors is nobody signed in:
    the system, the command line, a failed sign-in); empty: all. `text` stands in the object, the detail or the origin,
    written so. `since` is included, `until` is not."""

    actors: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    text: str = ""
    since: UtcDatetime | None = None
    until: UtcDatetime | None = None

    def fits(self, event: AuditEvent) -> bool:
        """Whether an event is one of those."""
        return (
            (not self.actors or event.actor in self.actors)
            and (not self.actions or event.action in self.actions)
            and (self.since is None or event.at >= self.since)
            and (self.until is None or event.at < self.until)
            and any(self.text in said for said in (event.object_id, event.detail, event.origin))
        )
