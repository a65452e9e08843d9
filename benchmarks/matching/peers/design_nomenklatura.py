"""nomenklatura's logic-v2 (the scorer behind yente) over our candidates, as companies with jurisdiction cn.

It takes a Han name for one word unless told otherwise, so it is tried both ways on the training queries, with the name
whole and with spaces between the parts our parser finds, each with its fuzzy cut-off and its weight for what one name
has over the other at several values; the best on those (average precision) is used.
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

from figures import average_precision
from followthemoney import EntityProxy, model
from nomenklatura.matching import LogicV2
from nomenklatura.matching.types import ScoringConfig
from running import Answer, Ask, Query, main_of, queries_of

MOST_TRIED = 150
PARTS = ("brand", "industry", "form", "branch")


def build(folder: Path, design: str) -> dict[str, Any]:
    """Choose among settings by training queries."""
    asked = list(itertools.islice(queries_of(folder / "training_candidates.jsonl"), MOST_TRIED))
    tried = []
    for spaced, extra, cutoff in itertools.product((False, True), (0.2, 0.5, 0.8), (1.0, 2.0)):
        settings = {"spaced": spaced, "nm_extra_result_name": extra, "nm_fuzzy_cutoff_factor": cutoff}
        ask = _asker(settings)
        answers = [ask(query) for query in asked]
        right = [bool(a.ranked) and a.ranked[0][0] == q["code"] for a, q in zip(answers, asked, strict=True)]
        pairs = [(answer.probability, good) for answer, good in zip(answers, right, strict=True)]
        known = sum(bool(query["code"]) for query in asked)
        tried.append((average_precision(pairs, known), sum(right) / known, settings))
    best = max(tried, key=lambda one: one[:2])
    (folder / "nomenklatura.json").write_text(json.dumps(best[2]), encoding="utf-8")
    return {"tried": len(tried), "settings": best[2], "training_recall_at_1": best[1]}


def load(folder: Path, design: str) -> Ask:
    """The scorer with the settings chosen."""
    return _asker(json.loads((folder / "nomenklatura.json").read_text(encoding="utf-8")))


def _asker(settings: dict[str, Any]) -> Ask:
    named = {key: value for key, value in settings.items() if key.startswith("nm_")}
    defaults = {name: variable.default for name, variable in LogicV2.CONFIG.items()}
    weights = {feature.name: feature.weight for feature in LogicV2.features}
    config = ScoringConfig.model_construct(weights=weights, config=defaults | named)
    counter = itertools.count()

    def company(row: dict[str, str], text: str) -> EntityProxy:
        name = " ".join(filter(None, (_place(row), *(row[part] for part in PARTS)))) if settings["spaced"] else text
        # results are cached by id upstream, so no two entities may share one
        return model.get_proxy(
            {"id": f"e{next(counter)}", "schema": "Company", "properties": {"name": [name], "jurisdiction": ["cn"]}}
        )

    def ask(query: Query) -> Answer:
        shown = company(query, query["name"] or query["text"])
        scored = [
            (row["code"], LogicV2.compare(shown, company(row, row["name"]), config).score)
            for row in query.get("candidates", ())
        ]
        ranked = sorted(scored, key=lambda one: -one[1])
        return Answer(ranked, ranked[0][1] if ranked else 0.0)

    return ask


def _place(row: dict[str, str]) -> str:
    """What stands in the name before the 字号."""
    head, found, _rest = row["name"].partition(row["brand"] or "\0")
    return head.strip("()") if found else ""


if __name__ == "__main__":
    main_of(build, load)
