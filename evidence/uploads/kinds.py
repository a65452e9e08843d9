"""What files are: by content, against what their name says; and which may not be opened where they are looked at."""

from __future__ import annotations

__all__ = ["KIND_NAMES", "mismatch_of", "suffix_of"]

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OLE, _ZIP = "application/x-ole-storage", "application/zip"
_WORD, _SHEET, _SLIDES = (
    _OFFICE + name for name in ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation")
)
_OPEN_TEXT = "application/vnd.oasis.opendocument.text"

KIND_NAMES: dict[str, str] = {
    "image/jpeg": "JPEG 照片",
    "image/png": "PNG 图片",
    "image/gif": "GIF 图片",
    "image/webp": "WebP 图片",
    "image/tiff": "TIFF 图片",
    "image/heic": "HEIC 照片",
    "image/heif": "HEIF 照片",
    "image/avif": "AVIF 图片",
    "image/bmp": "BMP 图片",
    "image/svg+xml": "SVG 图形（可含脚本）",
    "video/mp4": "MP4 视频",
    "video/quicktime": "MOV 视频",
    "video/3gpp": "3GP 视频",
    "video/webm": "WebM/MKV 视频",
    "video/x-msvideo": "AVI 视频",
    "video/x-flv": "FLV 视频",
    "audio/mpeg": "MP3 录音",
    "audio/mp4": "M4A 录音",
    "audio/wav": "WAV 录音",
    "audio/amr": "AMR 录音",
    "audio/silk": "SILK 语音（微信）",
    "audio/ogg": "OGG 录音",
    "audio/flac": "FLAC 录音",
    "application/pdf": "PDF 文档",
    "application/rtf": "RTF 文档",
    _OLE: "旧版 Office 文档（OLE）",
    _WORD: "Word 文档",
    _SHEET: "Excel 表格",
    _SLIDES: "PowerPoint 演示文稿",
    _OPEN_TEXT: "OpenDocument 文档",
    "application/vnd.sqlite3": "SQLite 数据库",
    "application/vnd.android.package-archive": "安卓安装包",
    _ZIP: "ZIP 压缩包",
    "application/gzip": "GZIP 压缩文件",
    "application/x-tar": "TAR 归档",
    "application/x-7z-compressed": "7z 压缩包",
    "application/vnd.rar": "RAR 压缩包",
    "application/x-bzip2": "BZIP2 压缩文件",
    "application/x-xz": "XZ 压缩文件",
    "application/zstd": "Zstandard 压缩文件",
    "application/x-dosexec": "Windows 程序",
    "application/x-elf": "Linux 程序",
    "text/html": "网页（可含脚本）",
    "text/xml": "XML 文件",
    "text/plain": "文本",
    "application/octet-stream": "未识别的二进制文件",
}

_SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/tiff": ".tif",
    "image/heic": ".heic",
    "image/bmp": ".bmp",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/wav": ".wav",
    "audio/amr": ".amr",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    _ZIP: ".zip",
    "application/x-tar": ".tar",
    "application/gzip": ".gz",
    _WORD: ".docx",
    _SHEET: ".xlsx",
    _SLIDES: ".pptx",
}
"""Only kinds that do nothing by themselves when somebody opens them; the others have none."""

_TEXT = frozenset({"text/plain"})
_MARKED = frozenset({"text/plain", "text/xml", "text/html"})
_EXPECTED: dict[str, frozenset[str]] = {
    **dict.fromkeys(("jpg", "jpeg", "jpe"), frozenset({"image/jpeg"})),
    "png": frozenset({"image/png"}),
    "gif": frozenset({"image/gif"}),
    "webp": frozenset({"image/webp"}),
    "bmp": frozenset({"image/bmp"}),
    **dict.fromkeys(("tif", "tiff"), frozenset({"image/tiff"})),
    **dict.fromkeys(("heic", "heif"), frozenset({"image/heic", "image/heif"})),
    "svg": frozenset({"image/svg+xml", "text/xml"}),
    **dict.fromkeys(("mp4", "m4v"), frozenset({"video/mp4", "video/quicktime"})),
    "mov": frozenset({"video/quicktime", "video/mp4"}),
    "3gp": frozenset({"video/3gpp", "video/mp4"}),
    **dict.fromkeys(("webm", "mkv"), frozenset({"video/webm"})),
    "avi": frozenset({"video/x-msvideo"}),
    "flv": frozenset({"video/x-flv"}),
    "mp3": frozenset({"audio/mpeg"}),
    "m4a": frozenset({"audio/mp4", "video/mp4"}),
    "wav": frozenset({"audio/wav"}),
    "amr": frozenset({"audio/amr"}),
    **dict.fromkeys(("silk", "slk"), frozenset({"audio/silk"})),
    **dict.fromkeys(("ogg", "opus"), frozenset({"audio/ogg"})),
    "flac": frozenset({"audio/flac"}),
    "pdf": frozenset({"application/pdf"}),
    "rtf": frozenset({"application/rtf"}),
    **dict.fromkeys(("doc", "dot", "wps"), frozenset({_OLE, "application/rtf", _WORD})),
    **dict.fromkeys(("xls", "et"), frozenset({_OLE, _SHEET})),
    **dict.fromkeys(("ppt", "dps"), frozenset({_OLE, _SLIDES})),
    **dict.fromkeys(("docx", "docm"), frozenset({_WORD, _OLE})),
    **dict.fromkeys(("xlsx", "xlsm"), frozenset({_SHEET, _OLE})),
    **dict.fromkeys(("pptx", "pptm"), frozenset({_SLIDES, _OLE})),
    "odt": frozenset({_OPEN_TEXT, _ZIP}),
    **dict.fromkeys(("db", "sqlite", "sqlite3"), frozenset({"application/vnd.sqlite3", "application/octet-stream"})),
    "apk": frozenset({"application/vnd.android.package-archive", _ZIP}),
    **dict.fromkeys(("zip", "ofd", "epub", "jar"), frozenset({_ZIP})),
    **dict.fromkeys(("gz", "tgz"), frozenset({"application/gzip"})),
    "tar": frozenset({"application/x-tar"}),
    "7z": frozenset({"application/x-7z-compressed"}),
    "rar": frozenset({"application/vnd.rar"}),
    "bz2": frozenset({"application/x-bzip2"}),
    "xz": frozenset({"application/x-xz"}),
    **dict.fromkeys(("exe", "dll", "scr"), frozenset({"application/x-dosexec"})),
    **dict.fromkeys(("txt", "csv", "log", "md", "json", "jsonl", "eml", "vcf"), _TEXT),
    **dict.fromkeys(("htm", "html", "mht", "mhtml"), _MARKED),
    "xml": _MARKED,
}


def suffix_of(media_type: str) -> str:
    """The ending a member gets for a reader's convenience; none for what may act when it is opened."""
    return _SUFFIXES.get(media_type, "")


def mismatch_of(name: str, media_type: str) -> str:
    """In words, when the name promises another kind than the content is; "" when it does not, or promises nothing.

    >>> mismatch_of("发票.jpg", "application/zip")
    '扩展名与内容不符：名为 .jpg，内容是 ZIP 压缩包'
    """
    _, dot, ending = name.rpartition(".")
    expected = _EXPECTED.get(ending.lower()) if dot else None
    if expected is None or media_type in expected:
        return ""
    return f"扩展名与内容不符：名为 .{ending.lower()}，内容是 {KIND_NAMES.get(media_type, media_type)}"
