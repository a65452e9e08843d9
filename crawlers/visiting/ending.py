"""How a run ended: COMPLETE only when every row is done and every page could be read; what is missing is said."""

from __future__ import annotations

from collections.abc import Mapping

from crawlers.visiting.left_out import left_out
from crawlers.visiting.visit import Visit
from records.survey import FrontierState, Outcome, Run, RunState

__all__ = ["ended_run"]

# Answers, not gaps: the site said that there is nothing (or nothing to read) at that address.
_ANSWERED = frozenset((Outcome.READ, Outcome.UNCHANGED, Outcome.NOT_FOUND, Outcome.SOFT_404, Outcome.NOT_TEXT))
_WORDS = {
    Outcome.BLOCKED: "被拒绝访问",
    Outcome.CAPTCHA: "要求验证码（不破解）",
    Outcome.LOGIN: "要求登录（不登录）",
    Outcome.SERVER_ERROR: "服务器出错",
    Outcome.TIMEOUT: "超时",
    Outcome.TOO_LARGE: "超过大小上限",
    Outcome.ADDRESS_REFUSED: "指向监测范围以外或内网，未访问",
    Outcome.ROBOTS_REFUSED: "robots.txt 不允许，未访问",
    Outcome.BROWSER_AWAY: "需要浏览器而没有可用的浏览器",
    Outcome.EMPTY: "没有可读内容",
    Outcome.LEFT_OUT: "属于没有尽头的同类页面，未访问",
    Outcome.FAILED: "未能取得",
}


def ended_run(visit: Visit, run: Run) -> Run:
    """The run as it is to be recorded."""
    states = visit.survey.frontier_counts(visit.run_id)
    outcomes = dict(visit.survey.outcomes(visit.run_id))
    left = states.get(FrontierState.PENDING, 0) + states.get(FrontierState.LEASED, 0)
    missing = [*_left(visit, left), *_gaps(outcomes), *left_out(visit)]
    read = outcomes.get(Outcome.READ, 0) + outcomes.get(Outcome.UNCHANGED, 0)
    state = RunState.FAILED if not read else RunState.PARTIAL if missing else RunState.COMPLETE
    if not read:
        missing = [_why_nothing(visit), *missing]
    impact = visit.impact_now()
    return run.model_copy(
        update={
            "state": state,
            "finished_at": visit.clock(),
            "outcomes": outcomes,
            "missing": tuple(dict.fromkeys(filter(None, missing))),
            "left_out": left_out(visit),
            "requests_sent": impact.requests_sent,
            "bytes_received": impact.bytes_received,
            "impact": impact,
        }
    )


def _left(visit: Visit, left: int) -> list[str]:
    if visit.stopped:
        return [f"{visit.stopped}；尚有 {left} 个地址未读" if left else visit.stopped]
    if not left:
        return []
    if visit.done >= visit.target.max_pages:
        return [f"已达页数上限 {visit.target.max_pages}，尚有 {left} 个地址未读"]
    return [f"尚有 {left} 个地址未读"]


def _gaps(outcomes: Mapping[Outcome, int]) -> list[str]:
    return [
        f"{count} 个地址{_WORDS[outcome]}" for outcome, count in outcomes.items() if outcome not in _ANSWERED and count
    ]


def _why_nothing(visit: Visit) -> str:
    reasons = dict.fromkeys(page.reason for page in visit.survey.pages(visit.run_id) if page.reason)
    return "一页也没有读到" + (f"：{'；'.join(list(reasons)[:3])}" if reasons else "")
