"""许可编号有误: permit and filing numbers shown that cannot be such numbers, or have run out by their own words.

Only what the number itself proves is said; whether it was ever issued is the issuing office's to answer.

Law: 《中华人民共和国电子商务法》第十二条、第十五条.
"""

from __future__ import annotations

from collections.abc import Iterator

from matching.findings.grounds import Answer, Grounds
from matching.identifiers.permits.reading import permits_in
from records.licence_findings import LicenceProblem

__all__ = ["permit_answers"]


def permit_answers(grounds: Grounds) -> Iterator[Answer]:
    """Each number shown that speaks against itself, once."""
    shown = grounds.shown
    if shown is None:
        return
    text = "；".join(dict.fromkeys((*shown.permit_nos, shown.icp_no, shown.police_no)))
    for permit in permits_in(text, grounds.on):
        if permit.problem:
            yield grounds.say(
                LicenceProblem.PERMIT_INVALID,
                f"{permit.kind.value}“{permit.number}”有误：{permit.problem}",
                field=permit.kind.value,
                values=(permit.number, ""),
                to_check=True,
                remarks=(permit.untold,),
            )
