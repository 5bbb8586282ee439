"""Files over HTTP: sending, seeing, refusing."""

from __future__ import annotations

import io
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase
from PIL import Image
from tests.cast import NOW, World
from tests.files.samples import jpeg, upload

from anyuan.foundation.files import ceiling, permits
from anyuan.foundation.files.models import Attachment
from anyuan.foundation.files.public import attach, register_subject
from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.org.public import Place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places_show_files() -> Iterator[None]:
    def may_view(actor: Actor, pk: UUID) -> bool:
        return bool(Place.objects.visible_to(actor).filter(pk=pk).exists())

    before = dict(permits._subjects)
    register_subject("org.Place", may_view)
    with clock.at(NOW):
        yield
    permits._subjects.clear()
    permits._subjects.update(before)


def send(world: World, who: str, data: bytes, name: str = "a.jpg", **fields: str) -> HttpResponseBase:
    return world.client(who).post("/files/", {"file": upload(data, name), **fields})


def body(response: HttpResponseBase) -> bytes:
    return b"".join(response)  # type: ignore[arg-type]


@pytest.fixture
def photo(world: World) -> Attachment:
    answer = send(world, "teacher", jpeg((900, 600), gps=True), capture="camera").json()  # type: ignore[attr-defined]
    found: Attachment = Attachment.everything.get(pk=answer["id"])
    return found


def test_sending_gives_the_draft(world: World) -> None:
    response = send(
        world, "teacher", jpeg(), "门口.jpg", capture="camera", taken_at="2026-03-18T09:00:00+08:00"
    )
    answer = response.json()  # type: ignore[attr-defined]
    draft = Attachment.everything.get(pk=answer["id"])
    assert response.status_code == 201
    assert answer["thumb"] == f"/files/{draft.pk}/thumb/"
    assert (draft.capture, draft.unit_id, draft.name) == ("camera", world.school.pk, "门口.jpg")
    assert draft.taken_at is not None
    assert draft.taken_at.isoformat() == "2026-03-18T01:00:00+00:00"


def test_a_refusal_is_a_sentence_in_json(world: World) -> None:
    response = send(world, "teacher", b"MZ\x90 not a photo", "photo.jpg")
    assert response.status_code == 422
    assert response.json()["error"]  # type: ignore[attr-defined]
    assert Attachment.everything.count() == 0
    assert world.client("teacher").post("/files/").status_code == 422


def test_a_visitor_sends_nothing(world: World) -> None:
    response = world.client().post("/files/", {"file": upload(jpeg())})
    assert response.status_code in (302, 303, 401)
    assert Attachment.everything.count() == Entry.everything.count() == 0


def test_too_large_a_photo_is_refused_and_not_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ceiling, "CEILING", 26 * 1024 * 1024)
    huge = SimpleUploadedFile("a.jpg", b"\xff\xd8\xff" + b"x" * (50 * 1024 * 1024))
    response = world.client("teacher").post("/files/", {"file": huge})
    assert response.status_code == 422
    assert "25" in response.json()["error"]
    assert Attachment.everything.count() == 0


def test_what_is_seen_has_no_gps_and_safe_headers(world: World, photo: Attachment) -> None:
    for url in (photo.url, photo.thumb_url):
        response = world.client("teacher").get(url)
        assert response.status_code == 200
        image = Image.open(io.BytesIO(body(response)))
        assert not dict(image.getexif())
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "private, no-cache"
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert response.headers["Content-Disposition"].startswith("inline")


def test_the_browser_that_has_it_gets_304_but_only_with_the_right(world: World, photo: Attachment) -> None:
    etag = world.client("teacher").get(photo.url).headers["ETag"]
    again = {"If-None-Match": etag}
    assert world.client("teacher").get(photo.url, headers=again).status_code == 304
    assert world.client("principal").get(photo.url, headers=again).status_code == 404


def test_scope_of_an_attached_file(world: World, photo: Attachment) -> None:
    attach(world.actor("teacher"), [photo.pk], world.places["gate"], "photo")
    for who, status in (
        ("principal", 200),
        ("county_officer", 200),
        ("stranger_officer", 404),
        ("sister_principal", 404),
    ):
        for url in (photo.url, photo.thumb_url):
            assert world.client(who).get(url).status_code == status, who
    assert world.client().get(photo.url).status_code in (302, 303)


def test_the_original_needs_its_own_right(world: World, photo: Attachment) -> None:
    attach(world.actor("teacher"), [photo.pk], world.places["gate"], "photo")
    url = f"{photo.url}original/"
    response = world.client("safety_officer").get(url)
    assert body(response) == jpeg((900, 600), gps=True)
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert world.client("teacher").get(url).status_code == 403
    assert world.client("stranger_officer").get(url).status_code == 404


def test_a_paper_is_downloaded_never_shown_inline(world: World) -> None:
    answer = send(world, "teacher", b"%PDF-1.7 ...", "通知.pdf").json()  # type: ignore[attr-defined]
    response = world.client("teacher").get(f"/files/{answer['id']}/")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert world.client("teacher").get(f"/files/{answer['id']}/thumb/").status_code == 404


def test_seeing_a_file_costs_few_queries(
    world: World, photo: Attachment, django_assert_max_num_queries: object
) -> None:
    attach(world.actor("teacher"), [photo.pk], world.places["gate"], "photo")
    client = world.client("principal")
    client.get(photo.url)
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        assert client.get(photo.url).status_code == 200
