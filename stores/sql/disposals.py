"""DisposalBook: requests to destroy, what became of them, and holds, among the reports of operations."""

from __future__ import annotations

from sqlalchemy import delete, select

from records.disposals import Disposal, DisposalState, RetentionHold
from records.errors import ConflictError, NotFoundError
from stores.sql.database import Database
from stores.sql.operation_tables import operation_reports
from stores.sql.rows import body_of, find_body, insert_new, upsert

__all__ = ["SqlDisposalBook"]

_DISPOSAL, _HOLD = "disposal", "retention_hold"


class SqlDisposalBook:
    """See `records.disposals.DisposalBook`. What is recorded here is on the disk before the call returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def disposals(self) -> tuple[Disposal, ...]:
        table = operation_reports
        newest = select(table.c.body).where(table.c.kind == _DISPOSAL).order_by(table.c.at.desc(), table.c.report_id)
        with self._database.read() as connection:
            return tuple(Disposal.model_validate_json(body) for body in connection.execute(newest).scalars())

    def disposal(self, disposal_id: str) -> Disposal:
        with self._database.read() as connection:
            body = find_body(connection, operation_reports, _key(_DISPOSAL, disposal_id))
        if body is None:
            raise NotFoundError(f"没有这个销毁申请：{disposal_id[:80]}", cure="用 wangjian retention list 查看")
        return Disposal.model_validate_json(body)

    def keep_disposal(self, disposal: Disposal, *, was: DisposalState | None) -> None:
        key = _key(_DISPOSAL, disposal.disposal_id)
        row = {"report_id": key, "kind": _DISPOSAL, "at": disposal.asked_at, "body": body_of(disposal)}
        with self._database.write(durable=True) as connection:
            body = find_body(connection, operation_reports, key)
            now = Disposal.model_validate_json(body).state if body is not None else None
            if now is not was:
                raise ConflictError(
                    f"销毁申请 {disposal.disposal_id} 现在是“{now or '没有'}”，本次未作更改", cure="看过最新状态后再办"
                )
            upsert(connection, operation_reports, [row])

    def holds(self) -> tuple[RetentionHold, ...]:
        table = operation_reports
        held = select(table.c.body).where(table.c.kind == _HOLD).order_by(table.c.report_id)
        with self._database.read() as connection:
            return tuple(RetentionHold.model_validate_json(body) for body in connection.execute(held).scalars())

    def hold(self, hold: RetentionHold) -> bool:
        row = {"report_id": _key(_HOLD, hold.item_id), "kind": _HOLD, "at": hold.at, "body": body_of(hold)}
        with self._database.write(durable=True) as connection:
            return insert_new(connection, operation_reports, [row]) == 1

    def release(self, item_id: str) -> bool:
        gone = delete(operation_reports).where(operation_reports.c.report_id == _key(_HOLD, item_id))
        with self._database.write(durable=True) as connection:
            return bool(connection.execute(gone).rowcount)


def _key(kind: str, name: str) -> str:
    return f"{kind}-{name}"
