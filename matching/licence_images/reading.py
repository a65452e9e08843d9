"""A picture of a 营业执照 read: several passes, each prepared another way, brought together field by field.

Reading stops as soon as what was read proves itself: the code by its check digits, the name by the engine's confidence
or by a second pass. A licence that proves nothing is read in every way, and what the passes disagree on is kept in
`ReadField.others` for the officer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from matching.identifiers.reading import read_identifier
from matching.identifiers.repair import repair_code
from matching.licence_images.codes import ReadCode, choose_code, codes_in
from matching.licence_images.engine import TextEngine
from matching.licence_images.images import open_image
from matching.licence_images.layout import FoundField, find_fields, labels_in
from matching.licence_images.placing import PlacedLine, box_around, placed_lines, slope_of
from matching.licence_images.preparing import WAYS, Way
from matching.licence_images.qr import find_qr_codes
from matching.licence_images.sheets import Sheet, focused, lines_of, turned_upright
from records.base import stable_id
from records.digests import digests_of
from records.licences_read import LicenceField, LicenceOutcome, LicenceReading, ReadField
from records.ports import Clock

__all__ = ["READER_VERSION", "read_licence"]

READER_VERSION = "licence-2"
"""Changes whenever the same picture and engine may give another reading."""

_SURE = 0.97
_MOST_OTHERS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pass:
    way: Way
    slope: float
    lines: tuple[PlacedLine, ...]
    fields: tuple[FoundField, ...]
    codes: tuple[ReadCode, ...]


def read_licence(content: bytes, *, engine: TextEngine, clock: Clock) -> LicenceReading:
    """Read one picture file.

    Raises:
        InvalidInputError: It is no picture that can be decoded within the limits.
    """
    opened = open_image(content)
    sheet, turned = turned_upright(Sheet(image=opened.image), engine)
    passes: list[_Pass] = []
    for way in WAYS:
        one = _read_pass(sheet, way, engine)
        passes.append(one)
        if not one.lines or _settled(passes):
            break
        sheet = focused(sheet, one.lines, one.slope) if len(passes) == 1 else sheet
    fields = _fields(passes, opened.scale) if _is_licence(passes) else ()
    code = next((one.text for one in fields if one.field is LicenceField.CODE), "")
    problem = read_identifier(code).problem if code else ""
    outcome, note = _outcome(fields, passes)
    image = digests_of(content)
    return LicenceReading(
        reading_id=stable_id("licence", image.sha256, engine.name, engine.version, READER_VERSION),
        image=image,
        media_type=opened.media_type,
        width=opened.width,
        height=opened.height,
        turned_degrees=round(turned, 1),
        tilt_degrees=round(passes[0].slope, 1),
        outcome=outcome,
        note=note,
        fields=fields,
        code_problem=problem,
        code_repairs=tuple(one.code for one in repair_code(code)) if problem else (),
        qr_codes=find_qr_codes(opened.image, opened.scale),
        passes=tuple(one.way.name for one in passes),
        engine=engine.name,
        engine_version=engine.version,
        reader_version=READER_VERSION,
        models=engine.models,
        read_at=clock(),
    )


def _read_pass(sheet: Sheet, way: Way, engine: TextEngine) -> _Pass:
    lines = lines_of(sheet, way, engine)
    slope = slope_of(lines)
    placed = placed_lines(lines, slope)
    fields = find_fields(placed)
    return _Pass(way=way, slope=slope, lines=placed, fields=fields, codes=codes_in(placed, fields))


def _is_licence(passes: Sequence[_Pass]) -> bool:
    return any(labels_in(one.lines) for one in passes)


def _settled(passes: Sequence[_Pass]) -> bool:
    if not _is_licence(passes):
        return len(passes) >= 2  # no licence: two ways of looking are enough
    code = choose_code([one.codes for one in passes])
    name = _chosen(LicenceField.NAME, passes, scale=1.0)
    if code is None or not code[0].sound or name is None:
        return False
    return name.passes_agreeing >= 2 or name.confidence >= _SURE


def _outcome(fields: Sequence[ReadField], passes: Sequence[_Pass]) -> tuple[LicenceOutcome, str]:
    there = {one.field for one in fields}
    missing = [field.value for field in (LicenceField.CODE, LicenceField.NAME) if field not in there]
    if not missing:
        return LicenceOutcome.READ, ""
    if len(missing) == 1:
        return LicenceOutcome.PARTIAL, f"没有读出{missing[0]}，请看图核对"
    if not any(one.lines for one in passes):
        return LicenceOutcome.UNREADABLE, "图片中没有可辨认的文字；不能据此认定未亮照"
    if not _is_licence(passes):
        return LicenceOutcome.UNREADABLE, "图片中有文字，但没有营业执照的栏目，可能不是营业执照；请看图核对"
    return LicenceOutcome.UNREADABLE, "像是营业执照，但代码和名称都没有读出；请看图核对"


def _fields(passes: Sequence[_Pass], scale: float) -> tuple[ReadField, ...]:
    found = [_code_field(passes, scale)]
    found += [_chosen(field, passes, scale) for field in LicenceField if field is not LicenceField.CODE]
    return tuple(one for one in found if one is not None)


def _code_field(passes: Sequence[_Pass], scale: float) -> ReadField | None:
    chosen = choose_code([one.codes for one in passes])
    if chosen is None:
        return None
    read, agreeing, others = chosen
    return ReadField(
        field=LicenceField.CODE,
        label=read.label,
        text=read.code,
        confidence=round(read.confidence, 4),
        box=box_around(read.lines, scale),
        passes_agreeing=agreeing,
        others=others[:_MOST_OTHERS],
    )


def _chosen(field: LicenceField, passes: Sequence[_Pass], scale: float) -> ReadField | None:
    """The text the passes together are surest of: most confidence in sum, so that two that agree outweigh one."""
    votes: dict[str, list[FoundField]] = defaultdict(list)
    for one_pass in passes:
        for found in one_pass.fields:
            if found.field is field:
                votes[found.text].append(found)
    if not votes:
        return None
    ranked = sorted(votes, key=lambda text: (-sum(one.confidence for one in votes[text]), text))
    best = max(votes[ranked[0]], key=lambda one: one.confidence)
    return ReadField(
        field=field,
        label=best.label,
        text=best.text,
        confidence=round(best.confidence, 4),
        box=box_around(best.lines, scale),
        passes_agreeing=len(votes[ranked[0]]),
        others=tuple(ranked[1 : 1 + _MOST_OTHERS]),
    )
