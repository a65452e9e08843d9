"""A day or a time as an officer writes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from records.errors import InvalidInputError

__all__ = ["moment"]

_CHINA = timezone(timedelta(hours=8))
_DAY_LENGTH = len("2025-06-30")


def moment(text: str) -> datetime:
    """The aware UTC time of a text in Beijing time. A day means its end: what was known on it was known by then.

    >>> moment("2025-06-30").isoformat(), moment("2025-06-30T15:00").isoformat()
    ('2025-06-30T15:59:59.999999+00:00', '2025-06-30T07:00:00+00:00')

    Raises:
        InvalidInputError: It is no time.
    """
    bare = text.strip()
    try:
        found = datetime.fromisoformat(bare)
        if len(bare) <= _DAY_LENGTH:
            found += timedelta(days=1, microseconds=-1)
        return (found if found.tzinfo else found.replace(tzinfo=_CHINA)).astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise InvalidInputError(f"“{bare[:40]}”不是时间", cure="写成 2025-06-30 或 2025-06-30T15:00") from exc
