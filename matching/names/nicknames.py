"""Shop names as storefronts show them: what the platform or the seller added is taken off, the rest is a short name."""

from __future__ import annotations

import re

from matching.data.legal_forms import NICKNAME_SUFFIXES
from matching.names.normalise import normalise_name

__all__ = ["strip_nickname"]

_SUFFIXES = tuple(sorted(NICKNAME_SUFFIXES.split(), key=len, reverse=True))
_TAIL = re.compile(r"(?:\((?:[^()]{0,8}店|官方|正品|自营|认证|旗舰)\)|第?[0-9一二三四五六七八九十]{1,2}号?店)$")
_LEGAL_TAIL = re.compile(r"(?:公司|合作社|事务所|商行|经营部|商店|厂)$")


def strip_nickname(text: str) -> tuple[str, str]:
    """The normalised name without its storefront suffix, and that suffix (empty when there was none).

    >>> strip_nickname("华翰印务官方旗舰店")
    ('华翰印务', '官方旗舰店')
    >>> strip_nickname("上海华翰印务有限公司（天猫店）")
    ('上海华翰印务有限公司', '天猫店')
    >>> strip_nickname("阿强水果店")
    ('阿强水果店', '')
    """
    name = normalise_name(text)
    suffix = ""
    found = _TAIL.search(name)
    if found is not None and found.start() >= 2:
        name, suffix = name[: found.start()], found.group().strip("()")
    named_as_a_shop = name.endswith(_SUFFIXES) and not _LEGAL_TAIL.search(name)
    for ending in _SUFFIXES if named_as_a_shop else ():
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name[: -len(ending)], ending + suffix
    return name, suffix
