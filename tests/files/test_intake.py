"""What people send, and what they are told."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from PIL import Image
from tests.files.samples import jpeg, office

from anyuan.foundation.files import intake
from anyuan.foundation.kernel.public import Invalid, clock


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (jpeg(), intake.JPEG),
        (b"%PDF-1.7\n...", intake.PDF),
        (office("word/document.xml"), intake.DOCX),
        (office("xl/workbook.xml"), intake.XLSX),
    ],
)
def test_type_is_told_by_content(data: bytes, mime: str) -> None:
    assert intake.type_of(io.BytesIO(data)) == mime


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_picture_formats(kind: str) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (500, 300), (0, 0, 0, 0)).save(out, kind)
    mime = intake.type_of(out)
    picture = intake.read_picture(out, mime)
    shown = Image.open(io.BytesIO(picture.shown))
    assert (shown.format, shown.size) == ("JPEG", (500, 300))
    pixel = shown.getpixel((5, 5))
    assert isinstance(pixel, tuple)
    assert min(pixel) > 250, "transparency is white, not black"


@pytest.mark.parametrize(
    "data",
    [
        b"MZ\x90\x00" + b"\0" * 100,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!DOCTYPE html><html></html>",
        b"GIF89a" + b"\0" * 20,
        b"\x7fELF" + b"\0" * 20,
        b"PK\x03\x04 broken archive",
        office("hello.txt"),
        office("word/document.xml", macro=True),
        b"\0\0\0\x18ftypheic" + b"\0" * 20,
        b"\xff",
    ],
)
def test_everything_else_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        intake.type_of(io.BytesIO(data))


def test_heic_is_refused_with_the_way_out() -> None:
    with pytest.raises(Invalid, match="HEIC"):
        intake.type_of(io.BytesIO(b"\0\0\0\x18ftypheic" + b"\0" * 20))


def test_an_archive_that_unpacks_to_a_flood_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = office("word/document.xml")
    monkeypatch.setattr(intake, "MAX_UNPACKED", len("<Types/>") + len("<document/>"))
    assert intake.type_of(io.BytesIO(data)) == intake.DOCX
    monkeypatch.setattr(intake, "MAX_UNPACKED", intake.MAX_UNPACKED - 1)
    with pytest.raises(Invalid):
        intake.type_of(io.BytesIO(data))


def test_size_on_both_sides_of_the_limit() -> None:
    intake.refuse_size(1)
    intake.refuse_size(intake.MAX_BYTES)
    for size in (0, intake.MAX_BYTES + 1):
        with pytest.raises(Invalid):
            intake.refuse_size(size)


def test_what_is_shown_carries_no_exif_and_stands_upright() -> None:
    source = jpeg((3000, 1500), gps=True)
    assert Image.open(io.BytesIO(source)).getexif().get_ifd(0x8825)
    with clock.at(datetime(2026, 11, 21, tzinfo=UTC)):
        picture = intake.read_picture(io.BytesIO(source), intake.JPEG)
    for data, size in ((picture.shown, (1000, 2000)), (picture.thumb, (160, 320))):
        image = Image.open(io.BytesIO(data))
        assert image.size == size
        assert not dict(image.getexif())
        assert b"PhoneMaker" not in data
    assert picture.taken_at == datetime(2026, 11, 20, 2, 30, tzinfo=UTC)


def test_a_camera_with_a_wrong_clock_is_not_believed() -> None:
    with clock.at(datetime(2026, 11, 1, tzinfo=UTC)):
        assert intake.read_picture(io.BytesIO(jpeg(gps=True)), intake.JPEG).taken_at is None


def test_truncated_picture_is_refused() -> None:
    whole = jpeg((2400, 1800))
    for cut in (whole[: len(whole) // 2], whole[:200], whole[:20]):
        with pytest.raises(Invalid):
            intake.read_picture(io.BytesIO(cut), intake.JPEG)


def test_decompression_bomb_is_refused_before_decoding() -> None:
    out = io.BytesIO()
    Image.new("1", (8001, 5000)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000
    with pytest.raises(Invalid, match=r"pixels|像素"):
        intake.read_picture(out, intake.PNG)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("photo.jpg", "photo.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\a\\灭火器 过期.JPEG", "灭火器 过期.jpg"),
        ("invoice.exe", "invoice.jpg"),
        ("a\u202egpj.exe", "agpj.jpg"),
        ("<b>x</b>.png", "b_.jpg"),
        ("line\r\nbreak.jpg", "linebreak.jpg"),
        ("x" * 300 + ".jpg", "x" * 90 + ".jpg"),
    ],
)
def test_names_are_made_safe(name: str, clean: str) -> None:
    assert intake.clean_name(name, intake.JPEG) == clean


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P"])
def test_a_large_png_is_made_small_and_stands_upright(mode: str) -> None:
    """Made small before it is turned: the same picture, without a copy at full size."""
    image = Image.new("L", (4400, 3000), 250)
    image.paste(5, (0, 0, 2200, 3000))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned by a quarter: what is left is up
    out = io.BytesIO()
    image.convert(mode).save(out, "PNG", compress_level=1, exif=exif)
    with Image.open(io.BytesIO(intake.read_picture(out, intake.PNG).shown)) as shown:
        assert abs(shown.height - 2000) <= 1
        assert shown.width < shown.height
        up, down = shown.getpixel((9, 9)), shown.getpixel((9, shown.height - 9))
    assert isinstance(up, tuple)
    assert isinstance(down, tuple)
    assert up[0] < 30
    assert down[0] > 220
