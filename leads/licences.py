"""亮照 of a shop: whether a licence is shown (N01), whether what is shown is true (N02) and up to date (N08), whether
the seller is registered at all (N03), and whether the permit numbers shown can be such numbers (N06).

What stage 3 found about the licence is taken over in its own words. `_SUSPECTED` are suspected, unless the finding
itself says that it must be checked first; `_OF_ITS_OWN` always are; `_TO_BE_ASKED` are never more than 无法判定.
Others speak of the subject and not of the licence shown (经营异常, 严重违法): they raise the priority.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from leads.codes import CodeState, licence_state
from leads.rules.subject import EXEMPT_STATEMENT
from records.leads import ScanFinding, Severity, Verdict
from records.licence_findings import Certainty, LicenceProblem, WithheldFinding
from records.market import Shop
from records.register import Match

__all__ = ["licence_findings"]

_EXEMPT = re.compile(EXEMPT_STATEMENT)
_SUSPECTED = {
    LicenceProblem.CODE_INVALID: Severity.HIGH,
    LicenceProblem.CODE_UNKNOWN: Severity.HIGH,
    LicenceProblem.NAME_CODE_MISMATCH: Severity.HIGH,
    LicenceProblem.BORROWED: Severity.HIGH,
    LicenceProblem.CANCELLED: Severity.HIGH,
    LicenceProblem.REVOKED: Severity.HIGH,
    LicenceProblem.ANNULLED: Severity.HIGH,
    LicenceProblem.ORDERED_CLOSED: Severity.HIGH,
}
_TO_BE_ASKED = {
    LicenceProblem.MOVED_OUT: ("N02", Severity.LOW),
    LicenceProblem.SUSPENDED: ("N02", Severity.LOW),
    LicenceProblem.EXPIRED: ("N02", Severity.LOW),
    LicenceProblem.OUTDATED: ("N08", Severity.LOW),
    LicenceProblem.INCOMPLETE: ("N01", Severity.LOW),
}
_OF_ITS_OWN = {
    LicenceProblem.UNLICENSED: ("N03", Severity.HIGH),
    LicenceProblem.PERMIT_INVALID: ("N06", Severity.HIGH),
}
"""Suspected by a rule of its own, whether or not a licence is shown; both must be checked, and their leads say so."""

_SAID_AS_DOUBT = (LicenceProblem.BORROWED,)
"""疑似 by its name: it is suspected although it must be checked."""


def licence_findings(shop: Shop, match: Match | None) -> Iterator[ScanFinding]:
    """N01, N02, N03, N06 and N08 of a shop; nothing when it shows a licence nobody has found fault with."""
    shown = shop.disclosure
    yield from _of_its_own(match)
    if not (shown.licence_no or shown.has_licence_link or shown.licence_image_urls):
        yield _not_shown(shop)
        return
    told = tuple(_by_register(match)) if match is not None else ()
    if not told:
        told = tuple(_held_back(match)) if match is not None else ()
    yield from told or _by_form(shown.licence_no)


def _not_shown(shop: Shop) -> ScanFinding:
    statement = shop.disclosure.exemption_text or _stated(shop)
    if statement:
        return ScanFinding(
            rule="N01",
            verdict=Verdict.EXCLUDED,
            severity=Severity.MEDIUM,
            exemption="依法不需要办理登记",
            explanation=f"未见营业执照，但自我声明“{statement[:60]}”，需当事人举证",
        )
    missing = list(shop.unread)
    if not shop.front_page_read:
        missing.insert(0, "首页")
    if missing:
        return ScanFinding(
            rule="N01",
            verdict=Verdict.UNDETERMINED,
            severity=Severity.MEDIUM,
            explanation=f"未见营业执照，但{'、'.join(dict.fromkeys(missing))}未能读取，无法判定",
        )
    return ScanFinding(
        rule="N01",
        verdict=Verdict.SUSPECTED,
        severity=Severity.MEDIUM,
        explanation="首页已完整读取，未见营业执照代码、图片或亮照链接，也无依法不需要办理登记的声明",
    )


def _stated(shop: Shop) -> str:
    found = next((match for block in shop.texts if (match := _EXEMPT.search(block.text))), None)
    return found[0] if found else ""


def _of_its_own(match: Match | None) -> Iterator[ScanFinding]:
    for finding in match.licence_findings if match is not None else ():
        if finding.problem in _OF_ITS_OWN:
            rule, severity = _OF_ITS_OWN[finding.problem]
            yield _said(rule, Verdict.SUSPECTED, severity, sentence=finding.sentence)


def _by_register(match: Match) -> Iterator[ScanFinding]:
    for finding in match.licence_findings:
        if finding.problem in _SUSPECTED:
            doubted = finding.certainty is Certainty.TO_CHECK and finding.problem not in _SAID_AS_DOUBT
            verdict = Verdict.UNDETERMINED if doubted else Verdict.SUSPECTED
            yield _said("N02", verdict, _SUSPECTED[finding.problem], sentence=finding.sentence)
        elif finding.problem in _TO_BE_ASKED:
            rule, severity = _TO_BE_ASKED[finding.problem]
            yield _said(rule, Verdict.UNDETERMINED, severity, sentence=finding.sentence)


def _held_back(match: Match) -> Iterator[ScanFinding]:
    """The register explained why a number that fails its checks is none to be called invalid: its form is no more
    held against it."""
    found: WithheldFinding | None = next(
        (one for one in match.withheld_findings if one.problem is LicenceProblem.CODE_INVALID), None
    )
    if found is not None:
        yield _said("N02", Verdict.UNDETERMINED, Severity.LOW, sentence=found.because)


def _by_form(licence_no: str) -> Iterator[ScanFinding]:
    """Without a word from the register only the form of the number can be judged."""
    if not licence_no:
        return
    state = licence_state(licence_no)
    if state is CodeState.WRONG:
        yield _said("N02", Verdict.SUSPECTED, Severity.HIGH, sentence=f"公示的代码“{licence_no}”不符合编码与校验规则")
    elif state is CodeState.DOUBTFUL:
        sentence = f"公示的代码“{licence_no}”校验不符，可能读取有误，须看原图"
        yield _said("N02", Verdict.UNDETERMINED, Severity.HIGH, sentence=sentence)


def _said(rule: str, verdict: Verdict, severity: Severity, *, sentence: str) -> ScanFinding:
    return ScanFinding(rule=rule, verdict=verdict, severity=severity, explanation=sentence)
