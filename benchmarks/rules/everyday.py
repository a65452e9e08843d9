"""How often words rules may listen for stand on pages: writes `leads/data/everyday.csv`, by which needles are chosen.

Run it after many rules changed. Counted on the clean labelled texts and, half as much, on the sample market's pages.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import ahocorasick

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(PROJECT)]

from leads.catalogue import load_rules, signalled  # noqa: E402
from leads.needles import candidate_words  # noqa: E402
from leads.normalising import Normaliser  # noqa: E402

_MEGABYTES = 2.0
_LABELLED_WEIGHT = 0.5
_LEAST_PER_100_000 = 2.0
TABLE = PROJECT / "leads" / "data" / "everyday.csv"


def main() -> None:
    """Count and write the table."""
    from texts import make_texts

    normaliser = Normaliser()
    words = sorted({normaliser.fold(word) for word in _words()})
    market = [scan.text for scan in make_texts(_MEGABYTES)]
    rates: Counter[str] = Counter()
    for texts, weight in ((market, 1.0), (list(_labelled()), _LABELLED_WEIGHT)):
        folded = [normaliser.normalise(text).text for text in texts]
        size = sum(map(len, folded))
        for word, count in _counted(words, folded).items():
            rates[word] += 100_000 * weight * count / size / (1.0 + _LABELLED_WEIGHT)
    with TABLE.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(("word", "per_100_000_characters"))
        kept = ((word, round(rate)) for word, rate in rates.items() if rate >= _LEAST_PER_100_000)
        table.writerows(sorted(kept, key=lambda one: (-one[1], one[0])))


def _words() -> Iterator[str]:
    for rule in signalled(load_rules()):
        for cue in rule.signal.cues:
            yield from cue.words
            yield from candidate_words(cue.pattern)


def _labelled() -> Iterator[str]:
    for path in sorted((PROJECT / "tests" / "leads" / "data").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            data = json.loads(line)
            if not (data.get("expect") or data.get("suspected")):
                yield data["text"]


def _counted(words: Iterable[str], texts: Iterable[str]) -> Counter[str]:
    automaton = ahocorasick.Automaton()
    for word in words:
        automaton.add_word(word, word)
    automaton.make_automaton()
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(word for _, word in automaton.iter(text))
    return counts


if __name__ == "__main__":
    main()
