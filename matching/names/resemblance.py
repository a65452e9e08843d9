"""How near two name parts are, counting characters that look or sound alike as small differences.

rapidfuzz does the arithmetic inside a part; whole names are never compared by it, because a legal form and a region of
ten characters would drown the two that matter.
"""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import Indel, Levenshtein

from matching.data.glyphs import GLYPHS
from matching.data.lookalikes import SHAPES
from matching.data.sounds import SOUNDS

__all__ = ["Difference", "alike", "difference", "looks_like", "ratio", "sound_of"]

_MOST_EDITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Edits between two texts: `alike` replaced look- or sound-alikes, `other` everything else, `shown` the replaced
    pairs as 翰→瀚."""

    alike: int
    other: int
    shown: tuple[str, ...] = ()


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


def alike(one: str, other: str) -> bool:
    """Whether two characters are taken for one another by eye or ear.

    >>> alike("未", "末"), alike("华", "花"), alike("翰", "山")
    (True, True, False)
    """
    if _SHAPE_GROUPS.get(one, _NO_SHAPES) & _SHAPE_GROUPS.get(other, _NO_SHAPES):
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
    """The edits from one text to the other; None when there are more than three.

    >>> difference("华翰印务", "华瀚印务")
    Difference(alike=1, other=0, shown=('翰→瀚',))
    >>> difference("华翰印务", "大通物流") is None
    True
    """
    if one == other:
        return Difference(alike=0, other=0)
    if Levenshtein.distance(one, other, score_cutoff=_MOST_EDITS) > _MOST_EDITS:
        return None
    near, far, shown = 0, 0, []
    for edit in Levenshtein.editops(one, other):
        if edit.tag != "replace":
            far += 1
            continue
        before, after = one[edit.src_pos], other[edit.dest_pos]
        shown.append(f"{before}→{after}")
        if alike(before, after):
            near += 1
        else:
            far += 1
    return Difference(alike=near, other=far, shown=tuple(shown))


def ratio(one: str, other: str) -> float:
    """Share of characters in common, in order: 0.0 to 1.0."""
    return float(Indel.normalized_similarity(one, other))
