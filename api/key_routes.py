"""Keys of programs: list, issue, revoke. Only for those who manage accounts, and never with a key."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.door import ChangingKeys, Keys
from api.examples import documented
from api.key_answers import ISSUED_KEY, KEY_PAGE, IssuedKey, KeyItem, KeyPage, KeyWish
from api.lead_routes import Id
from api.paging import AskedPage
from api.problems import problem_responses
from offices.api_keys import NewKey

__all__ = ["router"]

router = APIRouter(tags=["接口密钥"])


@router.get("/keys", summary="接口密钥", responses=documented(KEY_PAGE, 400, 401, 403, 410, 422))
def list_keys(desk: Keys, paging: AskedPage) -> KeyPage:
    """Every key ever issued for accounts of one's region, newest first; the secrets are not known here."""
    total, following, shown = paging.cut(
        desk.issued(), lambda pair: (pair[0].created_at.isoformat(), pair[0].key_id), newest_first=True
    )
    return KeyPage(total=total, next_cursor=following, items=tuple(KeyItem.of(key, owner) for key, owner in shown))


@router.post(
    "/keys", status_code=201, summary="签发接口密钥", responses=documented(ISSUED_KEY, 401, 403, 404, 422, status=201)
)
def issue_key(desk: ChangingKeys, response: Response, wanted: KeyWish) -> IssuedKey:
    """Make a key. Its secret is in this answer and nowhere else."""
    made = desk.issue(NewKey(**wanted.model_dump()))
    response.headers["Cache-Control"] = "no-store"
    return IssuedKey(key=KeyItem.of(made.key, made.owner), secret=made.secret)


@router.delete(
    "/keys/{key_id}", status_code=204, summary="撤销接口密钥", responses=problem_responses(401, 403, 404, 409, 422)
)
def revoke_key(desk: ChangingKeys, key_id: Id) -> None:
    """End a key for good."""
    desk.revoke(key_id)
