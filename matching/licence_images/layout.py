"""Fields of a licence from where its labels stand: the value is to the right of its label and may run on below it.

Licences of one column (个体工商户, older forms) and of two are read alike: a value ends where the next label of its row
begins, and the lines below belong to it while they begin where it began.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from matching.licence_images.labels import Label, label_at_head, label_halves
from matching.licence_images.placing import PlacedLine
from records.licences_read import LicenceField

__all__ = ["FoundField", "find_fields", "labels_in"]

_WATERMARK = re.compile(r"^(?:仅[供限用].{0,20}用|.{0,20}(?:[他它]用无效|复印无效))[。.，,!！]?$")
"""A whole line written over a licence by who lends it (仅供网店亮照使用); a 住所 may end in （仅限办公使用）."""

_RUNS_ON = (LicenceField.NAME, LicenceField.KIND, LicenceField.ADDRESS, LicenceField.SCOPE)
_MAX_LINES = {LicenceField.NAME: 2, LicenceField.KIND: 2, LicenceField.ADDRESS: 3, LicenceField.SCOPE: 14}


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundField:
    """A field of one pass: its value and the lines it stands in."""

    field: LicenceField
    label: str
    text: str
    confidence: float
    lines: tuple[PlacedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Labelled:
    label: Label
    at: PlacedLine
    last: PlacedLine

    @property
    def value_left(self) -> float:
        """Where the value begins, when it is printed in the line of the label."""
        share = self.label.length / max(len(self.at.text), 1)
        return self.at.left + (self.at.right - self.at.left) * share if self.label.rest else self.last.right


def labels_in(lines: Sequence[PlacedLine]) -> int:
    """How many different labels there are: whether this is a licence, and the right way up."""
    return len({one.label.text for one in _labelled(lines)})


def find_fields(lines: Sequence[PlacedLine]) -> tuple[FoundField, ...]:
    """The fields of one pass, the uppermost of each kind that has a value."""
    labelled = tuple(_labelled(lines))
    taken = {id(one.at) for one in labelled} | {id(one.last) for one in labelled}
    free = [line for line in lines if id(line) not in taken and not _WATERMARK.search(line.text)]
    found: dict[LicenceField, FoundField] = {}
    for one in labelled:
        field = one.label.field
        if field is None or field in found:
            continue
        value = _value(one, labelled, free)
        if value is not None:
            found[field] = value
    return tuple(found.values())


def _labelled(lines: Sequence[PlacedLine]) -> Iterator[_Labelled]:
    for line in lines:
        label, last = label_at_head(line.text), line
        if label is None and len(line.text) <= 2:
            label, last = _from_halves(line, lines)
        if label is not None and not _inside_a_value(line, label, lines):
            yield _Labelled(label=label, at=line if last is line else _joined(line, last), last=last)


def _from_halves(line: PlacedLine, lines: Sequence[PlacedLine]) -> tuple[Label | None, PlacedLine]:
    near = (o for o in lines if o is not line and o.beside(line) and 0 < o.left - line.left < 8 * line.height)
    for other in sorted(near, key=lambda one: one.left):
        joined = label_halves(line.text, other.text)
        if joined:
            return label_at_head(joined), other
    return None, line


def _joined(first: PlacedLine, last: PlacedLine) -> PlacedLine:
    return replace(last, text=first.text + last.text, left=first.left)


def _inside_a_value(line: PlacedLine, label: Label, lines: Sequence[PlacedLine]) -> bool:
    """A line of running text that happens to begin with a label's word (住所…, 类型…), right of all other labels."""
    if len(label.text) > 2 or not label.rest:
        return False
    plain = [one for one in lines if one is not line and label_at_head(one.text) is not None]
    left = min((one.left for one in plain), default=line.left)
    return all(line.left - one.left > 4 * line.height for one in plain) and line.left - left > 4 * line.height


def _value(one: _Labelled, labelled: Sequence[_Labelled], free: Sequence[PlacedLine]) -> FoundField | None:
    field = one.label.field
    assert field is not None
    row_end = min((o.at.left for o in labelled if o.at.beside(one.last) and o.at.left > one.last.left), default=1e9)
    start = one.value_left - 0.6 * one.at.height
    row = [line for line in free if line.beside(one.last) and start <= line.left < row_end]
    row.sort(key=lambda line: line.left)
    parts = [one.label.rest, *(line.text for line in row)]
    lines = [one.at] * bool(one.label.rest) + row
    if not lines and field is not LicenceField.CODE:
        return None
    if field in _RUNS_ON or not lines:
        below = list(_below(one, lines, labelled, free=free))
        parts += [line.text for line in below]
        lines += below
    text = "".join(parts).strip(":：·|丨 ")
    if not text:
        return None
    confidence = min(line.line.confidence for line in lines)
    return FoundField(field=field, label=one.label.text, text=text, confidence=confidence, lines=tuple(lines))


def _below(
    one: _Labelled, row: Sequence[PlacedLine], labelled: Sequence[_Labelled], *, free: Sequence[PlacedLine]
) -> Iterator[PlacedLine]:
    """Lines that go on below the value, to the next label of its column."""
    left = row[0].left if row and row[0] is not one.at else one.value_left if row else one.at.left
    last, height = (row[-1] if row else one.at), one.last.height
    column = [o.at for o in labelled if abs(o.at.left - one.at.left) < 4 * height and o.at.middle > one.at.middle]
    end = min((at.middle for at in column), default=1e9) - 0.5 * height
    given = 1
    for line in sorted(free, key=lambda line: line.middle):
        if line.middle <= last.middle + 0.5 * height or line.middle >= end or abs(line.left - left) > 2 * height:
            continue
        if line.top - last.bottom > 1.2 * height or given >= _MAX_LINES.get(one.label.field or LicenceField.NAME, 2):
            return
        given, last = given + 1, line
        yield line
