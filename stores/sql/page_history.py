"""Versions of pages: a stretch of visits in which a page read the same is one row, moved and never copied."""

from __future__ import annotations

from sqlalchemy import Connection, Row, String, bindparam, case, func, insert, literal, select, update

from records.history import PageVersion
from records.survey import Outcome, Page, PageKind
from stores.sql.ready import Ready
from stores.sql.survey_tables import page_versions

__all__ = ["note_page", "version_of"]

_GONE = frozenset((Outcome.NOT_FOUND, Outcome.SOFT_404))


def note_page(connection: Connection, page: Page) -> None:
    """Write what a visit says of its page's history, in the transaction that completes it.

    A page that reads as it did moves its last row. One that reads otherwise, or is back after it was gone, appends a
    row. One that answers that it is no longer there is marked gone, once. A wall or a failure says nothing.
    """
    address = {"target": page.target_id, "address": page.canonical_url}
    if not page.canonical_url:
        return
    if page.outcome in _GONE:
        _GONE_NOW.run(connection, {**address, "at": page.fetched_at, "page": page.page_id})
        return
    if not page.content_sha256:
        return
    said = {**address, "content": page.content_sha256, "at": page.fetched_at, "page": page.page_id}
    whole = page.outcome is not Outcome.UNCHANGED
    if (_SAME_WHOLE if whole else _SAME).run(connection, said).rowcount == 0:
        _OTHER.run(connection, {**said, "kind": page.kind.value})


def version_of(row: Row[tuple[object, ...]]) -> PageVersion:
    """A row as a record."""
    values = row._mapping  # SQLAlchemy's public name of it
    return PageVersion(
        number=values["version_no"],
        kind=PageKind(values["kind"]),
        **{name: values[name] for name in PageVersion.model_fields if name not in ("number", "kind")},
    )


# Built once: a page costs one of these, and building one costs more than running it.
_T = page_versions
_HERE = (_T.c.target_id == bindparam("target"), _T.c.canonical_url == bindparam("address"))
_NEWEST = select(func.max(_T.c.version_no)).where(*_HERE).correlate(None).scalar_subquery()
_LATER = bindparam("at", type_=_T.c.last_seen_at.type)
_MOVED = {
    "last_seen_at": case((_T.c.last_seen_at < _LATER, _LATER), else_=_T.c.last_seen_at),
    "last_page_id": case((_T.c.last_seen_at < _LATER, bindparam("page")), else_=_T.c.last_page_id),
}
_UNMOVED = (
    update(_T)
    .where(*_HERE, _T.c.version_no == _NEWEST, _T.c.content_sha256 == bindparam("content"), _T.c.gone_at.is_(None))
    .values(_MOVED)
)
_SAME, _SAME_WHOLE = Ready(_UNMOVED), Ready(_UNMOVED.values(fetched_at=_LATER))
_GONE_NOW = Ready(
    update(_T)
    .where(*_HERE, _T.c.version_no == _NEWEST, _T.c.gone_at.is_(None))
    .values(gone_at=_LATER, gone_page_id=bindparam("page"))
)
_ANOTHER = insert(_T).from_select(
    [
        "target_id", "canonical_url", "version_no", "kind", "content_sha256", "first_seen_at", "last_seen_at",
        "first_page_id", "last_page_id", "fetched_at", "gone_page_id",
    ],
    select(
        bindparam("target", type_=String), bindparam("address", type_=String),
        func.coalesce(func.max(_T.c.version_no), 0) + 1, bindparam("kind", type_=String),
        bindparam("content", type_=String), _LATER, _LATER, bindparam("page", type_=String),
        bindparam("page", type_=String), _LATER, literal(""),
    ).where(*_HERE),
)  # fmt: skip
_OTHER = Ready(_ANOTHER)
