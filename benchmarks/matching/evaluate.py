"""Measures the resolver on damaged real names it was not fitted to: other rows, another maker's confusions.

    python benchmarks/matching/evaluate.py --rows … --register sqlite:///ABS/wangjian.db [--seeds 77 78]

Asked is about the half of the rows that `calibrate.py` does not use (`noise.for_test`). Confusions are of a sharp
typeface; with `--confusions DIR` they are people's own: `same_stroke.txt` and `same_pinyin.txt` of pycorrector 1.1.4
(Apache 2.0; `pip download --no-deps pycorrector==1.1.4`, unpacked, `pycorrector/data`), no typeface and no table of
ours in them.

Prints one JSON document: recall@1 and @10 over registered sellers, precision and recall of `match` (also over those
that show more than a short name), unregistered sellers called match with its Clopper-Pearson bound, expected
calibration error and a reliability table of the first candidate, milliseconds a query; the same by kind of damage and
by channel; and what follows when a campaign's share of unregistered sellers is another than the fit's and the resolver
is told.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from calibrate import upper_bound
from noise import BARE, KINDS, OCR, Damage, Damaged, damaged_names, for_test, glyph_neighbours, real_rows, split
from prepare import register_at

from matching.query_facts import query_facts
from matching.resolver import Resolver
from records.register import Match, MatchDecision, MatchQuery
from records.register_ports import RegisterStore

SHORT = ("short_name", "shop_suffix")
SHARES = (0.05, 0.5)
OBJECTIONS = frozenset(("conflict", "repair", "nickname", "differs", "part"))
"""Remarks of the resolver that keep a query from `match` however probable its first candidate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    asked: Damaged
    match: Match
    calibration: str
    seconds: float

    @property
    def right(self) -> bool:
        found = self.match.candidates
        return bool(found) and bool(self.asked.code) and found[0].code == self.asked.code

    @property
    def settled(self) -> bool:
        return self.match.decision is MatchDecision.MATCH


