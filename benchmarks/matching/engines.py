"""The register's two engines side by side: the same damaged names asked of the embedded register and of Elasticsearch.

    python benchmarks/matching/engines.py --rows … --register sqlite:///ABS/wangjian.db \\
        --index elasticsearch://127.0.0.1:9200/bench [--shards 8] [--queries 1200]

Prints one JSON document: recall@1 of both, milliseconds a query (p50, p95) with the client's own CPU, seconds to write
the index, and in how many questions decision, first candidate or the first five candidates differ. A node for trying:
`python deploy/testnode/node.py run --cache .cache/testnode`.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from noise import KINDS, Damage, Damaged, damaged_names, glyph_neighbours, real_rows, split
from prepare import register_at

from matching.resolver import Resolver
from records.register import Match, MatchQuery
from records.register_ports import RegisterStore
from stores.backends import open_records, open_register_index

_WARMING = 50


def main() -> None:
    options = _options()
    rng = random.Random(options.seed)
    rows = real_rows(options.rows)
    inside, outside = split(rows)
    damage = Damage(shapes=glyph_neighbours(options.font, size=40), kinds=KINDS)
    known = options.queries * 2 // 3
    asked = [
        *damaged_names(rng.sample(inside, known), damage, rng=rng, registered=True),
        *damaged_names(rng.sample(outside, options.queries - known), damage, rng=rng, registered=False),
    ]
    rng.shuffle(asked)
    embedded = register_at(options.register, rows)
    url = f"{options.index}?shards={options.shards}"
    elastic = open_register_index(url, open_records(options.register))
    started = time.perf_counter()
    written = elastic.catch_up_index()
    seconds = time.perf_counter() - started
    ours, first = _answers(embedded, asked)
    theirs, second = _answers(elastic, asked)
    report = {
        "queries": len(asked),
        "written": written,
        "write_seconds": round(seconds, 1),
        "embedded": first,
        "elasticsearch": second,
        **_differences(ours, theirs),
    }
    print(json.dumps(report, ensure_ascii=False, indent=1))


def _options() -> argparse.Namespace:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--rows", type=Path, required=True)
    reader.add_argument("--register", required=True)
    reader.add_argument("--index", required=True)
    reader.add_argument("--shards", type=int, default=1)
    reader.add_argument("--font", type=Path, default=Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"))
    reader.add_argument("--queries", type=int, default=1200)
    reader.add_argument("--seed", type=int, default=99)
    return reader.parse_args()


def _answers(register: RegisterStore, asked: Sequence[Damaged]) -> tuple[list[Match], dict[str, float]]:
    now = datetime.now(UTC)
    resolver = Resolver(register, lambda: now)
    queries = [MatchQuery(query_id="q", name=one.text, region=one.region, as_of=now) for one in asked]
    for query in queries[:_WARMING]:
        resolver.match(query)
    found, times, cpu = [], [], time.process_time()
    for query in queries:
        started = time.perf_counter()
        found.append(resolver.match(query))
        times.append(1000 * (time.perf_counter() - started))
    cpu = time.process_time() - cpu
    times.sort()
    known = [(one, match) for one, match in zip(asked, found, strict=True) if one.code]
    right = sum(bool(match.candidates) and match.candidates[0].code == one.code for one, match in known)
    return found, {
        "recall_at_1": round(right / len(known), 4),
        "ms_p50": round(times[len(times) // 2], 2),
        "ms_p95": round(times[len(times) * 95 // 100], 2),
        "client_cpu_ms": round(1000 * cpu / len(queries), 2),
    }


def _differences(ours: Sequence[Match], theirs: Sequence[Match]) -> dict[str, float]:
    pairs = list(zip(ours, theirs, strict=True))
    fives = [({c.code for c in one.candidates[:5]}, {c.code for c in two.candidates[:5]}) for one, two in pairs]
    return {
        "decisions_differ": sum(one.decision is not two.decision for one, two in pairs),
        "first_candidates_differ": sum(_first(one) != _first(two) for one, two in pairs),
        "first_five_shared": round(sum(len(a & b) for a, b in fives) / max(sum(len(a) for a, _b in fives), 1), 4),
    }


def _first(match: Match) -> str:
    return match.candidates[0].code if match.candidates else ""


if __name__ == "__main__":
    main()
