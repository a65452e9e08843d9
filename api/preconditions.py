"""Which version a change was made from (If-Match), so that nobody's decision is overwritten unseen.

Standard: RFC 9110 sections 8.8.3 and 13.1.1; RFC 6585 section 3 (428).
"""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Header

from records.errors import InvalidInputError, PreconditionMissingError

__all__ = ["IfMatch", "etag_of", "tag_asked", "version_asked"]

IfMatch = Annotated[str | None, Header(description='先读取所得的 ETag，如 "3"；缺少则 428，已不是这一版则 412')]


def etag_of(version: int | str) -> str:
    """A version, or the tag of a content, as an entity tag.

    >>> etag_of(3)
    '"3"'
    """
    return f'"{version}"'


def version_asked(if_match: str | None) -> int:
    """The version a change names; the store compares it in the transaction of the change.

    Raises:
        PreconditionMissingError: None is named.
        InvalidInputError: Not an entity tag of ours.
    """
    return int(_asked(if_match, r"\d{1,9}"))


def tag_asked(if_match: str | None) -> str:
    """The tag a change names, for what has no version: a digest of what was read. Raises as `version_asked`."""
    return _asked(if_match, r"[0-9a-f]{1,64}")


def _asked(if_match: str | None, form: str) -> str:
    if if_match is None:
        raise PreconditionMissingError("缺少 If-Match，未作任何更改", cure='先读取，把 ETag 放入 If-Match，如 "3"')
    found = re.fullmatch(rf'\s*"({form})"\s*', if_match)
    if not found:
        raise InvalidInputError(f"If-Match 无法识别：{if_match[:40]}", cure='应为读取所得的 ETag，如 "3"')
    return found[1]
