"""复核: two people, each on their own, then what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from matching.reviewing.agreement import statistics_of
from matching.reviewing.deciding import answered
from matching.reviewing.queueing import next_for, pairs_in_doubt
from offices.review_desk import BlindPair, ReviewDesk, ReviewMeans
from records.errors import InvalidInputError, TransitionRefusedError
from records.people import Permission
from records.ports import Services
from records.reviews import Answer, ReviewPair, ReviewReason, ReviewState
from ui.door import Asked, Changing, Visitor

__all__ = ["router"]

router = APIRouter(prefix="/reviews")

ANSWERS = {Answer.SAME: "同一主体", Answer.DIFFERENT: "不是同一主体", Answer.UNSURE: "不能确定"}
REASONS = {
    ReviewReason.CODE: "代码",
    ReviewReason.NAME: "名称",
    ReviewReason.FORMER_NAME: "曾用名",
    ReviewReason.ADDRESS: "地址",
    ReviewReason.PHONE: "电话",
    ReviewReason.PERSON: "法定代表人",
    ReviewReason.OTHER_NAME: "名称不同",
    ReviewReason.OTHER_PLACE: "地点不同",
    ReviewReason.OTHER_BRANCH: "分支不同",
    ReviewReason.TOO_LITTLE: "信息太少",
    ReviewReason.OTHER: "其他",
}
_STATES = {ReviewState.OPEN: "待复核", ReviewState.DISPUTED: "意见不一，待第三人", ReviewState.SETTLED: "已有结论"}


@router.get("", response_class=HTMLResponse)
def reviews(visitor: Asked, added: str = "") -> HTMLResponse:
    """How the review stands, and what was settled."""
    desk = _desk(visitor)
    pairs = desk.pairs()
    mine = sum(1 for pair in pairs if any(one.reviewer == visitor.person.account.login for one in pair.opinions))
    return visitor.draw(
        "reviews.html",
        here="reviews",
        statistics=statistics_of(pairs),
        waiting=next_for(visitor.person.account.login, pairs) is not None,
        total=len(pairs),
        mine=mine,
        settled=desk.settled(),
        states=_STATES,
        answers=ANSWERS,
        reasons=REASONS,
        said=f"新排入 {added} 条。" if added.isascii() and added.isdigit() and len(added) < 9 else "",
    )


@router.post("/queue")
def queue(visitor: Changing) -> Response:
    """排入: what is in doubt of the newest matches."""
    return RedirectResponse(f"/reviews?added={_desk(visitor).queue()}", status_code=303)


@router.get("/next", response_class=HTMLResponse)
def next_pair(visitor: Asked, done: str = "") -> Response:
    """The next pair for this person; none: back to how it stands."""
    found = _desk(visitor).next_pair()
    if found is None:
        return RedirectResponse("/reviews", status_code=303)
    return _draw(visitor, found, said="已记录，下一条。" if done else "")


@router.post("/{pair_id}", response_class=HTMLResponse)
def answer(
    visitor: Changing,
    pair_id: str,
    *,
    answer: Annotated[Answer, Form()],
    because: Annotated[list[ReviewReason] | None, Form()] = None,
    note: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """One's opinion, then the next pair."""
    try:
        _desk(visitor).answer(pair_id, answer, reasons=tuple(because or ()), note=note)
    except (InvalidInputError, TransitionRefusedError) as exc:
        return _draw(visitor, _desk(visitor).pair(pair_id), problem=exc.message, status=409)
    return RedirectResponse("/reviews/next?done=1", status_code=303)


def _desk(visitor: Visitor) -> ReviewDesk:
    means = ReviewMeans(next_for=next_for, answered=answered, in_doubt=_in_doubt(visitor.services))
    return ReviewDesk(visitor.services, visitor.caller, means)


def _in_doubt(services: Services) -> Callable[[], Iterator[ReviewPair]]:
    def found() -> Iterator[ReviewPair]:
        now = services.clock()
        for match in services.survey.matches():
            yield from pairs_in_doubt(match, services.register.by_code, now=now)

    return found


def _draw(visitor: Visitor, pair: BlindPair, *, said: str = "", problem: str = "", status: int = 200) -> HTMLResponse:
    visitor.desk.need(Permission.LEADS_ACT)
    return visitor.draw(
        "review.html",
        here="reviews",
        status=status,
        pair=pair,
        answers=ANSWERS,
        reasons=REASONS,
        said=said,
        problem=problem,
    )
