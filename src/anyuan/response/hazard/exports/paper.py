"""Hazards on A4 for Word: the facts, and photos before and after side by side."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import IO, Any, TypeVar

from django.utils.translation import gettext as _
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from PIL import Image, UnidentifiedImageError

from anyuan.foundation.files.public import Attachment, Role, attachments_of_many, store
from anyuan.foundation.kernel.public import Actor, clock

from ..models import Hazard
from ..queries.lists import Filters, each_hazard
from .books import DOMAIN, DUE, FINISHED, FOUND, GRADE, MEASURES, PLACE, PROGRESS, RESPONSIBLE, UNIT, Tick
from .remarks import remarks

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SIDE = 720
"""Pixels of the longer side of a printed photo: 250 per inch at the width it gets."""
PER_SIDE = 3
CHUNK = 100
_FACTS = (UNIT, PLACE, DOMAIN, GRADE, FOUND, RESPONSIBLE, DUE, PROGRESS, MEASURES, FINISHED)


T = TypeVar("T")


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """``items`` in lists of ``size``."""
    source = iter(items)
    while chunk := list(islice(source, size)):
        yield chunk


def paper(
    actor: Actor, filters: Filters, title: str, count: int, order: str = "due", tick: Tick | None = None
) -> IO[bytes]:
    """The document as an open temporary file; ``count`` rows are promised in its second line."""
    document = _document()
    document.add_heading(_("Hazards before and after rectification"), 0)
    made = clock.now().astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")
    words = {"filter": _text(title), "count": count, "moment": made}
    document.add_paragraph(_("Filter: %(filter)s · %(count)s rows · made at %(moment)s") % words)
    for serial, (hazard, files) in enumerate(_with_files(actor, filters, order), start=1):
        _write(document, serial, hazard, files)
        if tick is not None:
            tick(serial)
    out = tempfile.TemporaryFile()  # noqa: SIM115 - handed to the caller open
    document.save(out)
    out.seek(0)
    return out


def _document() -> Any:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(1.8)
    for name in ("Normal", "Title", "Heading 2"):
        style = document.styles[name]
        style.font.name = "Times New Roman"
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    document.styles["Normal"].font.size = Pt(10.5)
    return document


def _with_files(actor: Actor, filters: Filters, order: str) -> Iterator[tuple[Hazard, list[Attachment]]]:
    for chunk in batched(each_hazard(actor, filters, order), CHUNK):
        files = attachments_of_many("hazard.hazard", [h.pk for h in chunk])
        for hazard in chunk:
            yield hazard, [f for f in files.get(hazard.pk, []) if f.is_image]


def _write(document: Any, serial: int, hazard: Hazard, files: Sequence[Attachment]) -> None:
    heading = document.add_heading(_text(f"{serial}. {hazard.title}"), 2)
    heading.paragraph_format.keep_with_next = True
    facts = [(str(f.title), _text(f.value(hazard))) for f in _FACTS]
    facts.append((_("Number"), _text("；".join([hazard.number, *remarks(hazard)]))))
    table = document.add_table(rows=0, cols=4, style="Table Grid")
    for pair in batched([x for x in facts if x[1]], 2):
        cells = table.add_row().cells
        for at, (label, text) in enumerate(pair):
            cells[2 * at].text, cells[2 * at + 1].text = label, text
    photos = document.add_table(rows=2, cols=2, style="Table Grid")
    before = [f for f in files if f.role in {Role.BEFORE, Role.PHOTO}][:PER_SIDE]
    after = [f for f in files if f.role == Role.AFTER][-PER_SIDE:]
    for column, (label, pictures) in enumerate(((_("Before"), before), (_("After"), after))):
        head = photos.cell(0, column).paragraphs[0]
        head.add_run(label).bold = True
        head.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _pictures(photos.cell(1, column), pictures)
    document.add_paragraph()


_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no Word file can hold; it comes in by pasting, and one such sign must not stop the whole file."""


def _text(value: object) -> str:
    return "" if value is None else _NO_XML.sub(" ", str(value))


def _pictures(cell: Any, pictures: Sequence[Attachment]) -> None:
    line = cell.paragraphs[0]
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if not pictures:
        line.add_run(_("no photo"))
    for picture in pictures:
        raw = _small(picture)
        if raw is None:
            line.add_run(_("(photo cannot be read)"))
        else:
            line.add_run().add_picture(raw, width=Cm(7.4))


def _small(picture: Attachment) -> IO[bytes] | None:
    """The picture small enough to print; None when its bytes are gone or damaged."""
    try:
        with store().open(picture.shown_id) as source, Image.open(source) as image:
            image.draft("RGB", (SIDE, SIDE))
            image.thumbnail((SIDE, SIDE))
            out = io.BytesIO()
            image.convert("RGB").save(out, "JPEG", quality=80)
    except (FileNotFoundError, UnidentifiedImageError, OSError):
        return None
    out.seek(0)
    return out
