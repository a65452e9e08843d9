"""The code on a licence: what of the lines can be one, and which of the passes to believe.

A code that passes both checks as it was read is believed before one that does not, unless the failing one was read the
same far more often: then the licence itself carries a wrong code, and to say so is the point. Nothing is repaired here
beyond letters no code has (O, I, Z, S read as digits); other repairs are listed for the register to decide.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matching.identifiers.reading import IdentifierKind, read_identifier
from matching.identifiers.repair import RepairKind, repair_code
from matching.licence_images.layout import FoundField
from matching.licence_images.placing import PlacedLine
from records.licences_read import LicenceField

__all__ = ["ReadCode", "choose_code", "codes_in"]

_RUN = re.compile(r"[0-9A-Z]{13,24}")
_LABEL = re.compile(r"^.{0,12}?代码")
_SOUND_KINDS = (IdentifierKind.USCC, IdentifierKind.REGISTRATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCode:
    """A code of one pass. `labelled`: it stands by its label; `sound`: it passes the checks of its format."""

    code: str
    label: str
    confidence: float
    labelled: bool
    sound: bool
    lines: tuple[PlacedLine, ...]


def codes_in(lines: Sequence[PlacedLine], fields: Sequence[FoundField]) -> tuple[ReadCode, ...]:
    """What can be the code in one pass, by its label or anywhere else."""
    found: dict[str, ReadCode] = {}
    for field in fields:
        if field.field is LicenceField.CODE:
            for code in _codes(field.text):
                found[code] = _read(code, field.label, field.confidence, field.lines)
    for line in lines:
        for code in _codes(line.text):
            if code not in found and len(code) in (15, 18):
                found[code] = _read(code, "", line.line.confidence, (line,))
    return tuple(found.values())


def choose_code(passes: Sequence[Sequence[ReadCode]]) -> tuple[ReadCode, int, tuple[str, ...]] | None:
    """The code to believe, how many passes gave it, and what the others gave instead; None when there is none."""
    votes: dict[str, list[ReadCode]] = defaultdict(list)
    for one_pass in passes:
        for read in one_pass:
            votes[read.code].append(read)
    if not votes:
        return None
    ranked = sorted(votes, key=lambda code: (-_weight(votes[code]), code))
    sound = [code for code in ranked if votes[code][0].sound]
    best = ranked[0]
    if sound and best not in sound and len(votes[best]) < 2 * len(votes[sound[0]]) + 1:
        best = sound[0]
    read = max(votes[best], key=lambda one: (one.labelled, one.confidence))
    return read, len(votes[best]), tuple(code for code in ranked if code != best)


def _weight(reads: Sequence[ReadCode]) -> float:
    return sum(one.confidence * (1 + one.labelled) * (1 if len(one.code) in (15, 18) else 0.3) for one in reads)


def _read(code: str, label: str, confidence: float, lines: tuple[PlacedLine, ...]) -> ReadCode:
    sound = _is_sound(code)
    return ReadCode(code=code, label=label, confidence=confidence, labelled=bool(label), sound=sound, lines=lines)


def _is_sound(code: str) -> bool:
    read = read_identifier(code)
    return read.sound and read.kind in _SOUND_KINDS


def _codes(text: str) -> Iterator[str]:
    """Runs of signs long enough for a code; of a longer one the part that passes the checks."""
    bare = re.sub(r"[\s\-·.,:：]+", "", _LABEL.sub("", text)).upper()
    for run in _RUN.findall(bare):
        letters = next((one.code for one in repair_code(run) if one.kind is RepairKind.LETTER), "")
        within = [run[at : at + 18] for at in range(1 + len(run) - 18)] if len(run) > 18 else []
        inside = next((part for part in within if _is_sound(part)), "")
        if sum(sign.isdigit() for sign in run) >= 8:
            yield letters or inside or run
