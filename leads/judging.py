"""Judge a text by the rules in force on a day: normalise, listen, weigh, then the facts beside the text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import date
from itertools import islice

from leads.catalogue import signalled
from leads.concurring import settle
from leads.context import Passage
from leads.listening import Listener
from leads.looking import Judged
from leads.normalising import Normaliser
from leads.procedures import judge_facts, shows_words
from leads.signals import LeadRule, Procedure
from leads.versions import in_force
from leads.weighing import CompiledRule
from records.leads import Rule, ScanFinding, ScanInput
from records.market import Speaker

__all__ = ["Judge"]

_BATCH = 256


class _JudgedTexts(dict[int, Judged]):
    """Each made when it is first asked for: of most texts no hit is covered by its pattern."""

    def __init__(self, make: Callable[[int], Judged]) -> None:
        self._make = make

    def __missing__(self, at: int) -> Judged:
        judged = self[at] = self._make(at)
        return judged


class Judge:
    """The rules ready to judge conduct of one day. Safe to share between threads: a pattern is compiled by who seeks it
    first, at worst by two at once."""

    def __init__(self, rules: Sequence[Rule], *, on: date) -> None:
        self.on = on
        applying = [rule for rule in signalled(rules) if in_force(rule.basis, on=on)]
        self.rules = {rule.rule_id: rule for rule in applying}
        self.normaliser = Normaliser()
        self._listener = Listener(applying, self.normaliser)
        from_pattern, placed, often = map(
            _by_rule, (self._listener.from_pattern, self._listener.placed, self._listener.often)
        )
        self._compiled = [
            CompiledRule(rule, on=on, from_pattern=from_pattern[at], placed=placed[at], often=often[at])
            for at, rule in enumerate(applying)
        ]
        self._by_facts = [rule for rule in applying if rule.signal.procedure is not Procedure.NONE]
        self._by_words = [rule for rule in self._by_facts if shows_words(rule)]
        self._by_reviews = [rule for rule in applying if rule.signal.procedure is Procedure.REVIEWS_ALIKE]

    def make_ready(self) -> None:
        """Compile the patterns of all rules now, in one to two seconds, before rates are measured. Otherwise each is
        compiled when a text first asks for it, and most texts ask for few."""
        self._listener.make_ready()
        for rule in self._compiled:
            rule.make_ready()

    def judge(self, scan: ScanInput, *, title: str = "", page: str = "") -> tuple[ScanFinding, ...]:
        """What each rule says of the text, by rule id; rules with nothing to say are absent.

        Args:
            scan: The text with its speaker, product class and facts.
            title: The listing's title, where the text is another block of its page.
            page: All that the merchant says on the page, for exemptions that may stand anywhere on it.
        """
        return self._judge((scan,), title=title, page=page)[0]

    def judge_blocks(self, scans: Sequence[ScanInput], *, title: str, page: str) -> list[tuple[ScanFinding, ...]]:
        """What `judge` says of each of several blocks of one page, but for what the page's facts alone say: its title
        is judged with that. Read together, which is half as fast again."""
        return self._judge(scans, title=title, page=page, by_facts=self._by_words) if scans else []

    def judge_all(self, scans: Iterable[ScanInput]) -> Iterator[tuple[ScanFinding, ...]]:
        """What `judge` says of each, in order; read 256 at a time, which is half as fast again as one by one."""
        rest = iter(scans)
        while batch := tuple(islice(rest, _BATCH)):
            yield from self._judge(batch)

    def _judge(
        self,
        scans: Sequence[ScanInput],
        *,
        title: str = "",
        page: str = "",
        by_facts: Sequence[LeadRule] | None = None,
    ) -> list[tuple[ScanFinding, ...]]:
        """Step by step over all of them and then rule by rule: tables and patterns stay in the processor's cache."""
        normalise, listen, fold = self.normaliser.normalise, self._listener.listen, self.normaliser.fold
        passages = [Passage(normalise(scan.text)) for scan in scans]
        heard_by = listen((passage.text, scan.category) for passage, scan in zip(passages, scans, strict=True))
        judged = _JudgedTexts(
            lambda at: Judged(at=at, scan=scans[at], passage=passages[at], fold=fold, title=title, page=page)
        )
        by_facts = self._by_facts if by_facts is None else by_facts
        found: list[dict[str, ScanFinding]] = [{} for _ in scans]
        for number, heard in heard_by.items():
            for at, finding in self._compiled[number].weigh(heard, passages, judged):
                found[at][finding.rule] = finding
        for at, scan in enumerate(scans):
            facts_read = bool(scan.fields.model_fields_set)
            if facts_read or scan.source is Speaker.REVIEW:
                asked = by_facts if facts_read else self._by_reviews
                for finding in judge_facts(asked, scan, passages[at].text, on=self.on, fold=fold):
                    found[at].setdefault(finding.rule, finding)
            settle(found[at], scan.text)
        return [tuple(one[rule_id] for rule_id in sorted(one)) if one else () for one in found]


def _by_rule(cues: Iterable[tuple[int, int]]) -> Mapping[int, Set[int]]:
    """The numbers of the cues, by the number of their rule."""
    by_rule: defaultdict[int, set[int]] = defaultdict(set)
    for rule, cue in cues:
        by_rule[rule].add(cue)
    return by_rule
