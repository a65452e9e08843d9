"""Pictures of listings after a visit: each read once by OCR, and given to the judge with the visit that fetched it.

Part of stages 2 and 4. Without the text recognition nothing is lost: the pictures lie in the archive and wait, and
every report says how many and how to have them read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crawlers.addresses import canonical_url
from crawlers.archive.reading import page_bytes
from leads.judging import Judge
from leads.picture_numbers import doubted_by_pictures
from leads.picturing import PLACE, SeenImage, assess_images
from matching.licence_images.picture_text import TEXT_READER_VERSION
from records.corrections import PageCheck, PageState
from records.image_texts import ImageText, ImageTextOutcome
from records.leads import Finding, Verdict
from records.market import Listing, Shop, Source
from records.ports import Services
from records.stages import Stage, StageReport, StageState
from records.survey import PICTURE_KINDS, Outcome, Page
from wangjian.image_reader import ImageReader
from wangjian.picture_reading import read_each
from wangjian.settings import Settings

__all__ = ["AskedImages", "DetailImages", "checked_with_images", "read_detail_images"]

_SEEN = (Outcome.READ, Outcome.UNCHANGED)
_MOST_OF_A_LISTING = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedImages:
    """Which pictures are read: of one target (empty: all), at most so many (None: the settings' limit), and with
    `again` also those that were read before."""

    target_id: str = ""
    most: int | None = None
    again: bool = False


class DetailImages:
    """What is known of the pictures of listings. Where none was ever read nothing is looked for."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._any: bool | None = None

    def of(self, listing: Listing) -> tuple[SeenImage, ...]:
        """The pictures the listing shows now, as last fetched, that were read; each digest once."""
        if self._any is None:
            self._any = self._services.image_texts.has_any()
        if not self._any:
            return ()
        found: dict[str, SeenImage] = {}
        for page in fetched_images(self._services, listing):
            assert page.body is not None
            text = self._services.image_texts.text_of(page.body.sha256)
            if text is not None and page.body.sha256 not in found:
                found[page.body.sha256] = SeenImage(source=_source(page), text=text)
        return tuple(found.values())

    def doubting(self, judge: Judge, listing: Listing, shop: Shop, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """The findings of its text, undetermined where one of its pictures shows the number that is missed."""
        now = self._services.clock()
        return doubted_by_pictures(judge, listing, shop, lambda: self.of(listing), findings=findings, now=now)

    def findings(
        self, judge: Judge, listing: Listing, shop: Shop, *, since: datetime | None = None
    ) -> tuple[Finding, ...]:
        """What the words in its pictures may breach; of those fetched after `since` only, where it is given."""
        images = [one for one in self.of(listing) if since is None or one.source.seen_at > since]
        return assess_images(judge, listing, shop, images, now=self._services.clock())


def fetched_images(services: Services, listing: Listing) -> Iterator[Page]:
    """The last visit of each picture of a listing that was fetched."""
    for url in dict.fromkeys(listing.image_urls[:_MOST_OF_A_LISTING]):
        stored = services.history.stored_page(listing.target_id, canonical_url(url))
        if stored is None:
            continue
        page = stored[0]
        if page.kind in PICTURE_KINDS and page.outcome in _SEEN and page.body is not None:
            yield page


def read_detail_images(
    services: Services, settings: Settings, asked: AskedImages, *, still_wanted: Callable[[], None] | None = None
) -> StageReport:
    """Read those fetched and not read yet, each digest once.

    Args:
        still_wanted: Called about twice a second; what it raises ends the reading and is raised.

    Returns:
        PARTIAL with the number of pictures that wait, when the text recognition is not there or the limit was reached.
    """
    pages = _distinct(services, asked.target_id)
    known = {sha256: services.image_texts.text_of(sha256) for sha256 in pages}
    waiting = [page for sha256, page in pages.items() if _is_wanted(known[sha256], asked)]
    limit = settings.images.images_a_visit if asked.most is None else asked.most
    missing = _read(services, settings, waiting[: max(0, limit)], still_wanted)
    known |= {page.body.sha256: services.image_texts.text_of(page.body.sha256) for page in waiting if page.body}
    unread = sum(text is None for text in known.values())
    if unread and not missing:
        missing = (f"{unread} 张商品图片未读：一次最多读 {limit} 张；运行 wangjian rules read-images 读完",)
    state = StageState.PARTIAL if missing else StageState.COMPLETE
    return StageReport(stage=Stage.EXTRACT, state=state, counts=_counts(known, unread), missing=missing)


def checked_with_images(check: PageCheck, found: Sequence[Finding], now_there: Sequence[Finding]) -> PageCheck:
    """The check of a listing some of whose findings (`found`) lie in pictures, with what its pictures fetched since
    give (`now_there`): clear text does not put a picture right, and one that is not there may not have been fetched."""
    rule_ids = {one.rule_id for one in found if one.place.startswith(PLACE)}
    if not rule_ids or check.state is not PageState.CLEAR:
        return check
    hits = [one for one in now_there if one.rule_id in rule_ids and one.verdict is Verdict.SUSPECTED]
    words = tuple(dict.fromkeys(span.text for one in hits for span in one.spans))
    return check.model_copy(update={"state": PageState.STILL if hits else PageState.UNREAD, "words": words})


def _distinct(services: Services, target_id: str) -> dict[str, Page]:
    found: dict[str, Page] = {}
    for shop in services.survey.shops(target_id):
        for listing in services.survey.listings(shop_id=shop.shop_id):
            for page in fetched_images(services, listing):
                assert page.body is not None
                found.setdefault(page.body.sha256, page)
    return found


def _is_wanted(text: ImageText | None, asked: AskedImages) -> bool:
    return asked.again or text is None or text.reader_version != TEXT_READER_VERSION


def _counts(known: Mapping[str, ImageText | None], unread: int) -> dict[str, int]:
    outcomes = Counter(text.outcome for text in known.values() if text is not None)
    return {
        "no_text": outcomes[ImageTextOutcome.NO_TEXT],
        "partial": outcomes[ImageTextOutcome.PARTIAL],
        "pictures": len(known),
        "read": outcomes[ImageTextOutcome.READ],
        "small": outcomes[ImageTextOutcome.SMALL],
        "unreadable": outcomes[ImageTextOutcome.UNREADABLE],
        "waiting": unread,
    }


def _read(
    services: Services, settings: Settings, pages: Sequence[Page], still_wanted: Callable[[], None] | None
) -> tuple[str, ...]:
    logs = services.data_dir / "logs"

    def opened() -> ImageReader:
        logs.mkdir(exist_ok=True)
        seconds = settings.images.image_seconds
        return ImageReader(clock=services.clock, seconds=seconds, log=logs / "images.log", still_wanted=still_wanted)

    def read(reader: ImageReader, page: Page) -> None:
        content = page_bytes(services.archive, page, blob=services.blobs.get)
        services.image_texts.save_text(reader.read(content))

    return read_each(pages, named="商品图片", opened=opened, read=read)


def _source(page: Page) -> Source:
    assert page.body is not None
    return Source(
        page_id=page.page_id,
        page_sha256=page.body.sha256,
        page_sm3=page.body.sm3,
        url=page.final_url or page.url,
        seen_at=page.fetched_at,
    )
