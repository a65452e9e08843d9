"""Review: pairs in doubt, answered by two people who see neither the score nor each other's answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from api.door import Door, acting, asking
from api.examples import documented
from api.lead_routes import Id
from matching.reviewing.agreement import statistics_of
from matching.reviewing.deciding import answered
from matching.reviewing.queueing import next_for, pairs_in_doubt
from offices.audit import Caller
from offices.review_desk import BlindPair, ReviewDesk, ReviewMeans
from records.base import Record
from records.ports import Services
from records.reviews import Answer, ReviewPair, ReviewReason, ReviewState

__all__ = ["router"]

router = APIRouter(prefix="/reviews", tags=["复核"])


def _make(door: Door, caller: Caller) -> ReviewDesk:
    means = ReviewMeans(next_for=next_for, answered=answered, in_doubt=_in_doubt(door.services))
    return ReviewDesk(door.services, caller, means)


def _in_doubt(services: Services) -> Callable[[], Iterator[ReviewPair]]:
    def found() -> Iterator[ReviewPair]:
        now = services.clock()
        for match in services.survey.matches():
            yield from pairs_in_doubt(match, services.register.by_code, now=now)

    return found


_Desk = Annotated[ReviewDesk, Depends(asking(_make))]
_Acting = Annotated[ReviewDesk, Depends(acting(_make))]


class PairRow(Record):
    """One fact as the shop says it and as the register has it."""

    title: str
    shop: str
    entity: str


class PairToReview(Record):
    """What a reviewer sees of a pair; `masked`: personal data is."""

    pair_id: str
    shop_name: str
    shop_url: str
    rows: tuple[PairRow, ...]
    former_names: tuple[str, ...]
    status: str
    masked: bool

    @classmethod
    def of(cls, pair: BlindPair) -> PairToReview:
        """As the desk has it."""
        told = {**asdict(pair), "rows": [PairRow(title=a, shop=b, entity=c) for a, b, c in pair.rows]}
        return cls(**told)


class NextPair(Record):
    """The next pair for this person; None when nothing waits for them."""

    pair: PairToReview | None


class OpinionWish(Record):
    """One's own opinion and what it rests on."""

    answer: Answer
    reasons: Annotated[tuple[ReviewReason, ...], Field(max_length=11)] = ()
    note: Annotated[str, Field(max_length=500)] = ""


class PairStand(Record):
    """How a pair stands with one's opinion; the verdict once it has one."""

    pair_id: str
    state: ReviewState
    opinions: int
    verdict: Answer | None


class ReviewStand(Record):
    """The queue of one's region: pairs by state, verdicts, agreement of a first with a second look (kappa), and the
    upper 95 % bound of the error of automatic matches; None before the first."""

    total: int
    states: dict[str, int]
    verdicts: dict[str, int]
    both_count: int
    agreed_count: int
    kappa: float | None
    audited_count: int
    audit_error_bound: float | None


class Queued(Record):
    """How many pairs were new."""

    added: int


_PAIR = PairToReview(
    pair_id="pair_1",
    shop_name="百草园健康馆",
    shop_url="https://shop.example.cn/",
    rows=(PairRow(title="名称", shop="杭州百草园", entity="杭州百草园商贸有限公司"),),
    former_names=(),
    status="存续",
    masked=True,
)
_STAND = ReviewStand(
    total=12,
    states={"open": 9, "settled": 3},
    verdicts={"same": 2, "different": 1},
    both_count=3,
    agreed_count=3,
    kappa=1.0,
    audited_count=0,
    audit_error_bound=None,
)


@router.get("", summary="复核情况", responses=documented(_STAND, 401, 403))
def read_reviews(desk: _Desk) -> ReviewStand:
    """How the review of one's region stands."""
    pairs = desk.pairs()
    told = asdict(statistics_of(pairs))
    return ReviewStand(total=len(pairs), **{name: told[name] for name in ReviewStand.model_fields if name in told})


@router.get("/next", summary="下一条复核", responses=documented(NextPair(pair=_PAIR), 401, 403))
def next_pair(desk: _Desk) -> NextPair:
    """What this person should look at next, blind."""
    found = desk.next_pair()
    return NextPair(pair=PairToReview.of(found) if found else None)


@router.post("/queue", summary="排入复核", responses=documented(Queued(added=4), 401, 403))
def queue_pairs(desk: _Acting) -> Queued:
    """Put what is in doubt of the newest matches before people."""
    return Queued(added=desk.queue())


@router.get("/{pair_id}", summary="一条复核", responses=documented(_PAIR, 401, 403, 404, 422))
def read_pair(desk: _Desk, pair_id: Id) -> PairToReview:
    """One pair, blind."""
    return PairToReview.of(desk.pair(pair_id))


@router.post(
    "/{pair_id}/opinions",
    summary="复核意见",
    responses=documented(
        PairStand(pair_id="pair_1", state=ReviewState.OPEN, opinions=1, verdict=None), 401, 403, 404, 409, 422
    ),
)
def answer_pair(desk: _Acting, pair_id: Id, wanted: OpinionWish) -> PairStand:
    """One's own opinion, once."""
    pair = desk.answer(pair_id, wanted.answer, reasons=wanted.reasons, note=wanted.note)
    return PairStand(pair_id=pair.pair_id, state=pair.state, opinions=len(pair.opinions), verdict=pair.verdict)
