"""Licence pictures after a visit: which shops show which, each read once by OCR, and compared with the page's words.

Part of stage 2 (extract): what was fetched lies in the archive, and the same can be done again at any time. Without the
text recognition nothing is lost: the pictures wait, and every report says how many and how to have them read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from crawlers.addresses import canonical_url
from crawlers.archive.reading import page_bytes
from matching.licence_images.contradicting import contradictions_of
from matching.licence_images.reading import READER_VERSION
from matching.queries import query_of
from records.base import stable_id
from records.errors import NotFoundError
from records.licences_read import PICTURES_OF_A_SHOP, LicencePicture, LicenceReading
from records.market import Shop
from records.ports import Services
from records.stages import Stage, StageReport, StageState
from records.survey import Outcome, Page
from wangjian.licence_reader import LicenceReader
from wangjian.picture_reading import read_each
from wangjian.settings import Settings

__all__ = ["Asked", "read_licence_pictures"]

_SEEN = (Outcome.READ, Outcome.UNCHANGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which pictures are read.

    Args:
        target_id: Those of one target; empty means all.
        most: How many of those that wait; the settings' limit otherwise.
        first: Only the first so many pictures of all, by identifier, so that the same call again reads no more; the
            others wait, and that is as wished.
        again: Also what was read before (after the text recognition was improved, or a picture ran out of time).
    """

    target_id: str = ""
    most: int | None = None
    first: int | None = None
    again: bool = False


def read_licence_pictures(
    services: Services, settings: Settings, asked: Asked, *, still_wanted: Callable[[], None] | None = None
) -> StageReport:
    """Note the licence pictures of shops, read those asked for that are not read yet, compare them with the pages.

    Args:
        still_wanted: Called about twice a second; what it raises ends the reading and is raised.

    Returns:
        PARTIAL with the number of pictures that wait, when the text recognition is not there or the limit was reached.
    """
    shops = {
        shop.shop_id: shop for shop in services.survey.shops(asked.target_id) if shop.disclosure.licence_image_urls
    }
    known = {one.picture_id: one for one in services.licences.pictures(target_id=asked.target_id)}
    noting = _Noting(services, known)
    noted = [one for shop in shops.values() for one in noting.of(shop)]
    services.licences.save_pictures([one for one in noted if known.get(one.picture_id) != one])
    fetched = [one for one in noted if one.image is not None]
    distinct = _distinct(fetched)
    read = {sha256: services.licences.reading_of(sha256) for sha256 in distinct}
    waiting = [one for sha256, one in islice(distinct.items(), asked.first) if _is_wanted(read[sha256], asked)]
    limit = settings.licences.pictures_a_visit if asked.most is None else asked.most
    missing = _read(services, settings, waiting[: max(0, limit)], still_wanted)
    read |= {one.image.sha256: services.licences.reading_of(one.image.sha256) for one in waiting if one.image}
    _compare(services, shops, fetched, read)
    unread = sum(one.image is not None and read[one.image.sha256] is None for one in fetched)
    if unread and not missing and asked.first is None:
        missing = (f"{unread} 张执照图片未读：一次最多读 {limit} 张；运行 wangjian match licences 读完",)
    counts = {
        "not_fetched": len(noted) - len(fetched),
        "pictures": len(noted),
        "read": len(fetched) - unread,
        "waiting": unread,
    }
    state = StageState.PARTIAL if missing else StageState.COMPLETE
    return StageReport(stage=Stage.EXTRACT, state=state, counts=counts, missing=missing)


class _Noting:
    """The pictures shops show now, as far as a visit asked for them: by default only those that were wanted."""

    def __init__(self, services: Services, known: Mapping[str, LicencePicture]) -> None:
        self._services = services
        self._known = known
        self._newest_runs: dict[str, str] = {}

    def of(self, shop: Shop) -> Iterator[LicencePicture]:
        """What is known of each picture of a shop. What was fetched earlier stays when a later visit failed."""
        for url in shop.disclosure.licence_image_urls[:PICTURES_OF_A_SHOP]:
            canonical = canonical_url(url)
            picture_id = stable_id("picture", shop.shop_id, canonical)
            before = self._known.get(picture_id)
            page = self._page_of(shop.target_id, canonical)
            if page is None:
                if before is not None:
                    yield before
                continue
            new = LicencePicture(
                picture_id=picture_id, shop_id=shop.shop_id, target_id=shop.target_id, url=url, seen_at=page.fetched_at
            )
            if page.outcome in _SEEN and page.body is not None:
                same = before is not None and before.image == page.body and before.url == url
                base = before if same and before is not None else new
                yield base.model_copy(
                    update={"image": page.body, "page_id": page.page_id, "seen_at": page.fetched_at, "missing": ""}
                )
            elif before is not None and before.image is not None:
                yield before
            else:
                yield new.model_copy(update={"missing": page.reason or "未能取得"})

    def _page_of(self, target_id: str, canonical: str) -> Page | None:
        """The newest visit that fetched the picture, else what the newest run made of it."""
        stored = self._services.history.stored_page(target_id, canonical)
        if stored is not None:
            return stored[0]
        if target_id not in self._newest_runs:
            runs = self._services.survey.runs(target_id)
            self._newest_runs[target_id] = runs[0].run_id if runs else ""
        try:
            return self._services.survey.page(stable_id("page", self._newest_runs[target_id], canonical))
        except NotFoundError:
            return None


def _distinct(pictures: Iterable[LicencePicture]) -> dict[str, LicencePicture]:
    """One picture for each digest, in a fixed order."""
    found: dict[str, LicencePicture] = {}
    for one in sorted(pictures, key=lambda picture: picture.picture_id):
        if one.image is not None:
            found.setdefault(one.image.sha256, one)
    return found


def _is_wanted(reading: LicenceReading | None, asked: Asked) -> bool:
    """Whether a picture is to be read: not yet by this reader, or asked for again."""
    return asked.again or reading is None or reading.reader_version != READER_VERSION


def _read(
    services: Services,
    settings: Settings,
    pictures: Sequence[LicencePicture],
    still_wanted: Callable[[], None] | None,
) -> tuple[str, ...]:
    logs = services.data_dir / "logs"

    def opened() -> LicenceReader:
        logs.mkdir(exist_ok=True)
        seconds = settings.licences.picture_seconds
        return LicenceReader(
            clock=services.clock, seconds=seconds, log=logs / "licences.log", still_wanted=still_wanted
        )

    def read(reader: LicenceReader, one: LicencePicture) -> None:
        services.licences.save_reading(reader.read(_bytes_of(services, one)))

    return read_each(pictures, named="执照图片", opened=opened, read=read)


def _bytes_of(services: Services, picture: LicencePicture) -> bytes:
    page = services.survey.page(picture.page_id)
    return page_bytes(services.archive, page, blob=services.blobs.get)


def _compare(
    services: Services,
    shops: Mapping[str, Shop],
    pictures: Sequence[LicencePicture],
    read: Mapping[str, LicenceReading | None],
) -> None:
    """What differs between each picture that was read and the words of its shop, as of now."""
    changed = []
    for one in pictures:
        reading = read[one.image.sha256] if one.image is not None else None
        if reading is None:
            continue
        found = contradictions_of(query_of(shops[one.shop_id]), reading)
        if one.compared_at is None or found != one.contradictions:
            changed.append(one.model_copy(update={"contradictions": found, "compared_at": services.clock()}))
    services.licences.save_pictures(changed)
