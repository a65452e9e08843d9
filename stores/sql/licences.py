"""LicenceStore: licence pictures as shops show them, and what was read from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import bindparam, select

from records.licences_read import LicencePicture, LicenceReading
from stores.sql.database import Database
from stores.sql.licence_tables import licence_pictures, licence_readings
from stores.sql.rows import body_of, insert_new, upsert, walk

__all__ = ["SqlLicenceStore"]


class SqlLicenceStore:
    """See `records.licences_read.LicenceStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_pictures(self, pictures: Sequence[LicencePicture]) -> None:
        rows = [
            {"picture_id": one.picture_id, "shop_id": one.shop_id, "target_id": one.target_id, "body": body_of(one)}
            for one in pictures
        ]
        with self._database.write() as connection:
            upsert(connection, licence_pictures, rows)

    def pictures(self, *, shop_id: str = "", target_id: str = "") -> Iterator[LicencePicture]:
        columns = licence_pictures.c
        named = ((columns.shop_id, shop_id), (columns.target_id, target_id))
        return walk(
            self._database, LicencePicture, licence_pictures, *(column == value for column, value in named if value)
        )

    def save_reading(self, reading: LicenceReading) -> None:
        row = {
            "reading_id": reading.reading_id,
            "image_sha256": reading.image.sha256,
            "read_at": reading.read_at,
            "body": body_of(reading),
        }
        with self._database.write() as connection:
            insert_new(connection, licence_readings, [row])

    def reading_of(self, image_sha256: str) -> LicenceReading | None:
        with self._database.read() as connection:
            body = connection.execute(_NEWEST, {"image": image_sha256}).scalar()
        return None if body is None else LicenceReading.model_validate_json(body)


_NEWEST = (
    select(licence_readings.c.body)
    .where(licence_readings.c.image_sha256 == bindparam("image"))
    .order_by(licence_readings.c.read_at.desc(), licence_readings.c.reading_id)
    .limit(1)
)
