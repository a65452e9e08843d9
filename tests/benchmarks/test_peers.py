"""The comparison with peers on a register of some hundred entities, without the peers' own environments."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


@pytest.fixture
def _quick_glyphs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rendering 3,755 characters takes seconds; the benchmark's damage is not what is tested here."""
    import material

    monkeypatch.setattr(material, "glyph_neighbours", lambda *_args, **_more: {})


@pytest.mark.usefixtures("_quick_glyphs")
def test_designs_answer_the_same_queries_and_the_tables_say_so(
    register_rows: list[dict[str, str]], tmp_path: Path
) -> None:
    from compare import compare
    from material import Sizes, make_material
    from report import write_report

    sizes = Sizes(entities=500, queries=30, slow=15, training=20)
    material = make_material(register_rows, tmp_path / "folder", sizes=sizes)
    designs = compare(material, ["fts5_pairs", "wratio", "splink"])
    assert designs["fts5_pairs"]["all"]["queries"] == 30
    assert designs["wratio"]["all"]["queries"] == designs["fts5_pairs"]["sample"]["queries"]
    assert designs["fts5_pairs"]["all"]["recall_at_10"] > 0.5
    assert designs["fts5_pairs"]["process"]["peak_mb"] > 10
    assert "missing" in designs["splink"]  # ours has listed no candidates yet
    document = {"entities": 500, "python": "3.11", "cores": 2, "load": 0.0, "designs": designs}
    results, kept = tmp_path / "RESULTS.md", tmp_path / "results.json"
    results.write_text("# Matching\n\nAccuracy stands here.\n", encoding="utf-8")
    for _ in range(2):
        write_report(document, results=results, kept=kept)
    text = results.read_text(encoding="utf-8")
    assert "Accuracy stands here." in text
    assert text.count("### 500 entities") == 1
    assert "rapidfuzz WRatio" in text


@pytest.mark.usefixtures("_quick_glyphs")
def test_ours_answers_and_gives_its_candidates_to_those_that_rescore(
    register_rows: list[dict[str, str]], tmp_path: Path
) -> None:
    import design_ours
    from material import Sizes, make_candidates, make_material

    sizes = Sizes(entities=300, queries=20, slow=10, training=10)
    material = make_material(register_rows, tmp_path, sizes=sizes)
    design_ours.build(tmp_path, "ours")
    ask = design_ours.load(tmp_path, "ours")
    with (tmp_path / "ours.jsonl").open("w", encoding="utf-8") as file:
        for query in material.queries.values():
            answer = ask(query)
            assert 0 <= answer.probability <= 1
            print(json.dumps({"id": query["id"], "ranked": answer.ranked}), file=file)
    make_candidates(tmp_path, "queries.jsonl", tmp_path / "ours.jsonl", "candidates.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "candidates.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(lines) == len(material.queries)
    exact = next(line for line in lines if line["kind"] == "exact" and line["code"])
    assert any(one["code"] == exact["code"] and one["name"] == exact["name"] for one in exact["candidates"])


def test_a_peer_that_cannot_be_installed_is_named_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import compare
    from material import Material
    from report import table

    monkeypatch.setattr(compare, "python_of", lambda peer: (None, f"no {peer} here"))
    found = compare.compare(Material(folder=tmp_path, queries={}), ["splink"])
    assert found == {"splink": {"missing": "no splink here"}}
    assert "no splink here" in table(found, "all")
