"""What may come in: types told by content, sizes bounded, pictures encoded anew without their EXIF."""

from __future__ import annotations

import io
import re
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from typing import IO

from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageOps

from anyuan.foundation.kernel.public import Invalid, clock

MAX_BYTES = 25 * 1024 * 1024
MAX_JPEG_PIXELS = 120_000_000
"""JPEG is decoded at a reduced scale, so a large one costs little memory."""
MAX_PIXELS = 25_000_000
"""PNG and WebP are decoded whole, four bytes a pixel."""
MAX_SIDE = 20_000
SHOWN_SIDE = 2000
THUMB_SIDE = 320
MAX_UNPACKED = 200 * 1024 * 1024
MAX_PARTS = 5000

JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXTENSIONS = {JPEG: "jpg", PNG: "png", WEBP: "webp", PDF: "pdf", DOCX: "docx", XLSX: "xlsx"}
IMAGES = frozenset({JPEG, PNG, WEBP})
_FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
_HEIC = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")

_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, struct.error, zlib.error)
"""What Pillow and zipfile raise for damaged input."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What people are shown (JPEG bytes), and when the camera says it was taken."""

    shown: bytes
    thumb: bytes
    taken_at: datetime | None


def refuse_size(size: int) -> None:
    """Raise :class:`Invalid` for an empty file or one above :data:`MAX_BYTES`."""
    if size == 0:
        raise _invalid(_("The file is empty. Choose it again."))
    if size > MAX_BYTES:
        raise _invalid(
            _("The file is larger than %(limit)s MB. Choose a smaller one or take the photo again here.")
            % {"limit": MAX_BYTES // 1024 // 1024}
        )


def type_of(file: IO[bytes]) -> str:
    """The MIME type, by content. Raises :class:`Invalid` for whatever is not on the list."""
    file.seek(0)
    head = file.read(16)
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _office_type(file)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        raise _invalid(
            _(
                "This photo is in the HEIC format, which cannot be shown here. In the phone's camera "
                "settings choose “most compatible”, or send a screenshot of it."
            )
        )
    raise _invalid(
        _(
            "This kind of file is not accepted. "
            "Send a photo (JPEG, PNG, WebP), a PDF, Word (docx) or Excel (xlsx)."
        )
    )


def _office_type(file: IO[bytes]) -> str:
    """docx or xlsx, without macros, not absurdly large when unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, *_BROKEN) as error:
        raise _damaged() from error
    names = {part.filename for part in parts}
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise _invalid(_("This document unpacks to an unusual size and is not accepted."))
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise _invalid(_("This document contains macros. Save it without macros and send it again."))
    if "[Content_Types].xml" in names:
        if "word/document.xml" in names:
            return DOCX
        if "xl/workbook.xml" in names:
            return XLSX
    raise _invalid(_("Archives are not accepted. Send the photos or documents one by one."))


def read_picture(file: IO[bytes], mime: str) -> Picture:
    """Decode the whole picture and encode it anew. Raises :class:`Invalid` when damaged or too large."""
    file.seek(0)
    try:
        with Image.open(file, formats=[_FORMATS[mime]]) as image:
            _refuse_pixels(image.size, mime)
            taken_at = _taken_at(image)
            image.draft("RGB", (SHOWN_SIDE, SHOWN_SIDE))
            flat = _flatten(_upright(image))
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except _BROKEN as error:
        raise _damaged() from error
    shown = _encode(flat, SHOWN_SIDE, 85)
    return Picture(shown, _encode(flat, THUMB_SIDE, 78), taken_at)


def _upright(image: Image.Image) -> Image.Image:
    """Turned as the camera was held; made smaller first, so that a large one is not copied at full size."""
    factor = max(image.size) // SHOWN_SIDE
    if factor < 2 or image.mode not in ("RGB", "RGBA", "L"):
        return ImageOps.exif_transpose(image)
    turned = image.getexif().get(ExifTags.Base.Orientation)
    image.load()
    small = image.reduce(factor)
    if turned:
        small.getexif()[ExifTags.Base.Orientation] = turned
    return ImageOps.exif_transpose(small)


def _refuse_pixels(size: tuple[int, int], mime: str) -> None:
    limit = MAX_JPEG_PIXELS if mime == JPEG else MAX_PIXELS
    if size[0] * size[1] > limit or max(size) > MAX_SIDE:
        raise _too_many_pixels()


def _flatten(image: Image.Image) -> Image.Image:
    """RGB on white: transparency would turn black in a JPEG."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        ground = Image.new("RGBA", image.size, "white")
        ground.alpha_composite(image.convert("RGBA"))
        return ground.convert("RGB")
    return image.convert("RGB")


def _encode(image: Image.Image, side: int, quality: int) -> bytes:
    """JPEG bytes of ``image``, at most ``side`` pixels, carrying none of its metadata.

    Shrinks ``image`` in place; call it with falling sides.
    """
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def _taken_at(image: Image.Image) -> datetime | None:
    """EXIF DateTimeOriginal, in its own offset or Shanghai's; None when absent, odd or in the future."""
    details = image.getexif().get_ifd(0x8769)
    text, offset = str(details.get(0x9003, "")), str(details.get(0x9011, ""))
    try:
        naive = datetime.strptime(text.strip("\0 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
        zone = datetime.strptime(offset.strip("\0 "), "%z").tzinfo if offset else clock.SHANGHAI
    except ValueError:
        return None
    taken = naive.replace(tzinfo=zone).astimezone(UTC)
    return taken if taken <= clock.now() + timedelta(minutes=10) else None


def clean_name(name: str, mime: str) -> str:
    """A name safe to show and to save under, its extension as the content says. At most 100 characters."""
    stem = PurePath(name.replace("\\", "/")).name
    stem = "".join(c for c in unicodedata.normalize("NFC", stem) if unicodedata.category(c)[0] != "C")
    stem = re.sub(r'[<>:"/\\|?*&\']', "_", stem)
    stem = re.sub(r"\s+", " ", stem).strip(" .")
    stem = stem.rsplit(".", 1)[0].strip(" .") if "." in stem else stem
    return f"{stem[:90] or _fallback()}.{EXTENSIONS[mime]}"


def _fallback() -> str:
    return _("unnamed")


def _invalid(message: str) -> Invalid:
    return Invalid(message)


def _damaged() -> Invalid:
    return _invalid(_("The file is damaged or was cut off on the way. Send it again."))


def _too_many_pixels() -> Invalid:
    return _invalid(_("The picture has too many pixels. Take it again at a lower resolution."))
