"""Splink 5 over our candidates: Fellegi-Sunter with term frequencies over our name parts, trained by EM on DuckDB.

Two models are trained, each two ways, and the best on the training queries' candidates is used (average precision):

- `parts`: 字号 and 行业 each compared (equal with the term's frequency, same sound, one edit, near, contained);
  `core`: 字号+行业 as one text with more levels. Both with division, legal form and branch.
- `em`: m by expectation maximisation over the training queries' candidates; `labels`: m from their right answers, which
  is what our weights are fitted to as well. u from random pairs; two thirds of the queries have one entity each in the
  register, which is the prior. (EM in blocks, as Splink's guide has it, went astray here: near names are its matches.)

Answers come from `compare_records`, Splink's path for one record against some, with its SQL kept; the ranking and the
threshold use the match weight, because the probability saturates.
"""

from __future__ import annotations

import itertools
import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from figures import average_precision
from running import Answer, Ask, Query, main_of, queries_of
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.internals.realtime import compare_records

COLUMNS = ("name", "brand", "industry", "form", "branch", "region", "brand_sound", "core", "core_sound")
ADJUSTED = {"parts": ("brand", "industry", "branch"), "core": ("core", "brand", "branch")}
REGISTERED = 2 / 3
QUERIES_A_DATABASE = 500
MOST_TESTED = 100
NEVER = "\0"
"""Stands for a term the register does not have: as frequent as its rarest."""


def build(folder: Path, design: str) -> dict[str, Any]:
    """Train all four, keep the best."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    asked = list(queries_of(folder / "training_candidates.jsonl"))
    tested = asked[:MOST_TESTED]
    known = sum(bool(query["code"]) for query in tested)
    frequencies = _frequencies(folder)
    tried = []
    for model in ADJUSTED:
        for way in ("em", "labels"):
            settings = _trained(folder, asked, model=model, way=way)
            ask = _asker(settings, frequencies, key=f"{model}-{way}")
            answers = [ask(query) for query in tested]
            right = [bool(a.ranked) and a.ranked[0][0] == q["code"] for a, q in zip(answers, tested, strict=True)]
            first = [(a.ranked[0][1] if a.ranked else -1e9, good) for a, good in zip(answers, right, strict=True)]
            tried.append((average_precision(first, known), sum(right) / known, f"{model}-{way}", settings))
    best = max(tried, key=lambda one: one[:2])
    document = {"settings": best[3], "name": best[2]}
    (folder / "splink.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    batch = _batch_ms(folder, best[3], frequencies)
    return {
        "batch_ms": batch,
        "chosen": best[2],
        "tried": {name: [round(a, 4), round(b, 4)] for a, b, name, _settings in tried},
    }


def load(folder: Path, design: str) -> Ask:
    """The model chosen, with the register's term frequencies."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    document = json.loads((folder / "splink.json").read_text(encoding="utf-8"))
    return _asker(document["settings"], _frequencies(folder), key=document["name"])


Frequencies = dict[str, dict[str, float]]


def _asker(settings: dict[str, Any], frequencies: Frequencies, *, key: str) -> Ask:
    apis = _databases()

    def ask(query: Query) -> Answer:
        rows = _records(query, frequencies)
        if not rows:
            return Answer([], 0.0)
        shown = _record(query, "query", "queries", frequencies=frequencies)
        found = compare_records(_table([shown]), _table(rows), settings, next(apis), sql_cache_key=key)
        scored = found.as_record_list()
        ranked = sorted(((one["unique_id_r"], one["match_weight"]) for one in scored), key=lambda one: -one[1])
        probability = max(one["match_probability"] for one in scored)
        return Answer(ranked, probability)

    return ask


def _batch_ms(folder: Path, settings: dict[str, Any], frequencies: Frequencies) -> float:
    """Milliseconds a query when all are scored in one call, which is what Splink is made for."""
    asked = list(queries_of(folder / "candidates.jsonl"))
    started = time.perf_counter()
    shown, rows = [], []
    for query in asked:
        pair = str(query["id"])
        shown.append(_record(query, pair, "queries", frequencies=frequencies) | {"pair": pair})
        rows += [row | {"pair": pair} for row in _records(query, frequencies)]
    api = DuckDBAPI(duckdb.connect())
    compare_records(_table(shown), _table(rows), settings, api, join_condition="l.pair = r.pair").as_record_list()
    return (time.perf_counter() - started) * 1000 / len(asked)


def _records(query: Query, frequencies: Frequencies) -> list[dict[str, Any]]:
    found = query.get("candidates", ())
    return [_record(row, row["code"], "entities", frequencies=frequencies) for row in found]


def _record(row: dict[str, Any], name: str, source: str, *, frequencies: Frequencies) -> dict[str, Any]:
    adjusted = {f"tf_{column}": found.get(row[column], found[NEVER]) for column, found in frequencies.items()}
    return {"unique_id": name, "source_dataset": source, "pair": ""} | _texts(row) | adjusted


def _databases() -> Iterator[DuckDBAPI]:
    """A database for each query, a new one now and then: Splink leaves its tables of every call behind."""
    while True:
        api = DuckDBAPI(duckdb.connect())
        yield from itertools.repeat(api, QUERIES_A_DATABASE)


