"""ImageTextStore: words read on pictures of listings, by the digest of the picture."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from records.image_texts import ImageText
from stores.sql.database import Database
from stores.sql.lead_tables import image_texts
from stores.sql.ready import Ready
from stores.sql.rows import body_of, insert_new

__all__ = ["SqlImageTextStore"]


class SqlImageTextStore:
    """See `records.image_texts.ImageTextStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_text(self, text: ImageText) -> None:
        row = {
            "text_id": text.text_id,
            "image_sha256": text.image.sha256,
            "read_at": text.read_at,
            "body": body_of(text),
        }
        with self._database.write() as connection:
            insert_new(connection, image_texts, [row])

    def text_of(self, image_sha256: str) -> ImageText | None:
        found = _NEWEST.ask(self._database, {"image": image_sha256})
        return ImageText.model_validate_json(found[0][0]) if found else None

    def has_any(self) -> bool:
        with self._database.read() as connection:
            return connection.execute(select(image_texts.c.text_id).limit(1)).first() is not None


_NEWEST = Ready(
    select(image_texts.c.body)
    .where(image_texts.c.image_sha256 == bindparam("image"))
    .order_by(image_texts.c.read_at.desc(), image_texts.c.text_id)
    .limit(1)
)
