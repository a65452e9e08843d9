"""What discovery asks of the outside world. The adapter lives in `stores/`; promises as in `records/ports.py`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from records.candidates import CandidateState, TargetCandidate

__all__ = ["CandidateStore"]


class CandidateStore(Protocol):
    """候选对象, one row an address, whoever finds it."""

    def record(self, seen: Sequence[TargetCandidate]) -> tuple[int, int]:
        """Write a look: how many are new and how many were known (merged by `seen_again`), in one transaction."""
        ...

    def decide(self, candidate: TargetCandidate, *, was: CandidateState) -> None:
        """Write what a person decided. Raises NotFoundError; ConflictError when its state is no longer `was`."""
        ...

    def candidate(self, candidate_id: str) -> TargetCandidate:
        """Raises NotFoundError."""
        ...

    def candidates(self, state: CandidateState | None = None) -> Iterator[TargetCandidate]:
        """By candidate_id; of one state when it is named."""
        ...
