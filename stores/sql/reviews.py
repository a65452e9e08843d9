"""ReviewStore: pairs in doubt with what people think of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import insert, select

from records.errors import NotFoundError
from records.reviews import Recalibration, ReviewPair, ReviewState
from stores.sql.database import Database
from stores.sql.review_tables import recalibrations, review_pairs
from stores.sql.rows import body_of, find_body, insert_new, read_one, upsert, walk

__all__ = ["SqlReviewStore"]


class SqlReviewStore:
    """See `records.reviews.ReviewStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def queue(self, pairs: Sequence[ReviewPair]) -> int:
        with self._database.write() as connection:
            return insert_new(connection, review_pairs, [_row(pair) for pair in pairs])

    def change(self, pair_id: str, change: Callable[[ReviewPair], ReviewPair]) -> ReviewPair:
        with self._database.write() as connection:
            body = find_body(connection, review_pairs, pair_id)
            if body is None:
                raise NotFoundError(f"没有这条待复核：{pair_id[:200]}", cure="wangjian match review next", key=pair_id)
            changed = change(ReviewPair.model_validate_json(body))
            upsert(connection, review_pairs, [_row(changed)])
        return changed

    def pair(self, pair_id: str) -> ReviewPair:
        return read_one(self._database, ReviewPair, review_pairs, pair_id, what="待复核")

    def pairs(self, state: ReviewState | None = None) -> Iterator[ReviewPair]:
        where = () if state is None else (review_pairs.c.state == state.value,)
        return walk(self._database, ReviewPair, review_pairs, *where)

    def add_recalibration(self, build: Callable[[tuple[Recalibration, ...]], Recalibration]) -> Recalibration:
        with self._database.write(durable=True) as connection:
            bodies = connection.execute(_ALL).scalars().all()
            made = build(tuple(Recalibration.model_validate_json(body) for body in bodies))
            connection.execute(insert(recalibrations), [{"number": made.number, "body": body_of(made)}])
        return made

    def current_recalibration(self) -> Recalibration | None:
        with self._database.read() as connection:
            body = connection.execute(_ALL.order_by(None).order_by(recalibrations.c.number.desc()).limit(1)).scalar()
        return None if body is None else Recalibration.model_validate_json(body)

    def recalibrations(self) -> tuple[Recalibration, ...]:
        with self._database.read() as connection:
            bodies = connection.execute(_ALL).scalars().all()
        return tuple(Recalibration.model_validate_json(body) for body in bodies)


_ALL = select(recalibrations.c.body).order_by(recalibrations.c.number)


def _row(pair: ReviewPair) -> dict[str, object]:
    return {"pair_id": pair.pair_id, "state": pair.state.value, "body": body_of(pair)}
