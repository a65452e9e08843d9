"""CampaignStore: campaigns, the monitoring calendar, and draws, which are only ever added."""

from __future__ import annotations

from sqlalchemy import select

from records.base import stable_id
from records.errors import ConflictError
from records.sampling import KeptDraw
from records.schedules import CalendarEntry, Campaign
from stores.sql.database import Database
from stores.sql.rows import body_of, find_body, insert_new, read_one, upsert
from stores.sql.survey_tables import calendar_entries, campaigns, draws

__all__ = ["SqlCampaignStore"]


class SqlCampaignStore:
    """See `records.schedule_ports.CampaignStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_campaign(self, campaign: Campaign) -> None:
        with self._database.write(durable=True) as connection:
            upsert(connection, campaigns, [{"campaign_id": campaign.campaign_id, "body": body_of(campaign)}])

    def campaign(self, campaign_id: str) -> Campaign:
        return read_one(self._database, Campaign, campaigns, campaign_id, what="专项")

    def campaigns(self) -> tuple[Campaign, ...]:
        with self._database.read() as connection:
            bodies = connection.execute(select(campaigns.c.body)).scalars()
            found = [Campaign.model_validate_json(body) for body in bodies]
        return tuple(sorted(found, key=lambda one: (-one.starts_on.toordinal(), one.campaign_id)))

    def save_entry(self, entry: CalendarEntry) -> None:
        entry_id = stable_id("calendar", entry.name, entry.starts_on.isoformat())
        with self._database.write() as connection:
            upsert(connection, calendar_entries, [{"entry_id": entry_id, "body": body_of(entry)}])

    def entries(self) -> tuple[CalendarEntry, ...]:
        with self._database.read() as connection:
            bodies = connection.execute(select(calendar_entries.c.body)).scalars()
            found = [CalendarEntry.model_validate_json(body) for body in bodies]
        return tuple(sorted(found, key=lambda entry: (entry.starts_on, entry.name)))

    def keep_draw(self, drawn: KeptDraw) -> None:
        row = {"draw_id": drawn.draw_id, "drawn_at": drawn.draw.drawn_at, "body": body_of(drawn)}
        with self._database.write(durable=True) as connection:
            if insert_new(connection, draws, [row]):
                return
            if find_body(connection, draws, drawn.draw_id) != row["body"]:
                raise ConflictError(
                    f"已有编号为 {drawn.draw_id} 的另一次抽查", cure="抽查结果不得替换；换一个种子另抽，或核对名单"
                )

    def drawn(self, draw_id: str) -> KeptDraw:
        return read_one(self._database, KeptDraw, draws, draw_id, what="抽查记录")

    def draws(self) -> tuple[KeptDraw, ...]:
        statement = select(draws.c.body).order_by(draws.c.drawn_at.desc(), draws.c.draw_id)
        with self._database.read() as connection:
            return tuple(KeptDraw.model_validate_json(body) for body in connection.execute(statement).scalars())
