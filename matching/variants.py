"""The names a damaged short name may stand for: one character of its 字号+行业 replaced by each that looks like it.

A name of four characters with one misread shares few character pairs with the right one, and thousands share those. Its
exact key with the character put right finds it at once, so the look-alikes are tried as keys. Those that sound alike
have one key together (`matching.keys.sound_key`).
"""

from __future__ import annotations

from collections.abc import Iterator

from matching.keys import LONGEST_MISREAD
from matching.names.parts import NameParts
from matching.names.resemblance import looks_like

__all__ = ["core_variants"]


def core_variants(parts: NameParts) -> tuple[str, ...]:
    """Cores one look-alike character away; none of a core too long, or with a branch.

    >>> "华翰印务" in core_variants(NameParts(brand="华瀚", industry="印务"))
    True
    """
    core = parts.brand + parts.industry
    if parts.branch or not 2 <= len(core) <= LONGEST_MISREAD:
        return ()
    return tuple(dict.fromkeys(_varied(core)))


def _varied(core: str) -> Iterator[str]:
    for place, character in enumerate(core):
        for other in looks_like(character):
            yield core[:place] + other + core[place + 1 :]
