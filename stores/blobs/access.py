"""What a blob store is opened with beside its address: who asks, how long is waited, how long bytes are locked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from records.ports import Clock

__all__ = ["BlobAccess"]


def _system_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobAccess:
    """Files need none of it. `keep` is the time from each put on for which nobody can take the bytes away; a put of
    bytes that are there already prolongs theirs. `waiting_room` takes what cannot be brought to an S3 store that is
    away; without one such a put fails. With `create_bucket` a bucket that is not there is made, with object lock.
    `ca_file` are the roots the server's certificate is checked against (None: the public ones); it is always checked.
    """

    access_key: str = ""
    secret_key: str = ""
    region: str = "us-east-1"
    ca_file: Path | None = None
    connect_seconds: float = 5.0
    read_seconds: float = 60.0
    tries: int = 3
    keep: timedelta = timedelta(days=3650)
    waiting_room: Path | None = None
    create_bucket: bool = False
    clock: Clock = _system_clock
