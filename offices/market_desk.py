"""What the survey read and the register says, as one person may see it: shops, listings, runs, entities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from offices.audit import AuditAction
from offices.desk import Desk, not_found
from offices.masking import has_personal_data, mask_entity, mask_match, mask_picture, mask_shop
from offices.permissions import in_scope
from records.errors import NotFoundError
from records.licence_standing import PictureStanding, pictures_of, standing_of
from records.licences_read import ShownPicture
from records.market import Listing, Shop
from records.people import Permission
from records.register import Entity, EntityState, Match
from records.search import SearchKind, SearchQuery, SearchResult
from records.survey import FrontierState, Outcome, Page, Run, RunState, Target

__all__ = ["ListingFile", "MarketDesk", "RunFile", "ShopFile"]

_LISTINGS_SHOWN = 200
_UNREAD_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopFile:
    """A shop, who runs it, its licence pictures, and its listings (the first 200; `listings_cut`: there are more)."""

    shop: Shop
    match: Match | None
    listings: tuple[Listing, ...]
    listings_cut: bool
    pictures: tuple[ShownPicture, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingFile:
    """A listing as last seen, every version of it oldest first, and its shop."""

    listing: Listing
    versions: tuple[Listing, ...]
    shop: Shop


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFile:
    """A run with its target, what became of its addresses, the pages that could not be read (the first 200), and how
    the licence pictures of the target stand now."""

    run: Run
    target: Target | None
    outcomes: Mapping[Outcome, int]
    frontier: Mapping[FrontierState, int]
    unread: tuple[Page, ...]
    pictures: PictureStanding


class MarketDesk(Desk):
    """The part of a desk that deals with shops, listings, runs and the register."""

    def shops(self, query: SearchQuery) -> tuple[SearchResult, tuple[tuple[Shop, Match | None], ...]]:
        """Shops of the person's region, masked for everybody in a list; raises as `LeadDesk.search`."""
        result = self._search(query.model_copy(update={"kind": SearchKind.SHOP}))
        found: list[tuple[Shop, Match | None]] = []
        for hit in result.hits:
            try:
                shop, match = self.scoped_shop(hit.doc_id)
            except NotFoundError:
                continue
            found.append((mask_shop(shop), mask_match(match) if match else None))
        return result, tuple(found)

    def listings(self, query: SearchQuery) -> tuple[SearchResult, tuple[Listing, ...]]:
        """Listings of shops in the person's region; raises as `LeadDesk.search`."""
        result = self._search(query.model_copy(update={"kind": SearchKind.LISTING}))
        found: list[Listing] = []
        for hit in result.hits:
            try:
                listing = self._services.survey.listing(hit.doc_id)
                self.scoped_shop(listing.shop_id)
            except NotFoundError:
                continue
            found.append(listing)
        return result, tuple(found)

    def shop_file(self, shop_id: str) -> ShopFile:
        """A shop whole. Reading its contacts unmasked is written into the audit chain.

        Raises:
            NotFoundError: No such shop in this region.
            PermissionRefusedError: May not read the survey.
        """
        self.need(Permission.SURVEY_READ)
        shop, match = self.scoped_shop(shop_id)
        listings = tuple(islice(self._services.survey.listings(shop_id), _LISTINGS_SHOWN + 1))
        pictures = pictures_of(self._services.licences, shop)
        if self.may(Permission.PERSONAL_READ):
            if has_personal_data(shop, pictures):
                self.note(AuditAction.PERSONAL_READ, shop_id)
        else:
            shop, match = mask_shop(shop), mask_match(match) if match else None
            pictures = tuple(mask_picture(one) for one in pictures)
        return ShopFile(
            shop=shop,
            match=match,
            listings=listings[:_LISTINGS_SHOWN],
            listings_cut=len(listings) > _LISTINGS_SHOWN,
            pictures=pictures,
        )

    def listing_file(self, listing_id: str) -> ListingFile:
        """A listing with its history; raises as `shop_file`."""
        self.need(Permission.SURVEY_READ)
        listing = self._services.survey.listing(listing_id)
        try:
            shop, _ = self.scoped_shop(listing.shop_id)
        except NotFoundError as exc:
            raise not_found("商品", listing_id) from exc
        return ListingFile(
            listing=listing, versions=self._services.survey.listing_versions(listing_id), shop=mask_shop(shop)
        )

    def entity(self, code: str) -> Entity:
        """A register entry by its code. The register is the whole country's: an officer must be able to tell namesakes
        of other regions apart, so the data scope does not apply; the masking does.

        Raises:
            NotFoundError: Not in the register as imported.
            PermissionRefusedError: May not read the survey.
        """
        self.need(Permission.SURVEY_READ)
        entity = self._services.register.by_code(code.strip().upper())
        if entity is None:
            raise NotFoundError(f"登记库中查无此代码：{code[:40]}", cure="核对代码；登记库可能未导入该地区")
        if not self.may(Permission.PERSONAL_READ):
            return mask_entity(entity)
        if entity.phone or entity.legal_representative:
            self.note(AuditAction.PERSONAL_READ, entity.code)
        return entity

    def entity_history(self, code: str) -> tuple[EntityState, ...]:
        """Every state of an entity the register has held, oldest first; raises and masks as `entity`."""
        self.entity(code)
        found = self._services.register.history(code.strip().upper())
        if self.may(Permission.PERSONAL_READ):
            return found
        return tuple(one.model_copy(update={"entity": mask_entity(one.entity)}) for one in found)

    def runs(self) -> tuple[tuple[Run, Target | None], ...]:
        """Runs of targets that belong to no region or to the person's, newest first."""
        self.need(Permission.SURVEY_READ)
        targets = {target.target_id: target for target in self._services.survey.targets()}
        return tuple(
            (run, targets.get(run.target_id))
            for run in self._services.survey.runs()
            if self._sees_target(targets.get(run.target_id))
        )

    def run_file(self, run_id: str) -> RunFile:
        """One run, with what could not be read said address by address; raises as `shop_file`."""
        self.need(Permission.SURVEY_READ)
        survey = self._services.survey
        run = survey.run(run_id)
        target = next((target for target in survey.targets() if target.target_id == run.target_id), None)
        if not self._sees_target(target):
            raise not_found("采集运行", run_id)
        unread = (page for page in survey.pages(run_id) if page.outcome not in (Outcome.READ, Outcome.UNCHANGED))
        return RunFile(
            run=run,
            target=target,
            outcomes=survey.outcomes(run_id) if run.state is RunState.RUNNING else run.outcomes,
            frontier=survey.frontier_counts(run_id),
            unread=tuple(islice(unread, _UNREAD_SHOWN)),
            pictures=standing_of(self._services.licences, target_id=run.target_id),
        )

    def _search(self, query: SearchQuery) -> SearchResult:
        self.need(Permission.SURVEY_READ)
        return self._services.index.search(query.model_copy(update={"region_scope": self.scope}))

    def _sees_target(self, target: Target | None) -> bool:
        # A platform is watched for the whole country: its runs hold no region's data, only how the survey went.
        region = target.region_code if target else ""
        return not region or in_scope(self._account, region) or self.scope.startswith(region)
