"""How near two name parts are, counting characters that look or sound alike as small differences.

rapidfuzz does the arithmetic inside a part; whole names are never compared by it, because a legal form and a region of
ten characters would drown the two that matter.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple, cast

from rapidfuzz.distance import Indel, Levenshtein

from matching.data.glyphs import GLYPHS
from matching.data.lookalikes import SHAPES
from matching.data.sounds import SOUNDS

__all__ = ["Difference", "alike", "difference", "looks_like", "ratio", "sound_of"]

_MOST_EDITS = 4


class Difference(NamedTuple):
    """Edits from one text to another: `alike` characters replaced by look- or sound-alikes, `replaced` by others,
    `missing` in the first, `added` in it; `shown` the replaced pairs as 翰→瀚."""

    alike: int = 0
    replaced: int = 0
    missing: int = 0
    added: int = 0
    shown: tuple[str, ...] = ()

    @property
    def other(self) -> int:
        """Edits that no look or sound explains."""
        return self.replaced + self.missing + self.added

    @property
    def cost(self) -> float:
        """How far apart in characters; a look- or sound-alike is a quarter of one."""
        return 0.25 * self.alike + self.replaced + self.missing + self.added


_SAME = Difference()


def _shapes() -> dict[str, frozenset[int]]:
    groups: dict[str, set[int]] = {}
    for number, group in enumerate(SHAPES.split()):
        for character in group:
            groups.setdefault(character, set()).add(number)
    return {character: frozenset(numbers) for character, numbers in groups.items()}


def _sounds() -> dict[str, str]:
    found: dict[str, str] = {}
    for group in SOUNDS.split():
        letters = len(group) - len(group.lstrip("abcdefghijklmnopqrstuvwxyz"))
        found.update(dict.fromkeys(group[letters:], group[:letters]))
    return found


_SHAPE_LISTS = SHAPES.split()
_NEIGHBOURS = {group[0]: group[1:] for group in GLYPHS.split()}
_SHAPE_GROUPS = _shapes()
_SOUND_OF = _sounds()
_NO_SHAPES: frozenset[int] = frozenset()


@lru_cache(maxsize=20_000)
def alike(one: str, other: str) -> bool:
    """Whether two characters are taken for one another by eye or ear.

    >>> alike("未", "末"), alike("华", "花"), alike("翰", "山")
    (True, True, False)
    """
    if not _SHAPE_GROUPS.get(one, _NO_SHAPES).isdisjoint(_SHAPE_GROUPS.get(other, _NO_SHAPES)):
        return True
    if other in _NEIGHBOURS.get(one, "") or one in _NEIGHBOURS.get(other, ""):
        return True
    sound = _SOUND_OF.get(one)
    return sound is not None and sound == _SOUND_OF.get(other)


def looks_like(character: str) -> str:
    """The characters it may be taken for by the eye, the likeliest first.

    >>> "瀚" in looks_like("翰"), looks_like("a")
    (True, '')
    """
    found = dict.fromkeys(_NEIGHBOURS.get(character, ""))
    for group in _SHAPE_GROUPS.get(character, _NO_SHAPES):
        found.update(dict.fromkeys(_SHAPE_LISTS[group]))
    found.pop(character, None)
    return "".join(found)


def sound_of(text: str) -> str:
    """The text as it sounds, tones left out; a character whose sound is not known stands for itself.

    >>> sound_of("华翰印务") == sound_of("花瀚印物"), sound_of("A印")
    (True, "A'yin")
    """
    return "'".join([_SOUND_OF.get(character, character) for character in text])


def difference(one: str, other: str) -> Difference | None:
    """The edits from one text to the other; None when there are more than four.

    >>> difference("华翰印务", "华瀚印务")
    Difference(alike=1, replaced=0, missing=0, added=0, shown=('翰→瀚',))
    >>> difference("华翰印务", "大通物流有限公司") is None
    True
    """
    if one == other:
        return _SAME
    if abs(len(one) - len(other)) > _MOST_EDITS:
        return None
    if Levenshtein.distance(one, other, score_cutoff=_MOST_EDITS) > _MOST_EDITS:
        return None
    near = replaced = missing = added = 0
    shown = []
    for tag, place, other_place in cast("list[tuple[str, int, int]]", Levenshtein.editops(one, other).as_list()):
        if tag == "insert":
            missing += 1
        elif tag == "delete":
            added += 1
        else:
            before, after = one[place], other[other_place]
            shown.append(f"{before}→{after}")
            if alike(before, after):
                near += 1
            else:
                replaced += 1
    return Difference(near, replaced, missing, added, tuple(shown))


def ratio(one: str, other: str) -> float:
    """Share of characters in common, in order: 0.0 to 1.0."""
    return float(Indel.normalized_similarity(one, other))
