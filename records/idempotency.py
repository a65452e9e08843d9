"""Answers to changes, remembered under the key the caller gave, so that a change sent twice is made once.

Standard: draft-ietf-httpapi-idempotency-key-header.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from records.base import Record, UtcDatetime

__all__ = ["AnswerStore", "RememberedAnswer"]


class RememberedAnswer(Record):
    """What a caller asked under a key, and what was answered.

    Attributes:
        who: The account, with the API key it came by where there is one.
        request_sha256: Of method, address and body; empty until the body was read.
        process: Of the process that answers; empty when it failed. An answer that is missing of a process that is no
            more never comes.
        status: 0 while there is no answer.
        body: None when it is not kept: too long, or it holds a secret shown once.
    """

    who: str
    key: str
    request_sha256: str = ""
    process: str
    asked_at: UtcDatetime
    status: int = 0
    headers: dict[str, str] = {}
    body: str | None = None


class AnswerStore(Protocol):
    """Remembered answers, unique by who and key."""

    def begin_answer(self, asked: RememberedAnswer, *, forget_before: datetime) -> RememberedAnswer | None:
        """Keep that something is asked, durably, before it is done; what is known under the key already is returned
        instead and stays. What was asked before that moment is forgotten first."""
        ...

    def keep_answer(self, answered: RememberedAnswer) -> None:
        """What was answered, in the place of what `begin_answer` kept."""
        ...

    def drop_answer(self, who: str, key: str) -> None:
        """Nothing was done; the key may be used again."""
        ...
