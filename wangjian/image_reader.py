"""Pictures of listings read in a child process: as `wangjian/licence_reader.py`, every line of text on them."""

from __future__ import annotations

import sys

from matching.licence_images.picture_text import TEXT_READER_VERSION
from records.base import stable_id
from records.digests import digests_of
from records.image_texts import ImageText, ImageTextOutcome
from wangjian.licence_process import TEXT_MODE
from wangjian.picture_child import ENGINE, PictureChild, engine_version

__all__ = ["ImageReader"]


class ImageReader(PictureChild):
    """Reads pictures one at a time; a context manager that ends its child."""

    COMMAND = (sys.executable, "-m", "wangjian.licence_process", TEXT_MODE)

    def read(self, content: bytes) -> ImageText:
        """The lines on a picture; one that cannot be read, by whatever fault of its own, is UNREADABLE with the reason.

        Raises:
            AwayError: The text recognition is not installed, or its process cannot be started.
        """
        said = self.ask(content)
        if "reading" in said:
            return ImageText.model_validate(said["reading"])
        image, version = digests_of(content), engine_version()
        return ImageText(
            text_id=stable_id("image_text", image.sha256, ENGINE, version, TEXT_READER_VERSION, "unreadable"),
            image=image,
            media_type="",
            width=0,
            height=0,
            outcome=ImageTextOutcome.UNREADABLE,
            note=str(said.get("gone") or said.get("refused", "")),
            engine=ENGINE,
            engine_version=version,
            reader_version=TEXT_READER_VERSION,
            read_at=self._clock(),
        )
