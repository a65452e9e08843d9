"""复核: pairs in doubt at one person's desk. Score and others' opinions are not shown before a pair is settled."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from offices.audit import AuditAction, Caller
from offices.desk import Desk, not_found
from offices.masking import mask_entity, mask_name, mask_phone
from records.errors import NotFoundError
from records.people import Permission
from records.ports import Services
from records.reviews import Answer, Opinion, ReviewPair, ReviewReason, ReviewState

__all__ = ["BlindPair", "ReviewDesk", "ReviewMeans"]

_SETTLED_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewMeans:
    """What the matching room knows of reviewing; handed over by the door."""

    next_for: Callable[[str, Iterable[ReviewPair]], ReviewPair | None]
    answered: Callable[[ReviewPair, Opinion], ReviewPair]
    in_doubt: Callable[[], Iterable[ReviewPair]]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindPair:
    """What a reviewer sees of a pair: both sides, the shop's own page, and nothing anybody or the model thought.
    `masked`: personal data is."""

    pair_id: str
    shop_name: str
    shop_url: str
    rows: tuple[tuple[str, str, str], ...]
    former_names: tuple[str, ...]
    status: str
    masked: bool


class ReviewDesk(Desk):
    """The review at a desk. Everything needs 处置线索; pairs are those of shops in one's region."""

    def __init__(self, services: Services, caller: Caller, means: ReviewMeans) -> None:
        super().__init__(services, caller)
        self._means = means

    def pairs(self) -> tuple[ReviewPair, ...]:
        """Every pair of one's region, to be counted; not to be shown before it is settled."""
        self.need(Permission.LEADS_ACT)
        seen: dict[str, bool] = {}
        return tuple(pair for pair in self._services.reviews.pairs() if self._sees(pair, seen))

    def next_pair(self) -> BlindPair | None:
        """What this person should look at next; None when nothing waits for them."""
        found = self._means.next_for(self.account.login, self.pairs())
        return self._blind(found) if found else None

    def pair(self, pair_id: str) -> BlindPair:
        """One pair, blind. Raises NotFoundError."""
        return self._blind(self._scoped(pair_id))

    def settled(self) -> tuple[ReviewPair, ...]:
        """Pairs with a verdict, newest opinion first, whole but for personal data."""
        done = (pair for pair in self.pairs() if pair.state is ReviewState.SETTLED and not pair.frozen)
        return tuple(sorted(done, key=lambda pair: pair.opinions[-1].at, reverse=True))[:_SETTLED_SHOWN]

    def answer(self, pair_id: str, answer: Answer, *, reasons: tuple[ReviewReason, ...], note: str) -> ReviewPair:
        """One's own opinion; the pair as it stands with it.

        Raises:
            NotFoundError: No such pair in this region.
            TransitionRefusedError: It is settled, of a test set, or one has answered.
            InvalidInputError: The note is too long.
        """
        self._scoped(pair_id)
        opinion = Opinion(
            reviewer=self.account.login,
            answer=answer,
            reasons=tuple(dict.fromkeys(reasons)),
            note=note.strip(),
            at=self._services.clock(),
        )
        changed = self._services.reviews.change(pair_id, lambda known: self._means.answered(known, opinion))
        self.note(AuditAction.REVIEW_ANSWERED, pair_id, answer.value)
        return changed

    def queue(self) -> int:
        """Put what is in doubt of the newest match of each shop before people; how many were new."""
        self.need(Permission.LEADS_ACT)
        added = self._services.reviews.queue(list(self._means.in_doubt()))
        self.note(AuditAction.REVIEW_ANSWERED, "", f"排入复核 {added} 条")
        return added

    def _scoped(self, pair_id: str) -> ReviewPair:
        self.need(Permission.LEADS_ACT)
        try:
            pair = self._services.reviews.pair(pair_id)
        except NotFoundError as exc:
            raise not_found("复核", pair_id) from exc
        if not self._sees(pair, {}):
            raise not_found("复核", pair_id)
        return pair

    def _sees(self, pair: ReviewPair, seen: dict[str, bool]) -> bool:
        if pair.shop_id not in seen:
            try:
                self.scoped_shop(pair.shop_id)
                seen[pair.shop_id] = True
            except NotFoundError:
                seen[pair.shop_id] = False
        return seen[pair.shop_id]

    def _blind(self, pair: ReviewPair) -> BlindPair:
        query, entity = pair.query, pair.entity
        whole = self.may(Permission.PERSONAL_READ)
        if whole and (query.phone or query.legal_representative or entity.phone or entity.legal_representative):
            self.note(AuditAction.PERSONAL_READ, pair.pair_id, "复核")
        if not whole:
            entity = mask_entity(entity)
            masked = {"phone": mask_phone(query.phone), "legal_representative": mask_name(query.legal_representative)}
            query = query.model_copy(update=masked)
        return BlindPair(
            pair_id=pair.pair_id,
            shop_name=query.shop_name,
            shop_url=self._services.survey.shop(pair.shop_id).url,
            rows=(
                ("名称", query.name, entity.name),
                ("代码", query.code, entity.code),
                ("地址", query.address, entity.address),
                ("法定代表人", query.legal_representative, entity.legal_representative),
                ("电话", query.phone, entity.phone),
            ),
            former_names=entity.former_names,
            status=entity.status.value,
            masked=not whole,
        )
