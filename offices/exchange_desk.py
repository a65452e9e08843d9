"""往来 as one person may see and do it: bundles for 管理 and 负责人, matters for 负责人 in their own region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from offices.audit import AuditAction
from offices.desk import Desk, not_found
from offices.permissions import in_scope, region_scope
from records.errors import NotFoundError
from records.exchange import Bundle, BundleState, BundleWay, Identity, Peer, Refusal
from records.exchange_matters import Matter, MatterKind, MatterQuery, MatterScope, MatterState, MatterWay
from records.exchange_ports import ExchangeWork
from records.lists import ListPlace
from records.people import Permission

__all__ = ["ANSWERS", "ExchangeDesk", "Ledger", "MatterFile"]

_SHOWN = 200
_WAITING = (BundleState.MADE, BundleState.HANDED_OUT, BundleState.REFUSED)
ANSWERS = {
    MatterKind.TRANSFER: (MatterState.ACCEPTED, MatterState.RETURNED),
    MatterKind.HANDED_DOWN: (MatterState.ACCEPTED, MatterState.RETURNED),
    MatterKind.ASSISTANCE: (MatterState.ANSWERED,),
}
"""What may be answered to a matter that came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Bundles newest first (the first 200), those no receipt has come for, and what was refused here."""

    bundles: tuple[Bundle, ...]
    waiting: tuple[Bundle, ...]
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterFile:
    """A matter with the name of the other side, the card of its period, and what may be answered to it now."""

    matter: Matter
    peer_name: str
    card: str
    card_sentence: str
    answers: tuple[MatterState, ...]


class ExchangeDesk(Desk):
    """The exchange at a desk. Everything needs 办理往来; matters need the permission for leads as well."""

    @property
    def identity(self) -> Identity:
        """Who we are to others."""
        return self._services.identity

    @property
    def sees_matters(self) -> bool:
        """Whether matters may be seen at this desk."""
        return self.may(Permission.EXCHANGE_MANAGE) and self.may(Permission.LEADS_READ)

    def peers(self) -> tuple[Peer, ...]:
        """By code, those revoked too. Raises PermissionRefusedError."""
        self.need(Permission.EXCHANGE_MANAGE)
        return self._services.exchange.peers()

    def ledger(self, peer: str = "") -> Ledger:
        """What went and came. Raises PermissionRefusedError."""
        return Ledger(
            bundles=_in_order(self.bundles(peer, limit=_SHOWN)),
            waiting=self.waiting(peer),
            refusals=self.refusals(peer, limit=_SHOWN),
        )

    def bundles(self, peer: str = "", *, after: ListPlace | None = None, limit: int) -> tuple[Bundle, ...]:
        """What was sent and received, newest first, a page of it. Raises PermissionRefusedError."""
        self.need(Permission.EXCHANGE_MANAGE)
        return self._services.exchange.newest_bundles(peer=peer, after=after, limit=limit)

    def count_bundles(self, peer: str = "") -> int:
        """How many were sent and received. Raises PermissionRefusedError."""
        self.need(Permission.EXCHANGE_MANAGE)
        return self._services.exchange.count_bundles(peer=peer)

    def waiting(self, peer: str = "") -> tuple[Bundle, ...]:
        """All that were sent and no receipt has come for, newest first. Raises PermissionRefusedError."""
        self.need(Permission.EXCHANGE_MANAGE)
        return _in_order(self._services.exchange.bundles(peer=peer, way=BundleWay.SENT, states=_WAITING))

    def refusals(self, peer: str = "", *, after: ListPlace | None = None, limit: int) -> tuple[Refusal, ...]:
        """What was refused here, newest first, a page of it. Raises PermissionRefusedError."""
        self.need(Permission.EXCHANGE_MANAGE)
        return self._services.exchange.refusals(peer=peer, after=after, limit=limit)

    def count_refusals(self, peer: str = "") -> int:
        """How many files were refused here. Raises PermissionRefusedError."""
        self.need(Permission.EXCHANGE_MANAGE)
        return self._services.exchange.count_refusals(peer=peer)

    def revoke(self, code: str, *, reason: str) -> Peer:
        """Stop with a peer. Raises PermissionRefusedError, NotFoundError, InvalidInputError."""
        self.need(Permission.EXCHANGE_MANAGE)
        ended = self._work.revoke(code, reason=reason, by=self.account.login)
        self.note(AuditAction.PEER_CHANGED, code, f"停止与 {ended.name} 的往来：{ended.revoked_reason}")
        return ended

    def send(self, code: str) -> tuple[Bundle, ...]:
        """Put together what is new for a peer; fetched by `file_of`. Raises as ExchangeWork.send."""
        self.need(Permission.EXCHANGE_MANAGE)
        return self._work.send(code, by=self.account.login)

    def file_of(self, bundle_id: str) -> Path:
        """A sent bundle as a file, written down as handed out. Raises NotFoundError."""
        self.need(Permission.EXCHANGE_MANAGE)
        return self._work.file_of(bundle_id, by=self.account.login)

    def receive(self, path: Path) -> tuple[Bundle | None, Refusal | None]:
        """Take in a bundle or receipt. Raises PermissionRefusedError."""
        self.need(Permission.EXCHANGE_MANAGE)
        return self._work.receive(path, by=self.account.login)

    def matters(self, peer: str = "", *, after: ListPlace | None = None, limit: int = _SHOWN) -> tuple[MatterFile, ...]:
        """Those of one's region, newest first, a page of them. Raises PermissionRefusedError."""
        return self._files_of(self._services.exchange.matters(self._asked(peer), after=after, limit=limit))

    def count_matters(self, peer: str = "") -> int:
        """How many there are of one's region. Raises PermissionRefusedError."""
        return self._services.exchange.count_matters(self._asked(peer))

    def matter(self, matter_id: str) -> MatterFile:
        """One of them. Raises NotFoundError also when it is another region's."""
        self._need_matters()
        matter = self._scoped(matter_id)
        return self._file(matter, self._services.exchange.peer(matter.peer).name)

    def transfer(self, lead_id: str, peer: str, *, words: tuple[str, str, str]) -> Matter:
        """移送 or 交办 a lead of one's region: the reason, the article, the number of the paper."""
        self._need_acting()
        self.scoped_lead(lead_id)
        return self._noted(self._work.transfer(lead_id, peer, words=words, by=self.account.login))

    def assist(self, lead_id: str, peer: str, *, words: tuple[str, str]) -> Matter:
        """协查: what is asked, and the number of the paper."""
        self._need_acting()
        self.scoped_lead(lead_id)
        return self._noted(self._work.assist(lead_id, peer, words=words, by=self.account.login))

    def answer(self, matter_id: str, state: MatterState, *, words: tuple[str, str]) -> Matter:
        """Accept, return, or reply: the words and the number of the paper."""
        self._need_acting()
        self._scoped(matter_id)
        return self._noted(self._work.answer(matter_id, state, words=words, by=self.account.login))

    def prolong(self, matter_id: str, *, until: date, reason: str) -> Matter:
        """延期 of a 协查 that came."""
        self._need_acting()
        self._scoped(matter_id)
        return self._noted(self._work.prolong(matter_id, until=until, reason=reason, by=self.account.login))

    @property
    def _work(self) -> ExchangeWork:
        if self._services.exchange_work is None:
            raise NotFoundError("本控制台没有接入往来功能", cure="用 wangjian serve 启动控制台")
        return self._services.exchange_work

    def _need_matters(self) -> None:
        self.need(Permission.EXCHANGE_MANAGE)
        self.need(Permission.LEADS_READ)

    def _need_acting(self) -> None:
        self.need(Permission.EXCHANGE_MANAGE)
        self.need(Permission.LEADS_ACT)

    def _asked(self, peer: str) -> MatterQuery:
        self._need_matters()
        return MatterQuery(peer=peer, scope=self._scope)

    @property
    def _scope(self) -> MatterScope:
        """A matter about a lead is of the lead's region; any other is of the house's."""
        house = in_scope(self.account, self._services.identity.region_code)
        return MatterScope(region=region_scope(self.account), house=house)

    def _scoped(self, matter_id: str) -> Matter:
        matter = self._services.exchange.matter(matter_id)
        if matter.lead_id:
            leads = self._services.leads.leads_named((matter.lead_id,))
            seen = matter.lead_id in leads and self.sees_region(leads[matter.lead_id].region_code)
        else:
            seen = self._scope.house
        if not seen:
            raise not_found("往来事项", matter_id)
        return matter

    def _files_of(self, matters: Sequence[Matter]) -> tuple[MatterFile, ...]:
        names = {peer.code: peer.name for peer in self._services.exchange.peers()}
        return tuple(self._file(one, names.get(one.peer, one.peer)) for one in matters)

    def _file(self, matter: Matter, peer_name: str) -> MatterFile:
        colour, sentence = self._work.card(matter)
        came = matter.way is MatterWay.THEIRS and matter.state is MatterState.ARRIVED
        answers = ANSWERS.get(matter.kind, ()) if came else ()
        return MatterFile(matter=matter, peer_name=peer_name, card=colour, card_sentence=sentence, answers=answers)

    def _noted(self, matter: Matter) -> Matter:
        said = f"{matter.kind}{matter.state}：{matter.title}"[:500]
        self.note(AuditAction.MATTER_ACTED, matter.matter_id, said)
        return matter


def _in_order(bundles: Sequence[Bundle]) -> tuple[Bundle, ...]:
    """Newest first, and those of one sending by their numbers."""
    numbered = sorted(bundles, key=lambda one: (one.peer, one.way, one.sequence))
    return tuple(sorted(numbered, key=lambda one: one.made_at, reverse=True))
