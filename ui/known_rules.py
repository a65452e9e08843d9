"""The rules pages name: those of the release, and the bureau's own as they are now."""

from __future__ import annotations

from collections.abc import Mapping

from leads.rule_standing import known_rules
from records.leads import Rule
from records.own_rules import OwnRule
from records.ports import Services

__all__ = ["KnownRules"]


class KnownRules:
    """One a process. Another process, or the command line, may have changed the bureau's own since they were read."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._read: tuple[tuple[OwnRule, ...], Mapping[str, Rule]] | None = None

    def now(self) -> Mapping[str, Rule]:
        """Rules by id; the same mapping until one of our own changes."""
        own, read = self._services.own_rules.own_rules(), self._read
        if read is None or read[0] != own:
            read = self._read = own, {rule.rule_id: rule for rule in known_rules(self._services)}
        return read[1]
