"""亮照 of a shop: whether a licence is shown (N01) and whether what is shown is true (N02)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from leads.codes import CodeState, licence_state
from leads.rules.subject import EXEMPT_STATEMENT
from records.leads import ScanFinding, Severity, Verdict
from records.market import Shop
from records.register import LicenceProblem, Match

__all__ = ["licence_findings"]

_EXEMPT = re.compile(EXEMPT_STATEMENT)
_SUSPICIOUS = {
    LicenceProblem.CODE_INVALID: Severity.HIGH,
    LicenceProblem.CODE_UNKNOWN: Severity.HIGH,
    LicenceProblem.NAME_CODE_MISMATCH: Severity.HIGH,
    LicenceProblem.CANCELLED: Severity.HIGH,
    LicenceProblem.REVOKED: Severity.HIGH,
}
_TO_BE_ASKED = {LicenceProblem.MOVED_OUT: Severity.LOW, LicenceProblem.EXPIRED: Severity.LOW}


def licence_findings(shop: Shop, match: Match | None) -> Iterator[ScanFinding]:
    """N01 and N02 of a shop; nothing when it shows a licence nobody has found fault with."""
    shown = shop.disclosure
    if not (shown.licence_no or shown.has_licence_link or shown.licence_image_urls):
        yield _not_shown(shop)
        return
    told = tuple(_by_register(match)) if match is not None else ()
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


def _by_register(match: Match) -> Iterator[ScanFinding]:
    for finding in match.licence_findings:
        if finding.problem in _SUSPICIOUS:
            yield _said(Verdict.SUSPECTED, _SUSPICIOUS[finding.problem], finding.sentence)
        elif finding.problem in _TO_BE_ASKED:
            yield _said(Verdict.UNDETERMINED, _TO_BE_ASKED[finding.problem], finding.sentence)


def _by_form(licence_no: str) -> Iterator[ScanFinding]:
    """Without a word from the register only the form of the number can be judged."""
    if not licence_no:
        return
    state = licence_state(licence_no)
    if state is CodeState.WRONG:
        yield _said(Verdict.SUSPECTED, Severity.HIGH, f"公示的代码“{licence_no}”不符合编码与校验规则")
    elif state is CodeState.DOUBTFUL:
        yield _said(Verdict.UNDETERMINED, Severity.HIGH, f"公示的代码“{licence_no}”校验不符，可能读取有误，须看原图")


def _said(verdict: Verdict, severity: Severity, sentence: str) -> ScanFinding:
    return ScanFinding(rule="N02", verdict=verdict, severity=severity, explanation=sentence)
