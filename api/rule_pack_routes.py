"""Rule packs signed and taken from other offices; the examples of a rule judged again."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.door import door_of
from api.examples import documented
from api.one_file import form_body, kept_for_now, one_file
from api.problems import problem_responses
from api.rule_answers import OWN_VERSIONS
from api.rule_routes import Acting, Reading, RuleId
from records.base import Record
from records.own_rules import OWN_RULE_ID
from records.people import Permission
from records.rule_exchange import ExampleTried, PackTaken

__all__ = ["router"]

router = APIRouter(tags=["规则"])

_FILE: dict[str, Any] = {
    "description": "签名的规则包",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


class PackWish(Record):
    """Which own rules (all in use when none is named), under what title, by which office."""

    rule_ids: Annotated[tuple[Annotated[str, Field(pattern=f"^{OWN_RULE_ID}$")], ...], Field(max_length=99)] = ()
    title: Annotated[str, Field(min_length=1, max_length=100)] = "自定规则"
    office: Annotated[str, Field(min_length=1, max_length=100)]


class ExamplesAnswer(Record):
    """Examples of a rule as judged today."""

    failed: int
    items: tuple[ExampleTried, ...]


_TAKEN = PackTaken(
    title="直播带货",
    office="杭州市市场监督管理局",
    signer="CN=杭州市市场监督管理局",
    kept=OWN_VERSIONS.versions,
    known=(),
)
_EXAMPLES = ExamplesAnswer(
    failed=0, items=(ExampleTried(text="全网销量第一", expected="suspected", found="suspected", passed=True),)
)


@router.post(
    "/rule-packs",
    summary="打成签名的规则包",
    response_class=Response,
    responses={200: _FILE, **problem_responses(401, 403, 404, 422)},
)
def sign_pack(desk: Acting, wanted: PackWish) -> Response:
    """Own rules as one file with this organisation's signature, for another office."""
    content = desk.sign_pack(wanted.rule_ids, title=wanted.title, office=wanted.office)
    headers = {
        "Content-Disposition": 'attachment; filename="rules.json"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)


@router.post(
    "/rule-packs/imports",
    summary="收下其他单位的规则包",
    responses=documented(_TAKEN, 401, 403, 409, 422),
    openapi_extra=form_body(),
)
async def take_pack(request: Request, desk: Acting) -> PackTaken:
    """Nothing of it is believed before its signature is; what is kept is on trial until signed here."""
    desk.need(Permission.RULES_DRAFT)
    most = door_of(request).services.preserver.upload_max_bytes
    async with one_file(request, (".json", ".pack"), most_bytes=most) as form, kept_for_now(form) as path:
        return await run_in_threadpool(lambda: desk.take_pack(path.read_bytes()))


@router.get("/rules/{rule_id}/examples", summary="规则的示例", responses=documented(_EXAMPLES, 401, 403, 404, 422))
def try_examples(desk: Reading, rule_id: RuleId) -> ExamplesAnswer:
    """What the rule was written with, judged again as the law stands today."""
    found = desk.try_examples(rule_id.upper())
    return ExamplesAnswer(failed=sum(not one.passed for one in found), items=found)
