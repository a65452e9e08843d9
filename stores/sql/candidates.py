"""CandidateStore: 候选对象, one row an address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select

from records.candidates import CandidateState, TargetCandidate, seen_again
from records.errors import ConflictError, NotFoundError
from stores.sql.database import Database
from stores.sql.rows import body_of, chunks, find_body, read_one, upsert, walk
from stores.sql.survey_tables import candidates

__all__ = ["SqlCandidateStore"]


class SqlCandidateStore:
    """See `records.candidate_ports.CandidateStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, seen: Sequence[TargetCandidate]) -> tuple[int, int]:
        found: dict[str, TargetCandidate] = {}
        for each in seen:
            before = found.get(each.candidate_id)
            found[each.candidate_id] = each if before is None else seen_again(before, each)
        with self._database.write() as connection:
            known = _known(connection, list(found))
            merged = [seen_again(known[key], each) if key in known else each for key, each in found.items()]
            upsert(connection, candidates, [_row(each) for each in merged if each != known.get(each.candidate_id)])
        return len(found) - len(known), len(known)

    def decide(self, candidate: TargetCandidate, *, was: CandidateState) -> None:
        with self._database.write() as connection:
            body = find_body(connection, candidates, candidate.candidate_id)
            if body is None:
                raise NotFoundError(f"没有这个候选对象：{candidate.candidate_id[:200]}", key=candidate.candidate_id)
            now = TargetCandidate.model_validate_json(body)
            if now.state is not was:
                raise ConflictError(
                    f"候选对象 {candidate.candidate_id} 已被处理（{now.state.value}）", cure="重新查看后再决定"
                )
            # What was seen meanwhile stays: only the decision is written.
            says = {name: getattr(candidate, name) for name in ("state", "decided_at", "reason", "target_id")}
            upsert(connection, candidates, [_row(now.model_copy(update=says))])

    def candidate(self, candidate_id: str) -> TargetCandidate:
        return read_one(self._database, TargetCandidate, candidates, candidate_id, what="候选对象")

    def candidates(self, state: CandidateState | None = None) -> Iterator[TargetCandidate]:
        where = () if state is None else (candidates.c.state == state.value,)
        return walk(self._database, TargetCandidate, candidates, *where)


def _row(candidate: TargetCandidate) -> dict[str, object]:
    return {"candidate_id": candidate.candidate_id, "state": candidate.state.value, "body": body_of(candidate)}


def _known(connection: Connection, candidate_ids: Sequence[str]) -> dict[str, TargetCandidate]:
    found: dict[str, TargetCandidate] = {}
    for some in chunks(candidate_ids):
        statement = select(candidates.c.candidate_id, candidates.c.body).where(candidates.c.candidate_id.in_(some))
        for row in connection.execute(statement):
            found[row.candidate_id] = TargetCandidate.model_validate_json(row.body)
    return found
