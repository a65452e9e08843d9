"""A stored match reckoned again: the same query, over the register as it was known then, by the model of today.

What a match stores is enough for it: the query with its capture time, the moment of the match, the snapshot, the
model's version and the candidates. The same model over the same snapshot must say the same; what differs is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from matching.as_known import RegisterAsKnown
from matching.resolver import Resolver
from records.register import Match
from records.register_ports import RegisterView

__all__ = ["Replay", "replay"]

_NEAR = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """The match stored, the match of today over the same knowledge, and how they differ (Chinese; empty: not at
    all)."""

    stored: Match
    again: Match
    differences: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


def replay(stored: Match, register: RegisterView, *, unregistered_share: float | None = None) -> Replay:
    """Match the stored query again, at the moment it was matched."""
    then = RegisterAsKnown(register, stored.matched_at)
    resolver = Resolver(then, lambda: stored.matched_at, unregistered_share=unregistered_share)
    again = resolver.match(stored.query, shop_id=stored.shop_id)
    return Replay(stored=stored, again=again, differences=tuple(_differences(stored, again)))


def _differences(stored: Match, again: Match) -> Iterator[str]:
    pairs = (
        ("模型版本", stored.model_version, again.model_version),
        ("登记库快照", stored.snapshot_id, again.snapshot_id),
        ("结论", stored.decision.value, again.decision.value),
        ("主体", stored.entity_code, again.entity_code),
    )
    for name, before, after in pairs:
        if before != after:
            yield f"{name}：当时为{before or '无'}，重算为{after or '无'}"
    if abs(stored.probability - again.probability) > _NEAR:
        yield f"首位概率：当时为{stored.probability:.4f}，重算为{again.probability:.4f}"
    before_codes, after_codes = ([one.code for one in match.candidates] for match in (stored, again))
    if before_codes != after_codes:
        missing = [code for code in before_codes if code not in after_codes]
        yield f"候选：当时{len(before_codes)}户，重算{len(after_codes)}户" + (
            f"，少了{'、'.join(missing[:5])}" if missing else ""
        )
