"""Why something could not be saved, in the words its record keeps."""

from __future__ import annotations

import errno

__all__ = ["why_not_saved"]

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG}


def why_not_saved(exc: OSError) -> str:
    """A disk that is full or read-only is said in our words, anything else in the system's."""
    return "磁盘空间不足或不可写" if exc.errno in _FULL else f"读写失败：{exc.strerror or exc}"
