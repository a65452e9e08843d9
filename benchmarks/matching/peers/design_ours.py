"""Ours: `matching.Resolver`, everything it says of a query included (reasons, findings), over the embedded register or
the one on Elasticsearch (`ours_elastic`; the node's URL stands in FOLDER/elastic.txt)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from running import Answer, Ask, Query, main_of

from matching.register_import import import_file
from matching.resolver import Resolver
from records.register import MatchQuery
from records.register_ports import RegisterStore
from stores import backends


def build(folder: Path, design: str) -> dict[str, Any]:
    """Import the register; on Elasticsearch the records and their index."""
    place = folder / "ours"
    place.mkdir(exist_ok=True)
    if design == "ours":
        for old in place.iterdir():
            old.unlink()
    records = backends.open_records(_url(folder))
    records.migrate()
    if design == "ours":
        import_file(
            folder / "register.csv", register=records.register, source="benchmark", clock=lambda: datetime.now(UTC)
        )
        said = {"disk_mb": sum(path.stat().st_size for path in place.iterdir()) / 1e6}
    else:
        said = {"indexed": backends.open_register_index(_elastic(folder), records).rebuild_index()}
    records.close()
    return said


def load(folder: Path, design: str) -> Ask:
    """A resolver as a worker has it."""
    records = backends.open_records(_url(folder))
    records.migrate()
    now = datetime.now(UTC)
    resolver = Resolver(_register(folder, design, records), lambda: now)

    def ask(query: Query) -> Answer:
        asked = MatchQuery(query_id=str(query["id"]), name=query["text"], region=query["region"], as_of=now)
        match = resolver.match(asked)
        ranked = [(one.code, one.probability) for one in match.candidates]
        return Answer(ranked, ranked[0][1] if ranked else 0.0, {"decision": match.decision.value})

    return ask


def _url(folder: Path) -> str:
    return f"sqlite://{(folder / 'ours').resolve()}/wangjian.db"


def _register(folder: Path, design: str, records: backends.Records) -> RegisterStore:
    if design == "ours":
        return records.register
    return backends.open_register_index(_elastic(folder), records)


def _elastic(folder: Path) -> str:
    return (folder / "elastic.txt").read_text(encoding="utf-8").strip()


if __name__ == "__main__":
    main_of(build, load)
