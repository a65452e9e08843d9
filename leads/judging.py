"""Judge a text by the rules in force on a day: normalise, listen, weigh, then the facts beside the text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from leads.catalogue import signalled
from leads.context import Passage
from leads.listening import Listener
from leads.normalising import Normaliser
from leads.procedures import judge_facts
from leads.signals import Procedure
from leads.versions import in_force
from leads.weighing import CompiledRule, Judged
from records.leads import Rule, ScanFinding, ScanInput
from records.market import Speaker

__all__ = ["Judge"]


class Judge:
    """The rules ready to judge conduct of one day. Safe to share between threads: nothing changes after it is built."""

    def __init__(self, rules: Sequence[Rule], *, on: date) -> None:
        self.on = on
        applying = [rule for rule in signalled(rules) if in_force(rule.basis, on=on)]
        self.rules = {rule.rule_id: rule for rule in applying}
        self.normaliser = Normaliser()
        self._listener = Listener(applying, self.normaliser)
        self._compiled = [
            CompiledRule(rule, on=on, from_pattern={cue for of, cue in self._listener.from_pattern if of == number})
            for number, rule in enumerate(applying)
        ]
        self._by_facts = [rule for rule in applying if rule.signal.procedure is not Procedure.NONE]
        self._by_reviews = [rule for rule in applying if rule.signal.procedure is Procedure.REVIEWS_ALIKE]

    def judge(self, scan: ScanInput, *, title: str = "", page: str = "") -> tuple[ScanFinding, ...]:
        """What each rule says of the text, by rule id; rules with nothing to say are absent.

        Args:
            scan: The text with its speaker, product class and facts.
            title: The listing's title, where the text is another block of its page.
            page: All that the merchant says on the page, for exemptions that may stand anywhere on it.
        """
        normalised = self.normaliser.normalise(scan.text)
        heard = self._listener.listen(normalised.text, scan.category)
        if not heard and not scan.fields.model_fields_set and scan.source is not Speaker.REVIEW:
            return ()
        fold = self.normaliser.fold
        judged = Judged(scan=scan, passage=Passage(normalised), fold=fold, title=title, page=page)
        findings: dict[str, ScanFinding] = {}
        for number, of_rule in heard.items():
            finding = self._compiled[number].weigh(judged, of_rule)
            if finding is not None:
                findings[finding.rule] = finding
        asked = self._by_facts if scan.fields.model_fields_set else self._by_reviews
        for finding in judge_facts(asked, scan, normalised.text, on=self.on, fold=fold):
            findings.setdefault(finding.rule, finding)
        return tuple(findings[rule_id] for rule_id in sorted(findings))
