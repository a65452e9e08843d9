"""点击展示: what a capture is asked to click, as it is written by a person and as it is recorded."""

from __future__ import annotations

from collections.abc import Sequence

from records.errors import InvalidInputError

__all__ = ["MOST_CLICKS", "check_clicks"]

MOST_CLICKS = 5
_MOST_SIGNS = 100


def check_clicks(clicks: Sequence[str]) -> tuple[str, ...]:
    """The clicks as they are recorded: `text=…` (the default) or `css=…`.

    >>> check_clicks(["营业执照", "css=#licence"])
    ('text=营业执照', 'css=#licence')

    Raises:
        InvalidInputError: More than five, empty, or too long.
    """
    if len(clicks) > MOST_CLICKS:
        raise InvalidInputError(f"点击展示最多 {MOST_CLICKS} 处，给了 {len(clicks)} 处", cure="分几次固证")
    made = []
    for click in clicks:
        kind, equals, what = click.strip().partition("=")
        known = equals and kind in ("text", "css")
        wanted = f"{kind}={what.strip()}" if known else f"text={click.strip()}"
        if wanted in ("text=", "css=") or len(wanted) > _MOST_SIGNS:
            raise InvalidInputError(
                f"点击展示的写法不对：{click[:50]!r}", cure="写页面上的文字，如 营业执照，或 css=#licence"
            )
        made.append(wanted)
    return tuple(made)
