"""Why something was not done, for people at a page: a cure that is a command of the server is left out."""

from __future__ import annotations

from records.errors import WangJianError

__all__ = ["why"]


def why(error: WangJianError) -> str:
    """Message and cure.

    >>> from records.errors import ConflictError
    >>> why(ConflictError("须由另一人办理", cure="请另一人办理"))
    '须由另一人办理（请另一人办理）'
    >>> why(ConflictError("已冻结", cure="用 wangjian evidence custody 查看"))
    '已冻结'
    """
    return error.message if "wangjian " in error.cure else str(error)
