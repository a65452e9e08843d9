"""自定规则: what a supervisor combines without code, its versions, and packs of them between bureaus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pydantic import Field

from records.base import Record, UtcDatetime
from records.leads import Basis, Severity
from records.market import Category, Speaker

__all__ = ["OWN_RULE_ID", "OwnConditions", "OwnRule", "OwnRuleStore", "RulePack"]

OWN_RULE_ID = r"Z\d{2}"
"""Own rules have ids of their own letter, so that none ever collides with a rule of a release."""


class OwnConditions(Record):
    """What must hold beside the words; empty: anything does. Money in whole fen, both ends included.

    A price, a sales count or a region that could not be read fulfils no condition about it: the rule is silent there.
    """

    categories: tuple[Category, ...] = ()
    speakers: tuple[Speaker, ...] = (Speaker.MERCHANT, Speaker.LABEL)
    price_least_fen: int | None = Field(default=None, ge=0)
    price_most_fen: int | None = Field(default=None, ge=0)
    sales_least: int | None = Field(default=None, ge=0)
    sales_most: int | None = Field(default=None, ge=0)
    regions: tuple[str, ...] = ()

    @property
    def about_listing(self) -> bool:
        """Whether it asks for what only a listing has."""
        asked = (self.price_least_fen, self.price_most_fen, self.sales_least, self.sales_most)
        return bool(self.categories) or any(bound is not None for bound in asked)


class OwnRule(Record):
    """A rule in one version.

    Attributes:
        groups: Of each group one word must be there; the first group's word, or all of them when they must stand
            together, is what is shown as hit.
        within: The groups' words stand in one stretch with at most so many characters between two; None: in the same
            block of text or the title.
        unless: Words whose presence in the sentence excludes.
        denied_counts: Words that are denied or quoted count too.
    """

    rule_id: str = Field(pattern=f"^{OWN_RULE_ID}$")
    version: int = Field(ge=1)
    title: str = Field(min_length=1, max_length=100)
    severity: Severity = Severity.MEDIUM
    groups: tuple[tuple[str, ...], ...] = Field(min_length=1, max_length=4)
    within: int | None = Field(default=None, ge=0, le=200)
    unless: tuple[str, ...] = ()
    denied_counts: bool = False
    conditions: OwnConditions = OwnConditions()
    basis: tuple[Basis, ...] = Field(min_length=1)
    proof_needed: str = ""
    note: str = ""
    made_by: str
    made_at: UtcDatetime
    retired: bool = False
    from_office: str = ""


class RulePack(Record):
    """规则包: own rules of an office, to be signed and handed to others."""

    pack_id: str
    title: str
    office: str
    rules: tuple[OwnRule, ...] = Field(min_length=1, max_length=200)
    made_at: UtcDatetime


class OwnRuleStore(Protocol):
    """Own rules; every version stays."""

    def save_own_rules(self, rules: Sequence[OwnRule]) -> None:
        """Keep versions, all or none. Raises ConflictError when a number does not follow the newest one's."""
        ...

    def own_rules(self, *, retired: bool = False) -> tuple[OwnRule, ...]:
        """Newest versions by id; those that are retired only when asked for."""
        ...

    def own_rule_versions(self, rule_id: str) -> tuple[OwnRule, ...]:
        """Oldest first; empty when there is none."""
        ...
