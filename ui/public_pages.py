"""核验 without an account: is a shop run by a registered subject, and does a package verify. Limited by address."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from crawlers.addresses import absolute_url, canonical_url, origin_of
from matching.identifiers.cleaning import clean_code
from matching.identifiers.uscc import uscc_problem
from matching.names.normalise import key_of, normalise_name
from offices.public_check import PublicMeans, check_licence
from records.base import stable_id
from records.errors import RateLimitedError
from ui.door import door_of

__all__ = ["router"]

router = APIRouter()

_OLDER_NUMBERS = (13, 15)
_SHORTEST, _FEWEST_DIGITS = 13, 8


def _code_problem(code: str) -> str:
    """What is wrong with a code; an older 注册号 has no check that tells."""
    problem = None if len(code) in _OLDER_NUMBERS else uscc_problem(code)
    return problem.value if problem else ""


def _code_in(text: str) -> str:
    """The text as a code; empty for an address, and for what is too short to be one with a slip."""
    code = "" if "." in text or "/" in text else clean_code(text)
    return code if len(code) >= _SHORTEST and sum(map(str.isdigit, code)) >= _FEWEST_DIGITS else ""


def _shop_ids(text: str) -> tuple[str, ...]:
    """Ids of the shop at an address, and of the one whose site it stands on."""
    written = text if "://" in text else f"https://{text}"
    address = absolute_url(written, written)
    if not address:
        return ()
    forms = [canonical_url(address), f"{origin_of(address)}/"]
    others = [form.replace("https://", "http://", 1) for form in forms if "://" not in text]
    return tuple(stable_id("shop", form) for form in dict.fromkeys((*forms, *others)))


_MEANS = PublicMeans(
    code_problem=_code_problem,
    clean_code=_code_in,
    shop_ids=_shop_ids,
    fold_name=lambda name: key_of(normalise_name(name)),
)


@router.get("/check", response_class=HTMLResponse)
def check_page(request: Request, q: str = "") -> HTMLResponse:
    """亮照核验: the form, and what can be told of what was asked."""
    door = door_of(request)
    answer, problem, status = None, "", 200
    if q.strip():
        try:
            door.public_limit.take(request.client.host if request.client else "")
            answer = check_licence(door.services, _MEANS, q)
        except RateLimitedError as exc:
            problem, status = str(exc), 429
    context = {"account": None, "here": "check", "q": q[:2000], "answer": answer, "problem": problem}
    page = door.pages.draw("public_check.html", context, status=status)
    page.headers["Referrer-Policy"] = "no-referrer"
    return page
