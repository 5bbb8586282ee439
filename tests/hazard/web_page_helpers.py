"""Posting forms of the hazard pages as a browser does."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from anyuan.response.hazard import public as hz


def picture(shade: int = 7) -> SimpleUploadedFile:
    """A small photo to send with a form."""
    raw = io.BytesIO()
    Image.new("RGB", (12, 9), (shade, 90, 30)).save(raw, "JPEG")
    return SimpleUploadedFile("photo.jpg", raw.getvalue(), "image/jpeg")


def see(client: Client, url: str, status: int = 200) -> str:
    """The page as text."""
    response = client.get(url)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def send(client: Client, hazard: hz.Hazard, move: str, status: int = 303, **values: Any) -> str:
    """Send the form of ``move`` as one who has just opened it; gives where it leads, or the page."""
    hazard.refresh_from_db()
    sent = {"once": str(uuid4()), "version": hazard.version, **values}
    response = client.post(f"/hazards/{hazard.pk}/{move}/", sent)
    assert response.status_code == status, response.content.decode()[-6000:]
    return response["Location"] if status == 303 else response.content.decode()
