"""Licence pictures after a visit: which shops show which, each read once by OCR, and compared with the page's words.

Part of stage 2 (extract): what was fetched lies in the archive, and the same can be done again at any time. Without the
text recognition nothing is lost: the pictures wait, and every report says how many and how to have them read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from crawlers.addresses import canonical_url
from crawlers.archive.reading import page_bytes
from matching.licence_images.contradicting import contradictions_of
from matching.licence_images.engine import RECOGNITION_CURE, recognition_missing
from matching.licence_images.reading import READER_VERSION
from matching.queries import query_of
from records.base import stable_id
from records.errors import AwayError, IntegrityError, NotFoundError
from records.licence_standing import shop_is_told
from records.licences_read import PICTURES_OF_A_SHOP, LicencePicture, PictureReading
from records.market import Shop
from records.ports import Services
from records.stages import Stage, StageReport, StageState
from records.survey import ARCHIVE_FOLDER, Outcome, Page
from wangjian.licence_reader import LicenceReader
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
    noted = [one for shop in shops.values() for one in _noted(services, settings, shop)]
    services.licences.save_pictures(noted)
    fetched = [one for one in noted if one.image is not None]
    waiting = list(_waiting(services, _distinct(fetched)[: asked.first], again=asked.again))
    limit = settings.licences.pictures_a_visit if asked.most is None else asked.most
    missing = _read(services, settings, waiting[: max(0, limit)], still_wanted)
    _compare(services, shops, fetched)
    unread = sum(services.licences.reading_of(one.image.sha256) is None for one in fetched if one.image is not None)
    if unread and not missing and asked.first is None:
        missing = (f"{unread} 张执照图片未读：一次最多读 {limit} 张；运行 wangjian match licences 读完",)
    counts = Counter(pictures=len(noted), not_fetched=len(noted) - len(fetched), read=len(fetched) - unread)
    counts["waiting"] = unread
    state = StageState.PARTIAL if missing else StageState.COMPLETE
    return StageReport(stage=Stage.EXTRACT, state=state, counts=dict(sorted(counts.items())), missing=missing)


def _noted(services: Services, settings: Settings, shop: Shop) -> Iterator[LicencePicture]:
    """The pictures a shop shows now. One that was never asked for, because nobody wanted it, is not noted."""
    known = {one.picture_id: one for one in services.licences.pictures(shop_id=shop.shop_id)}
    for url in shop.disclosure.licence_image_urls[:PICTURES_OF_A_SHOP]:
        canonical = canonical_url(url)
        picture_id = stable_id("picture", shop.shop_id, canonical)
        before = known.get(picture_id)
        page = _page_of(services, shop, canonical)
        new = LicencePicture(
            picture_id=picture_id, shop_id=shop.shop_id, target_id=shop.target_id, url=url, seen_at=shop.last_seen_at
        )
        if page is not None and page.outcome in _SEEN and page.body is not None:
            image = {"image": page.body, "page_id": page.page_id, "seen_at": page.fetched_at}
            kept = before is not None and before.image == page.body
            yield (before if kept and before is not None else new).model_copy(update={**image, "missing": ""})
        elif before is not None and before.image is not None:
            yield before  # what was fetched earlier stays; the visit that failed is in the run's own report
        elif page is not None:
            yield new.model_copy(update={"missing": page.reason or "未能取得", "seen_at": page.fetched_at})
        elif settings.licences.read_pictures is not PictureReading.NEVER and not shop_is_told(shop):
            yield new.model_copy(update={"missing": "尚未采集到（采集未完成或图片地址不可访问）"})


def _page_of(services: Services, shop: Shop, canonical: str) -> Page | None:
    """The newest visit that fetched the picture, else the newest that tried."""
    stored = services.history.stored_page(shop.target_id, canonical)
    if stored is not None:
        return stored[0]
    for run in services.survey.runs(shop.target_id)[:1]:
        try:
            return services.survey.page(stable_id("page", run.run_id, canonical))
        except NotFoundError:
            continue
    return None


def _distinct(pictures: Iterable[LicencePicture]) -> list[LicencePicture]:
    """One picture for each digest, in a fixed order."""
    found: dict[str, LicencePicture] = {}
    for one in sorted(pictures, key=lambda picture: picture.picture_id):
        if one.image is not None:
            found.setdefault(one.image.sha256, one)
    return list(found.values())


def _waiting(services: Services, pictures: Iterable[LicencePicture], *, again: bool) -> Iterator[LicencePicture]:
    """Those that have no reading of this reader."""
    for one in pictures:
        reading = services.licences.reading_of(one.image.sha256) if one.image is not None else None
        if again or reading is None or reading.reader_version != READER_VERSION:
            yield one


def _read(
    services: Services,
    settings: Settings,
    pictures: Sequence[LicencePicture],
    still_wanted: Callable[[], None] | None,
) -> tuple[str, ...]:
    if not pictures:
        return ()
    if absent := recognition_missing():
        return (f"{len(pictures)} 张执照图片未读：没有文字识别部件（{'、'.join(absent)}）；{RECOGNITION_CURE}",)
    logs = services.data_dir / "logs"
    logs.mkdir(exist_ok=True)
    missing: list[str] = []
    with LicenceReader(
        clock=services.clock,
        seconds=settings.licences.picture_seconds,
        log=logs / "licences.log",
        still_wanted=still_wanted,
    ) as reader:
        for number, one in enumerate(pictures):
            try:
                services.licences.save_reading(reader.read(_bytes_of(services, one)))
            except (NotFoundError, IntegrityError) as exc:
                missing.append(f"执照图片的存档读不出：{one.url[:200]}（{exc.message}）")
            except AwayError as exc:
                if exc.problem != AwayError.problem:
                    raise  # a store that is away; the pictures wait for it too
                missing.append(f"{len(pictures) - number} 张执照图片未读：{exc.message}；{exc.cure}")
                break
    return tuple(missing)


def _bytes_of(services: Services, picture: LicencePicture) -> bytes:
    page = services.survey.page(picture.page_id)
    return page_bytes(services.data_dir / ARCHIVE_FOLDER, page, blob=services.blobs.get)


def _compare(services: Services, shops: dict[str, Shop], pictures: Sequence[LicencePicture]) -> None:
    """What differs between each picture that was read and the words of its shop, as of now."""
    changed = []
    for one in pictures:
        reading = services.licences.reading_of(one.image.sha256) if one.image is not None else None
        if reading is None:
            continue
        found = contradictions_of(query_of(shops[one.shop_id]), reading)
        if one.compared_at is None or found != one.contradictions:
            changed.append(one.model_copy(update={"contradictions": found, "compared_at": services.clock()}))
    services.licences.save_pictures(changed)