def measured(outcomes: list[Outcome]) -> dict[str, object]:
    known = [one for one in outcomes if one.asked.code]
    unknown = [one for one in outcomes if not one.asked.code]
    longer = [one for one in known if one.asked.kind not in SHORT]
    settled = [one for one in outcomes if one.settled]
    strangers = sum(one.settled for one in unknown)
    times = sorted(one.seconds * 1000 for one in outcomes)
    at_ten = sum(one.asked.code in {c.code for c in one.match.candidates[:10]} for one in known)
    return {
        "queries": len(outcomes),
        "recall_at_1": _share(sum(one.right for one in known), len(known)),
        "recall_at_10": _share(at_ten, len(known)),
        "match_precision": _share(sum(one.right for one in settled), len(settled)),
        "match_recall": _share(sum(one.right and one.settled for one in known), len(known)),
        "recall_at_precision_995": recall_at(outcomes, 0.995),
        "match_recall_beyond_short": _share(sum(one.right and one.settled for one in longer), len(longer)),
        "unregistered_called_match": _share(strangers, len(unknown)),
        "unregistered_called_match_95": round(upper_bound(strangers, len(unknown)), 4) if unknown else None,
        "registered_called_none": _share(sum(one.match.decision is MatchDecision.NONE for one in known), len(known)),
        "ece": round(calibration_error(outcomes), 4),
        "ms_p50": round(times[len(times) // 2], 2),
        "ms_p95": round(times[len(times) * 95 // 100], 2),
    }


def recall_at(outcomes: list[Outcome], precision: float) -> float | None:
    """Share of the registered sellers rightly settled by the lowest limit with this precision; objections stay."""
    free = [one for one in outcomes if OBJECTIONS.isdisjoint(reason.feature for reason in one.match.reasons)]
    best = right = 0
    for count, one in enumerate(sorted(free, key=lambda one: -one.match.probability), start=1):
        right += one.right
        best = right if right >= precision * count else best
    return _share(best, sum(bool(one.asked.code) for one in outcomes))


def by_probability(outcomes: Iterable[Outcome], bins: int) -> dict[int, list[tuple[float, bool]]]:
    """Probability of the first candidate and whether it is right, in bins of equal width."""
    kept: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for one in outcomes:
        kept[min(int(one.match.probability * bins), bins - 1)].append((one.match.probability, one.right))
    return kept


def calibration_error(outcomes: list[Outcome], bins: int = 20) -> float:
    """Expected calibration error of the first candidate's probability."""
    kept = by_probability(outcomes, bins)
    return sum(abs(sum(p - r for p, r in found)) for found in kept.values()) / max(len(outcomes), 1)


def reliability(outcomes: list[Outcome], bins: int = 10) -> list[dict[str, object]]:
    """What was said and what was so, bin by bin."""
    return [
        {
            "from": number / bins,
            "queries": len(found),
            "said": round(sum(p for p, _right in found) / len(found), 3),
            "right": round(sum(right for _p, right in found) / len(found), 3),
        }
        for number, found in sorted(by_probability(outcomes, bins).items())
    ]


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def confusions(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Look-alikes and sound-alikes as people collected them."""
    shapes: dict[str, str] = {}
    for line in (folder / "same_stroke.txt").read_text("utf-8").splitlines():
        for character in line.split():
            shapes[character] = shapes.get(character, "") + "".join(one for one in line.split() if one != character)
    sounds = {}
    for line in (folder / "same_pinyin.txt").read_text("utf-8").splitlines():
        character, *others = line.split("\t")
        sounds[character] = "".join(others)
    return shapes, sounds


def damaged(rows: list[dict[str, str]], damage: Damage, *, queries: int, seed: int) -> list[Damaged]:
    """Two thirds of registered sellers, one third of others; bare and OCR names apart."""
    rng = random.Random(seed)
    inside, outside = split(rows)
    asked: list[Damaged] = []
    for kinds, count in ((KINDS, queries), ((BARE,), queries // 10), ((OCR,), queries // 5)):
        own = Damage(shapes=damage.shapes, kinds=kinds, sounds=damage.sounds)
        known = count * 2 // 3
        asked += damaged_names(rng.sample(for_test(inside), known), own, rng=rng, registered=True)
        asked += damaged_names(rng.sample(for_test(outside), count - known), own, rng=rng, registered=False)
    return asked


def answered(asked: list[Damaged], register: RegisterStore, *, share: float | None = None) -> list[Outcome]:
    now = datetime.now(UTC)
    resolver = Resolver(register, lambda: now, unregistered_share=share)
    outcomes = []
    for one in asked:
        read = ("name",) if one.kind == OCR else ()
        query = MatchQuery(query_id="q", name=one.text, region=one.region, as_of=now, read_by_ocr=read)
        started = time.perf_counter()
        match = resolver.match(query)
        seconds = time.perf_counter() - started
        calibration = query_facts(query).calibrated_as.value
        outcomes.append(Outcome(asked=one, match=match, calibration=calibration, seconds=seconds))
    return outcomes


def report(outcomes: list[Outcome]) -> dict[str, object]:
    mixed = [one for one in outcomes if one.asked.kind in KINDS]
    groups: Mapping[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        groups[one.asked.kind].append(one)
    channels: Mapping[str, list[Outcome]] = defaultdict(list)
    for one in mixed:
        channels[one.calibration].append(one)
    return {
        "all": measured(mixed),
        "reliability": reliability(mixed),
        "channels": {name: measured(found) for name, found in sorted(channels.items())},
        "kinds": {kind: measured(found) for kind, found in groups.items()},
    }


def reweighted(asked: list[Damaged], register: RegisterStore) -> dict[str, object]:
    """Other shares of unregistered sellers, told and untold."""
    found: dict[str, object] = {}
    mixed = [one for one in asked if one.kind in KINDS]
    for share in SHARES:
        some = _with_share(mixed, share)
        for told in (None, share):
            outcomes = measured(answered(some, register, share=told))
            figures = {name: outcomes[name] for name in ("match_precision", "match_recall", "ece")}
            found[f"{share} {'told' if told else 'untold'}"] = figures
    return found


def _with_share(asked: list[Damaged], share: float) -> list[Damaged]:
    known = [one for one in asked if one.code]
    unknown = [one for one in asked if not one.code]
    if share * len(known) <= (1 - share) * len(unknown):
        return known + unknown[: int(len(known) * share / (1 - share))]
    return known[: int(len(unknown) * (1 - share) / share)] + unknown


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--rows", type=Path, required=True)
    reader.add_argument("--register", required=True)
    reader.add_argument("--font", type=Path, default=Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"))
    reader.add_argument("--confusions", type=Path, help="folder of same_stroke.txt and same_pinyin.txt")
    reader.add_argument("--queries", type=int, default=3000)
    reader.add_argument("--seeds", type=int, nargs="+", default=[77])
    reader.add_argument("--reweight", action="store_true", help="also with other shares of unregistered sellers")
    reader.add_argument("--wrong", type=Path, help="where to write the wrong and missed ones, one a line")
    options = reader.parse_args()
    rows = real_rows(options.rows)
    shapes, sounds = confusions(options.confusions) if options.confusions else (None, None)
    damage = Damage(shapes=shapes or glyph_neighbours(options.font, size=40), kinds=KINDS, sounds=sounds)
    register = register_at(options.register, rows)
    document: dict[str, object] = {}
    lines: list[str] = []
    for seed in options.seeds:
        asked = damaged(rows, damage, queries=options.queries, seed=seed)
        outcomes = answered(asked, register)
        document[str(seed)] = report(outcomes)
        lines += [f"{seed}\t{_line(one)}" for one in outcomes if _worth_seeing(one)]
        if options.reweight:
            document[f"{seed} reweighted"] = reweighted(asked, register)
    print(json.dumps(document, ensure_ascii=False, indent=1))
    if options.wrong:
        options.wrong.write_text("\n".join(lines), encoding="utf-8")


def _worth_seeing(one: Outcome) -> bool:
    return (one.settled and not one.right) or bool(one.asked.code and not (one.right and one.settled))


def _line(one: Outcome) -> str:
    first = one.match.candidates[0].name if one.match.candidates else ""
    objections = ",".join(reason.feature for reason in one.match.reasons if not reason.weight)
    said = f"{one.match.decision}\t{one.match.probability:.3f}\t{first}\t{objections}"
    return f"{one.asked.kind}\t{one.asked.text}\t{one.asked.code}\t{said}"


if __name__ == "__main__":
    main()
