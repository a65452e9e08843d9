"""Licence pictures read in a child process: with a time limit a picture, and alive whatever a picture does to it."""

from __future__ import annotations

import sys

from matching.licence_images.reading import READER_VERSION
from records.base import stable_id
from records.digests import digests_of
from records.licences_read import LicenceOutcome, LicenceReading
from wangjian.picture_child import ENGINE, PictureChild, engine_version

__all__ = ["LicenceReader"]


class LicenceReader(PictureChild):
    """Reads licences one at a time; a context manager that ends its child."""

    COMMAND = (sys.executable, "-m", "wangjian.licence_process")

    def read(self, content: bytes) -> LicenceReading:
        """What is on a picture; one that cannot be read, by whatever fault of its own, is UNREADABLE with the reason.

        Raises:
            AwayError: The text recognition is not installed, or its process cannot be started.
        """
        said = self.ask(content)
        if "gone" in said:
            return self._unreadable(content, str(said["gone"]))
        if "refused" in said:
            return self._unreadable(content, f"{said['refused']}；不能据此认定未亮照")
        return LicenceReading.model_validate(said["reading"])

    def _unreadable(self, content: bytes, reason: str) -> LicenceReading:
        image = digests_of(content)
        version = engine_version()
        return LicenceReading(
            reading_id=stable_id("licence", image.sha256, ENGINE, version, READER_VERSION, "unreadable"),
            image=image,
            media_type="",
            width=0,
            height=0,
            outcome=LicenceOutcome.UNREADABLE,
            note=reason,
            engine=ENGINE,
            engine_version=version,
            reader_version=READER_VERSION,
            read_at=self._clock(),
        )
