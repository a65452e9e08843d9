"""Reading many pictures one after the other: what could not be read is said, and one bad picture ends no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TypeVar

from matching.licence_images.engine import RECOGNITION_CURE, recognition_missing
from records.errors import AwayError, IntegrityError, NotFoundError
from records.licences_read import LicencePicture
from records.survey import Page

__all__ = ["read_each"]

Reader = TypeVar("Reader")
Picture = TypeVar("Picture", LicencePicture, Page)


def read_each(
    pictures: Sequence[Picture],
    *,
    named: str,
    opened: Callable[[], AbstractContextManager[Reader]],
    read: Callable[[Reader, Picture], None],
) -> tuple[str, ...]:
    """Read and keep each picture; what was not read, in Chinese. The reader is opened only when there is something to
    read and the text recognition is there.

    Args:
        named: What the pictures are, in Chinese.

    Raises:
        AwayError: A store is away; the pictures wait for it too.
    """
    if not pictures:
        return ()
    if absent := recognition_missing():
        return (f"{len(pictures)} 张{named}未读：没有文字识别部件（{'、'.join(absent)}）；{RECOGNITION_CURE}",)
    missing: list[str] = []
    with opened() as reader:
        for number, one in enumerate(pictures):
            try:
                read(reader, one)
            except (NotFoundError, IntegrityError) as exc:
                missing.append(f"{named}的存档读不出：{one.url[:200]}（{exc.message}）")
            except AwayError as exc:
                if exc.problem != AwayError.problem:
                    raise
                missing.append(f"{len(pictures) - number} 张{named}未读：{exc.message}；{exc.cure}")
                break
    return tuple(missing)
