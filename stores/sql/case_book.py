"""CaseBook: histories and papers of cases, each change with its event in the audit chain in one transaction."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Connection, bindparam, func, select

from records.case_parts import CaseEvent
from records.case_ports import CaseChange
from records.errors import ConflictError
from records.leads import Case
from records.papers import Paper, PaperVersion
from stores.sql import tables
from stores.sql.audit import append_in
from stores.sql.case_tables import case_events, case_papers, paper_numbers, paper_versions
from stores.sql.database import Database
from stores.sql.leads import check_version
from stores.sql.ready import Ready
from stores.sql.rows import body_of, insert_new, read_one, upsert

__all__ = ["SqlCaseBook"]


class SqlCaseBook:
    """See `records.case_ports.CaseBook`. A change is on the disk before the call returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, change: CaseChange) -> None:
        event = change.event
        row = {"event_id": event.event_id, "case_id": event.case_id, "body": body_of(event)}
        with self._database.write(durable=True) as connection:
            if not insert_new(connection, case_events, [row]):
                return
            if change.case is not None:
                _keep_case(connection, change.case)
            if change.paper is not None:
                _keep_paper(connection, change.paper)
            if change.paper_version is not None:
                _keep_words(connection, change.paper_version)
            if change.number is not None and change.paper is not None:
                _take_number(connection, change.number, change.paper.paper_id)
            append_in(connection, change.audit)

    def events(self, case_id: str) -> tuple[CaseEvent, ...]:
        statement = select(case_events.c.body).where(case_events.c.case_id == case_id).order_by(case_events.c.event_no)
        with self._database.read() as connection:
            return tuple(CaseEvent.model_validate_json(body) for body in connection.execute(statement).scalars())

    def papers(self, case_id: str = "", *, state: str = "") -> tuple[Paper, ...]:
        named = tuple(name for name, value in (("case_id", case_id), ("state", state)) if value)
        rows = _papers(named).ask(self._database, {"case_id": case_id, "state": state})
        found = [Paper.model_validate_json(body) for (body,) in rows]
        return tuple(sorted(found, key=lambda paper: (paper.opened_at, paper.paper_id)))

    def paper(self, paper_id: str) -> Paper:
        return read_one(self._database, Paper, case_papers, paper_id, what="文书")

    def paper_versions(self, paper_id: str) -> tuple[PaperVersion, ...]:
        table = paper_versions
        statement = select(table.c.body).where(table.c.paper_id == paper_id).order_by(table.c.number)
        with self._database.read() as connection:
            return tuple(PaperVersion.model_validate_json(body) for body in connection.execute(statement).scalars())

    def next_number(self, series: str) -> int:
        with self._database.read() as connection:
            return _next_number(connection, series)


@cache
def _papers(named: tuple[str, ...]) -> Ready:
    """The papers that have given values in these columns."""
    return Ready(select(case_papers.c.body).where(*(case_papers.c[name] == bindparam(name) for name in named)))


def _keep_case(connection: Connection, case: Case) -> None:
    check_version(connection, tables.cases, case.case_id, expected=case.version, what="案件")
    saved = case.model_copy(update={"version": case.version + 1})
    upsert(connection, tables.cases, [{"case_id": saved.case_id, "version": saved.version, "body": body_of(saved)}])


def _keep_paper(connection: Connection, paper: Paper) -> None:
    check_version(connection, case_papers, paper.paper_id, expected=paper.version, what="文书")
    saved = paper.model_copy(update={"version": paper.version + 1})
    row = {
        "paper_id": saved.paper_id,
        "case_id": saved.case_id,
        "state": saved.state.value,
        "version": saved.version,
        "body": body_of(saved),
    }
    upsert(connection, case_papers, [row])


def _keep_words(connection: Connection, words: PaperVersion) -> None:
    row = {"paper_id": words.paper_id, "number": words.number, "body": body_of(words)}
    if not insert_new(connection, paper_versions, [row]):
        raise ConflictError(
            f"文书 {words.paper_id} 的第 {words.number} 版已经存在，不能改写", cure="重新读取后另存一版"
        )


def _take_number(connection: Connection, number: tuple[str, int], paper_id: str) -> None:
    """The next of the series and no other: numbers have neither gaps nor doubles."""
    series, wanted = number
    following = _next_number(connection, series)
    row = {"series": series, "number": wanted, "paper_id": paper_id}
    if following != wanted or not insert_new(connection, paper_numbers, [row]):
        raise ConflictError(
            f"文号 {series}{wanted}号 刚被另一文书取用，现应为 {following} 号", cure="重新定稿", next_number=following
        )


def _next_number(connection: Connection, series: str) -> int:
    highest = connection.execute(select(func.max(paper_numbers.c.number)).where(paper_numbers.c.series == series))
    return int(highest.scalar() or 0) + 1
