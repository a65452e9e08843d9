"""A number the page owes, read in a picture of it: what its text alone made suspected is then undetermined.

Never clean by itself: a picture is read by a machine, may show another's permit, and its number is for a person to look
up. The finding names the picture, the line and what was read there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from leads.assessing import assess_listing
from leads.judging import Judge
from leads.picturing import SeenImage
from records.base import stable_id
from records.leads import Finding, Verdict
from records.market import Listing, Shop

__all__ = ["ANSWERED_BY_PICTURE", "doubted_by_pictures"]

ANSWERED_BY_PICTURE = "文字中未见应示编号，但图片 "
"""How the explanation of a finding that a picture answers begins."""


def doubted_by_pictures(
    judge: Judge,
    listing: Listing,
    shop: Shop,
    images: Callable[[], Sequence[SeenImage]],
    *,
    findings: Sequence[Finding],
    now: datetime,
) -> tuple[Finding, ...]:
    """The findings of a listing's text, those undetermined that a number in one of its pictures would answer.

    Args:
        images: Asked only when some rule suspects a number that is not shown.
    """
    owing = {
        one.rule_id
        for one in findings
        if one.verdict is Verdict.SUSPECTED and any(cue.owed for cue in judge.rules[one.rule_id].signal.cues)
    }
    shown = tuple(_shown(judge, owing, images())) if owing else ()
    if not shown:
        return tuple(findings)
    said = "\n".join(words for _, words, _ in shown)
    kept = {one.finding_id for one in assess_listing(judge, listing, shop, now=now, also_said=said)}
    return tuple(
        _undetermined(one, shown) if one.rule_id in owing and one.finding_id not in kept else one for one in findings
    )


def _shown(judge: Judge, owing: set[str], images: Sequence[SeenImage]) -> Iterator[tuple[str, str, str]]:
    """Lines with such a number: (rule, the line, the picture and line in words)."""
    fold = judge.normaliser.fold
    for rule_id in sorted(owing):
        owed = [re.compile(cue.owed) for cue in judge.rules[rule_id].signal.cues if cue.owed]
        for image in images:
            for number, line in enumerate(image.text.lines, start=1):
                if any(pattern.search(fold(line.text)) for pattern in owed):
                    where = f"{image.source.url}（摘要 {image.text.image.sha256[:16]}）第 {number} 行"
                    yield rule_id, line.text, f"{where}“{line.text[:60]}”（置信度 {line.confidence:.2f}）"


def _undetermined(finding: Finding, shown: Sequence[tuple[str, str, str]]) -> Finding:
    if finding.verdict is not Verdict.SUSPECTED:
        return finding
    where = next((told for rule_id, _, told in shown if rule_id == finding.rule_id), shown[0][2])
    said = f"{ANSWERED_BY_PICTURE}{where}中读到，由机器识别，须看图核对编号真伪与持有人；{finding.explanation}"
    return finding.model_copy(
        update={
            "finding_id": stable_id("finding", finding.finding_id, "picture", where),
            "verdict": Verdict.UNDETERMINED,
            "explanation": said,
        }
    )
