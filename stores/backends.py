"""Which adapter stands behind which URL scheme. Nothing else in the project asks which backend it is.

| port | URL | backend |
|---|---|---|
| records | `sqlite:///ABS/wangjian.db` | SQLite file |
| records | `postgresql://USER@HOST:PORT/DB[?sslmode=…]` | PostgreSQL 15 or newer, its password given apart |
| search | `fts5:///ABS/search.db` | SQLite FTS5 file |
| search | `elasticsearch://[USER:PASSWORD@]HOST:PORT[,…]/PREFIX[?monthly=yes&shards=N]`, `…+https` | Elasticsearch 8 |
| register candidates | none: the tables of the records database | |
| register candidates | `elasticsearch://…/PREFIX[?shards=N]`, as for search | Elasticsearch 8, beside the database |
| blobs | `file:///ABS/blobs` | folder of write-once files |
| blobs | `s3://HOST[:PORT]/BUCKET[/PREFIX]` (TLS), `s3+http://…` | S3 bucket with object lock, keys in `BlobAccess` |
| archive | none: a folder of this machine | |
| archive | `s3://…`, `s3+http://…`, as for blobs | S3 bucket that several machines share |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote

from records.archive_ports import ArchiveFiles
from records.errors import InvalidInputError
from records.ports import BlobStore, Clock, SearchIndex
from stores.blobs.access import BlobAccess
from stores.sql.opening import Records, records_in_postgres, records_in_sqlite

if TYPE_CHECKING:
    from stores.search.elastic_register import ElasticRegisterStore

__all__ = [
    "ARCHIVES",
    "BLOBS",
    "INDEXES",
    "RECORDS",
    "REGISTER_INDEXES",
    "BlobAccess",
    "Records",
    "open_archive",
    "open_blobs",
    "open_index",
    "open_records",
    "open_register_index",
]

Opened = TypeVar("Opened")
_ANYBODY = BlobAccess()


def _system_clock() -> datetime:
    return datetime.now(UTC)


def open_records(url: str, *, clock: Clock = _system_clock, password: str = "") -> Records:
    """The records ports over the database at `url`; `clock` says when a lease has run out. `password` lets a server
    know us; a file needs none.

    Raises:
        InvalidInputError: The scheme is unknown (the known ones are named) or the rest is no place.
    """
    return _opener(RECORDS, url, what="记录库")(url, clock, password)


def open_index(url: str) -> SearchIndex:
    """The search index at `url`; raises as `open_records`. Nothing is reached before the first call."""
    return _opener(INDEXES, url, what="检索引擎")(url)


def open_register_index(url: str, records: Records, *, clock: Clock = _system_clock) -> ElasticRegisterStore:
    """The register of these records with its candidates found by the engine at `url`; it is a RegisterStore and the
    RegisterIndex to it. Raises as `open_records`; nothing is reached before the first call."""
    return _opener(REGISTER_INDEXES, url, what="登记库检索引擎")(url, records, clock)


def open_blobs(url: str, *, access: BlobAccess = _ANYBODY) -> BlobStore:
    """The blob store at `url`; raises as `open_records`. Nothing is reached before the first call."""
    return _opener(BLOBS, url, what="对象存储")(url, access)


def open_archive(
    url: str, local: ArchiveFiles, *, access: BlobAccess = _ANYBODY, file_seconds: float = 60.0
) -> ArchiveFiles:
    """The survey's archive that machines share at `url`; `local` is what this one has not handed over, which it closes
    after `file_seconds`. Raises as `open_records`. Nothing is reached before the first call."""
    return _opener(ARCHIVES, url, what="采集存档")(url, local, access, file_seconds)


def _sqlite(url: str, clock: Clock, _password: str) -> Records:
    return records_in_sqlite(_path(url), clock)


def _postgres(url: str, clock: Clock, password: str) -> Records:
    return records_in_postgres(url, password, clock)


def _fts5(url: str) -> SearchIndex:
    from stores.search.fts5 import Fts5Index

    return Fts5Index(_path(url))


def _elasticsearch(url: str) -> SearchIndex:
    from stores.search.elastic import ElasticIndex  # the client is slow to load: only those pay who use it

    return ElasticIndex.at(url)


def _elastic_register(url: str, records: Records, clock: Clock) -> ElasticRegisterStore:
    from stores.search.elastic_register import ElasticRegisterStore
    from stores.search.elastic_register_index import ElasticRegisterIndex

    return ElasticRegisterStore(records.database, clock, ElasticRegisterIndex.at(url))


def _files(url: str, _: BlobAccess) -> BlobStore:
    from stores.blobs.files import FileBlobs

    return FileBlobs(_path(url))


def _s3(url: str, access: BlobAccess) -> BlobStore:
    from stores.blobs.s3 import S3Blobs  # the client is slow to load: only those pay who use it
    from stores.blobs.s3_client import place_of
    from stores.blobs.waiting import WaitingBlobs

    blobs = S3Blobs(place_of(url), access)
    return WaitingBlobs(blobs, access.waiting_room) if access.waiting_room is not None else blobs


def _shared_archive(url: str, local: ArchiveFiles, access: BlobAccess, file_seconds: float) -> ArchiveFiles:
    from stores.archive.shared import SharedFiles  # the client is slow to load: only those pay who use it
    from stores.blobs.s3_client import place_of

    return SharedFiles(local, place_of(url), access, file_seconds=file_seconds)


RECORDS: Mapping[str, Callable[[str, Clock, str], Records]] = {"postgresql": _postgres, "sqlite": _sqlite}
INDEXES: Mapping[str, Callable[[str], SearchIndex]] = {
    "fts5": _fts5,
    "elasticsearch": _elasticsearch,
    "elasticsearch+https": _elasticsearch,
}
REGISTER_INDEXES: Mapping[str, Callable[[str, Records, Clock], ElasticRegisterStore]] = {
    "elasticsearch": _elastic_register,
    "elasticsearch+https": _elastic_register,
}
BLOBS: Mapping[str, Callable[[str, BlobAccess], BlobStore]] = {"file": _files, "s3": _s3, "s3+http": _s3}
ARCHIVES: Mapping[str, Callable[[str, ArchiveFiles, BlobAccess, float], ArchiveFiles]] = {
    "s3": _shared_archive,
    "s3+http": _shared_archive,
}


def _opener(table: Mapping[str, Opened], url: str, *, what: str) -> Opened:
    scheme, separator, _rest = url.partition("://")
    if not separator or scheme not in table:
        known = "、".join(f"{name}://" for name in sorted(table))
        raise InvalidInputError(f"{what}地址不认识：{scheme[:40]}", cure=f"可用的有 {known}", scheme=scheme)
    return table[scheme]


def _path(url: str) -> Path:
    """`sqlite:///a/b` and `sqlite:////a/b` are both /a/b; percent escapes are read, as `Path.as_uri()` writes them."""
    rest = unquote(url.partition("://")[2])
    if not rest.startswith("/") or not rest.strip("/"):
        raise InvalidInputError(f"存储地址须为绝对路径：{url[:200]}", cure="写成 方案:///绝对/路径")
    return Path("/" + rest.lstrip("/"))