def _table(records: list[dict[str, Any]]) -> pa.Table:
    """Records as a table whose texts are texts even where a column is all empty."""
    fields = [(name, pa.float64() if name.startswith("tf_") else pa.string()) for name in records[0]]
    return pa.Table.from_pylist(records, schema=pa.schema(fields))


def _frequencies(folder: Path) -> Frequencies:
    connection = duckdb.connect()
    parts = _read_parts(folder)
    found = {}
    for column in sorted({name for names in ADJUSTED.values() for name in names}):
        sql = f"select {column}, count(*) / sum(count(*)) over () from {parts} where {column} <> '' group by 1"
        found[column] = dict(connection.execute(sql).fetchall())
        found[column][NEVER] = min(found[column].values(), default=1.0)
    return found


def _read_parts(folder: Path) -> str:
    return f"read_csv('{folder / 'parts.csv'}', all_varchar = true, header = true)"


def _trained(folder: Path, asked: list[Query], *, model: str, way: str) -> dict[str, Any]:
    connection = duckdb.connect()
    for name, rows in (("queries", list(_shown(asked))), ("entities", list(_pairs(asked)))):
        connection.register(f"arrow_{name}", pa.Table.from_pylist(rows))
        connection.execute(f"create table {name} as select * from arrow_{name}")
    api = DuckDBAPI(connection)
    tables = [api.register(connection.table(name), table_name=f"in_{name}") for name in ("queries", "entities")]
    ((total,),) = connection.execute(f"select count(*) from {_read_parts(folder)}").fetchall()
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=_comparisons(model),
        blocking_rules_to_generate_predictions=[block_on("pair")],
        probability_two_random_records_match=REGISTERED / total,
        retain_matching_columns=False,
    )
    linker = Linker(tables, settings)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    if way == "labels":
        linker.training.estimate_m_from_label_column("label")
    else:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on("pair"))
    saved: dict[str, Any] = linker.misc.save_model_to_json()
    return saved


def _shown(asked: list[Query]) -> Iterator[dict[str, Any]]:
    for query in asked:
        label = f"{query['id']}-{query['code']}" if query["code"] else None
        yield {"unique_id": str(query["id"]), "pair": str(query["id"]), "label": label} | _texts(query)


def _pairs(asked: list[Query]) -> Iterator[dict[str, Any]]:
    for query in asked:
        for row in query["candidates"]:
            name = f"{query['id']}-{row['code']}"
            yield {"unique_id": name, "pair": str(query["id"]), "label": name} | _texts(row)


def _texts(row: dict[str, Any]) -> dict[str, Any]:
    return {column: row[column] or None for column in COLUMNS}


def _comparisons(model: str) -> list[Any]:
    body = [_brand(), _industry()] if model == "parts" else [_core()]
    return [*body, _region(), comparisons.ExactMatch("form"), _branch()]


def _brand() -> Any:
    return comparisons.CustomComparison(
        output_column_name="brand",
        comparison_levels=[
            levels.NullLevel("brand"),
            levels.ExactMatchLevel("brand", term_frequency_adjustments=True),
            levels.ExactMatchLevel("brand_sound"),
            levels.LevenshteinLevel("brand", 1),
            levels.CustomLevel("contains(name_l, brand_r) or contains(name_r, brand_l)", "contained"),
            levels.JaroWinklerLevel("brand", 0.7),
            levels.ElseLevel(),
        ],
    )


def _industry() -> Any:
    return comparisons.CustomComparison(
        output_column_name="industry",
        comparison_levels=[
            levels.NullLevel("industry"),
            levels.ExactMatchLevel("industry", term_frequency_adjustments=True),
            levels.LevenshteinLevel("industry", 1),
            levels.CustomLevel("contains(name_l, industry_r) or contains(name_r, industry_l)", "contained"),
            levels.JaroWinklerLevel("industry", 0.7),
            levels.ElseLevel(),
        ],
    )


def _core() -> Any:
    return comparisons.CustomComparison(
        output_column_name="core",
        comparison_levels=[
            levels.NullLevel("core"),
            levels.ExactMatchLevel("core", term_frequency_adjustments=True),
            levels.ExactMatchLevel("core_sound"),
            levels.LevenshteinLevel("core", 1),
            levels.LevenshteinLevel("core", 2),
            levels.CustomLevel("contains(core_l, core_r) or contains(core_r, core_l)", "contained"),
            levels.ExactMatchLevel("brand", term_frequency_adjustments=True),
            levels.JaroWinklerLevel("core", 0.8),
            levels.JaroWinklerLevel("core", 0.6),
            levels.ElseLevel(),
        ],
    )


def _region() -> Any:
    return comparisons.CustomComparison(
        output_column_name="region",
        comparison_levels=[
            levels.NullLevel("region"),
            levels.ExactMatchLevel("region"),
            levels.CustomLevel("left(region_l, 2) = left(region_r, 2)", "same province"),
            levels.ElseLevel(),
        ],
    )


def _branch() -> Any:
    return comparisons.CustomComparison(
        output_column_name="branch",
        comparison_levels=[
            levels.CustomLevel("branch_l is null and branch_r is null", "none").configure(is_null_level=True),
            levels.CustomLevel("branch_l is null or branch_r is null", "on one side"),
            levels.ExactMatchLevel("branch", term_frequency_adjustments=True),
            levels.LevenshteinLevel("branch", 1),
            levels.ElseLevel(),
        ],
    )


if __name__ == "__main__":
    main_of(build, load)
