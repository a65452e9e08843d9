"""Which target is meant by what somebody typed."""

from __future__ import annotations

from records.errors import NotFoundError
from records.ports import Services
from records.survey import Target
from wangjian.targets.registering import TargetBook

__all__ = ["find_target"]


def find_target(services: Services, words: str) -> Target:
    """The target meant by an id, a name or an address.

    Raises:
        NotFoundError: None, or several of that name.
    """
    targets = services.survey.targets()
    named = [target for target in targets if words in (target.target_id, target.name)]
    if not named and "://" in words:
        at = TargetBook(targets).find(words)
        named = [at] if at is not None else []
    if len(named) == 1:
        return named[0]
    if named:
        raise NotFoundError(f"有 {len(named)} 个监测对象叫“{words[:60]}”", cure="改用编号，见 wangjian targets list")
    raise NotFoundError(f"监测对象库中没有“{words[:100]}”", cure="先登记：wangjian targets add URL")
