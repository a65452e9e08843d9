"""Measures the resolver on damaged real names it was not fitted to: other queries, another typeface's confusions.

    python benchmarks/matching/evaluate.py --rows … --register sqlite:///ABS/wangjian.db [--queries 3000]

Prints one JSON document: recall@1 and @10 over registered sellers, precision of `match`, its recall, unregistered
sellers called match, expected calibration error of the first candidate, milliseconds a query, and the same by kind of
damage.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from noise import BARE, KINDS, Damage, Damaged, damaged_names, glyph_neighbours, real_rows, split
from prepare import register_at

from matching.resolver import Resolver
from records.register import Match, MatchDecision, MatchQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    asked: Damaged
    match: Match
    seconds: float

    @property
    def right(self) -> bool:
        found = self.match.candidates
        return bool(found) and bool(self.asked.code) and found[0].code == self.asked.code


def measured(outcomes: list[Outcome]) -> dict[str, object]:
    known = [one for one in outcomes if one.asked.code]
    unknown = [one for one in outcomes if not one.asked.code]
    settled = [one for one in outcomes if one.match.decision is MatchDecision.MATCH]
    times = sorted(one.seconds * 1000 for one in outcomes)
    at_ten = sum(one.asked.code in {c.code for c in one.match.candidates[:10]} for one in known)
    return {
        "queries": len(outcomes),
        "recall_at_1": _share(sum(one.right for one in known), len(known)),
        "recall_at_10": _share(at_ten, len(known)),
        "match_precision": _share(sum(one.right for one in settled), len(settled)),
        "match_recall": _share(sum(one.right for one in settled), len(known)),
        "unregistered_called_match": _share(sum(one in settled for one in unknown), len(unknown)),
        "registered_called_none": _share(sum(one.match.decision is MatchDecision.NONE for one in known), len(known)),
        "ece": round(calibration_error(outcomes), 4),
        "ms_p50": round(times[len(times) // 2], 2),
        "ms_p95": round(times[len(times) * 95 // 100], 2),
    }


def calibration_error(outcomes: list[Outcome], bins: int = 20) -> float:
    """Expected calibration error of the first candidate's probability, equal-width bins."""
    kept: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for one in outcomes:
        kept[min(int(one.match.probability * bins), bins - 1)].append((one.match.probability, one.right))
    return sum(abs(sum(p - r for p, r in found)) for found in kept.values()) / max(len(outcomes), 1)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--rows", type=Path, required=True)
    reader.add_argument("--register", required=True)
    reader.add_argument("--font", type=Path, default=Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"))
    reader.add_argument("--queries", type=int, default=3000)
    reader.add_argument("--seed", type=int, default=77)
    reader.add_argument("--wrong", type=Path, help="where to write the wrong and missed ones, one a line")
    options = reader.parse_args()
    rng = random.Random(options.seed)
    rows = real_rows(options.rows)
    inside, outside = split(rows)
    shapes = glyph_neighbours(options.font, size=40)
    asked = []
    for kinds, count in ((KINDS, options.queries), ((BARE,), options.queries // 10)):
        damage = Damage(shapes=shapes, kinds=kinds)
        known = count * 2 // 3
        asked += damaged_names(rng.sample(inside, known), damage, rng=rng, registered=True)
        asked += damaged_names(rng.sample(outside, count - known), damage, rng=rng, registered=False)
    now = datetime.now(UTC)
    resolver = Resolver(register_at(options.register, rows), lambda: now)
    outcomes = []
    for one in asked:
        query = MatchQuery(query_id="q", name=one.text, region=one.region, as_of=now)
        started = time.perf_counter()
        match = resolver.match(query)
        outcomes.append(Outcome(asked=one, match=match, seconds=time.perf_counter() - started))
    by_kind = defaultdict(list)
    for one in outcomes:
        by_kind[one.asked.kind].append(one)
    report = {
        "all": measured([one for one in outcomes if one.asked.kind != BARE]),
        **{kind: measured(found) for kind, found in by_kind.items()},
    }
    print(json.dumps(report, ensure_ascii=False, indent=1))
    if options.wrong:
        options.wrong.write_text("\n".join(_line(one) for one in outcomes if _worth_seeing(one)), encoding="utf-8")


def _worth_seeing(one: Outcome) -> bool:
    return (one.match.decision is MatchDecision.MATCH and not one.right) or bool(one.asked.code and not one.right)


def _line(one: Outcome) -> str:
    first = one.match.candidates[0].name if one.match.candidates else ""
    said = f"{one.match.decision}\t{one.match.probability:.3f}\t{first}"
    return f"{one.asked.kind}\t{one.asked.text}\t{one.asked.code}\t{said}"


if __name__ == "__main__":
    main()
