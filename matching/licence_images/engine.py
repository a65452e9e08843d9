"""The engine that turns pixels into lines of text: RapidOCR with the models its wheel carries, on this machine only.

It is an extra (`wangjian[ocr]`): everything else runs without it, and who asks for it is told how to install it.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import importlib.util
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from PIL import Image

from records.errors import AwayError
from records.licences_read import OcrModel

__all__ = ["RECOGNITION_CURE", "RapidEngine", "TextEngine", "TextLine", "installed_engine", "recognition_missing"]

_LOADER_PATH = "LD_LIBRARY_PATH"
_MODELS = ("PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx", "ch_ppocr_mobile_v2.0_cls_mobile.onnx")
RECOGNITION_CURE = "安装：pip install 'rapidocr>=3.10,<4' 'onnxruntime>=1.31'（约 100 MB，模型在包内，识别不联网）"

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """A line of text. `corners` from the one where reading begins, clockwise as the text stands, in pixels."""

    text: str
    confidence: float
    corners: tuple[Point, Point, Point, Point]


class TextEngine(Protocol):
    """Reads lines of text; says what it is."""

    name: str
    version: str
    models: tuple[OcrModel, ...]

    def lines(self, image: Image.Image) -> tuple[TextLine, ...]:
        """The lines of an RGB picture, in no particular order."""
        ...


def recognition_missing() -> tuple[str, ...]:
    """Packages of the text recognition that are not installed; empty when all are. Nothing is loaded to tell."""
    return tuple(name for name in ("rapidocr", "onnxruntime") if not _is_installed(name))


def _is_installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ValueError:  # it was taken out of the interpreter
        return False


def installed_engine() -> str:
    """Name and versions of the engine as installed, its models there; nothing is loaded.

    Raises:
        AwayError: A package or a model is missing.
    """
    if missing := recognition_missing():
        raise AwayError(f"没有文字识别部件（{'、'.join(missing)}），不能读取执照图片", cure=RECOGNITION_CURE)
    found = importlib.util.find_spec("rapidocr")
    place = Path(found.origin or "").parent / "models" if found is not None else Path()
    if lost := [name for name in _MODELS if not (place / name).is_file()]:
        raise AwayError(f"文字识别缺模型：{'、'.join(lost)}", cure=f"重新安装 rapidocr。{RECOGNITION_CURE}")
    return f"{RapidEngine.name} {_versions()}"


class RapidEngine:
    """RapidOCR over ONNX Runtime. Loading takes about a second and 200 MB: make one and keep it; calls take turns.

    Raises:
        AwayError: RapidOCR is not installed, or cannot be loaded here.
    """

    name = "rapidocr"

    def __init__(self) -> None:
        installed_engine()
        try:
            with _environment_kept():
                importlib.import_module("cv2")
                rapidocr: Any = importlib.import_module("rapidocr")
            self._numpy: Any = importlib.import_module("numpy")
            place = Path(rapidocr.__file__).parent / "models"
            self.models = tuple(_model(place / name) for name in _MODELS)
            self._read: Any = rapidocr.RapidOCR(params={"Global.log_level": "critical"})
        except (ImportError, OSError, AttributeError) as exc:
            raise AwayError(f"文字识别部件装不上：{exc}", cure=RECOGNITION_CURE) from exc
        self.version = _versions()
        self._turn = threading.Lock()

    def lines(self, image: Image.Image) -> tuple[TextLine, ...]:
        """The lines of an RGB picture."""
        pixels = self._numpy.asarray(image.convert("RGB"))[:, :, ::-1]  # the engine takes blue first
        with self._turn:
            found = self._read(self._numpy.ascontiguousarray(pixels))
        if found.txts is None or found.boxes is None:
            return ()
        return tuple(
            TextLine(text=str(text), confidence=float(score), corners=_corners(box))
            for text, score, box in zip(found.txts, found.scores, found.boxes, strict=True)
        )


def _versions() -> str:
    runtime = importlib.metadata.version("onnxruntime")
    return f"{importlib.metadata.version('rapidocr')} (onnxruntime {runtime})"


def _corners(box: Any) -> tuple[Point, Point, Point, Point]:
    one, two, three, four = ((float(x), float(y)) for x, y in box)
    return one, two, three, four


@contextmanager
def _environment_kept() -> Iterator[None]:
    """What imports do to the loader's path is undone: OpenCV puts its own folder into LD_LIBRARY_PATH of every later
    child process (cv2/__init__.py), which would make the environment of a capture there unclean."""
    before = os.environ.get(_LOADER_PATH)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(_LOADER_PATH, None)
        else:
            os.environ[_LOADER_PATH] = before


def _model(path: Path) -> OcrModel:
    return OcrModel(name=path.name, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
