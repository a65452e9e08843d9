"""The names a damaged short name may stand for: one character of its 字号+行业 replaced by each that is taken for it.

A name of four characters with one misread shares few character pairs with the right one, and thousands share those. Its
exact key with the character put right finds it at once, so the look-alikes are tried as keys.
"""

from __future__ import annotations

from collections.abc import Iterator

from matching.names.parts import NameParts
from matching.names.resemblance import likenesses

__all__ = ["LONGEST_VARIED", "core_variants"]

LONGEST_VARIED = 7
"""A longer core keeps enough pairs for the gram tier."""

_MOST = 400


def core_variants(parts: NameParts) -> tuple[str, ...]:
    """Cores one look- or sound-alike character away; none of a core too long, or with a branch.

    >>> "华翰印务" in core_variants(NameParts(brand="华瀚", industry="印务"))
    True
    """
    core = parts.brand + parts.industry
    if parts.branch or not 2 <= len(core) <= LONGEST_VARIED:
        return ()
    return tuple(dict.fromkeys(_varied(core)))[:_MOST]


def _varied(core: str) -> Iterator[str]:
    for place, character in enumerate(core):
        for other in likenesses(character):
            yield core[:place] + other + core[place + 1 :]
