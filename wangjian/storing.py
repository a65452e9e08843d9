"""How the evidence store is, for whoever asks: command line, doctor."""

from __future__ import annotations

from typing import Literal

from records.base import Record
from records.errors import WangJianError
from records.ports import BlobStore, Services
from wangjian.settings import Settings

__all__ = ["StoreStatus", "status_of", "store_status"]


class StoreStatus(Record):
    """`waiting`: SHA-256 of what is 待入库."""

    kind: Literal["本机文件，写入后只读", "S3，对象锁定（COMPLIANCE）"]
    place: str
    ready: bool
    state: str
    cure: str = ""
    waiting: tuple[str, ...] = ()


def store_status(services: Services, settings: Settings) -> StoreStatus:
    """Ask the store of opened services."""
    place = settings.stores.blobs_url or f"{services.data_dir / 'blobs'}"
    return status_of(services.blobs, place)


def status_of(blobs: BlobStore, place: str) -> StoreStatus:
    """Ask a store. Raises nothing: what is wrong is its state."""
    locks = place.startswith("s3")
    try:
        blobs.ready()
        ready, state, cure = True, "就绪" if not locks else "就绪，桶有版本控制与对象锁定", ""
    except WangJianError as exc:
        ready, state, cure = False, exc.message, exc.cure
    return StoreStatus(
        kind="S3，对象锁定（COMPLIANCE）" if locks else "本机文件，写入后只读",
        place=place,
        ready=ready,
        state=state,
        cure=cure,
        waiting=blobs.waiting(),
    )
