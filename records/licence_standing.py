"""How it stands with the licence pictures of a shop, a target or everything: fetched, read, waiting."""

from __future__ import annotations

from dataclasses import dataclass

from records.licences_read import LicenceOutcome, LicenceReading, LicenceStore, ShownPicture
from records.market import Shop

__all__ = ["PictureStanding", "pictures_of", "readings_of", "standing_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureStanding:
    """Numbers of pictures. `read` were read (of them `unreadable` gave neither code nor name), `waiting` were fetched
    and not read, `missing` could not be fetched, `contradicting` say something else than their page."""

    read: int = 0
    unreadable: int = 0
    waiting: int = 0
    missing: int = 0
    contradicting: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.read + self.waiting + self.missing

    @property
    def sentence(self) -> str:
        """In Chinese; empty when there are none.

        >>> PictureStanding(read=3, unreadable=1, waiting=2).sentence
        '执照图片 5 张：已读 3（其中不能辨认 1），未读 2'
        """
        if not self.total:
            return ""
        read = f"已读 {self.read}" + (f"（其中不能辨认 {self.unreadable}）" if self.unreadable else "")
        said = [read, *(f"未读 {self.waiting}" for _ in range(bool(self.waiting)))]
        said += [f"未取得 {self.missing}"] * bool(self.missing)
        said += [f"与页面文字不一致 {self.contradicting}"] * bool(self.contradicting)
        return f"执照图片 {self.total} 张：{'，'.join(said)}"


def pictures_of(licences: LicenceStore, shop: Shop) -> tuple[ShownPicture, ...]:
    """The pictures a shop shows now, in its order, each with what was read from it."""
    if not shop.disclosure.licence_image_urls:
        return ()
    known = {one.url: one for one in licences.pictures(shop_id=shop.shop_id)}
    shown = (known[url] for url in shop.disclosure.licence_image_urls if url in known)
    return tuple(
        ShownPicture(picture=one, reading=licences.reading_of(one.image.sha256) if one.image is not None else None)
        for one in shown
    )


def readings_of(licences: LicenceStore, shop: Shop) -> tuple[LicenceReading, ...]:
    """What was read from the pictures a shop shows now."""
    return tuple(one.reading for one in pictures_of(licences, shop) if one.reading is not None)


def standing_of(licences: LicenceStore, *, target_id: str = "") -> PictureStanding:
    """Of one target when named."""
    read = unreadable = waiting = missing = contradicting = 0
    for picture in licences.pictures(target_id=target_id):
        reading = licences.reading_of(picture.image.sha256) if picture.image is not None else None
        missing += picture.image is None
        waiting += picture.image is not None and reading is None
        read += reading is not None
        unreadable += reading is not None and reading.outcome is LicenceOutcome.UNREADABLE
        contradicting += bool(picture.contradictions)
    return PictureStanding(
        read=read, unreadable=unreadable, waiting=waiting, missing=missing, contradicting=contradicting
    )
