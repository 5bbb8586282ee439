"""Pictures and papers as people send them."""

from __future__ import annotations

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def jpeg(size: tuple[int, int] = (640, 480), *, gps: bool = False, colour: str = "teal") -> bytes:
    image = Image.new("RGB", size, colour)
    exif = Image.Exif()
    if gps:
        exif[0x0112] = 6
        exif[0x010F] = "PhoneMaker"
        exif.get_ifd(0x8769)[0x9003] = "2026:11:20 10:30:00"
        gps_part = exif.get_ifd(0x8825)
        gps_part[1], gps_part[2] = "N", (32.0, 3.0, 1.5)
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def office(main: str, *, macro: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(main, "<document/>")
        if macro:
            archive.writestr("word/vbaProject.bin", b"x")
    return out.getvalue()


def upload(data: bytes, name: str = "IMG_0001.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)
