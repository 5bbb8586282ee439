"""Drafts, attachments, and who sees them."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from tests.cast import NOW, World
from tests.files.samples import jpeg, office, upload

from anyuan.foundation.files import actions, permits, storage
from anyuan.foundation.files.models import Attachment, Blob
from anyuan.foundation.files.public import (
    StoreFull,
    attach,
    attachments_of,
    attachments_of_many,
    register_subject,
    save_upload,
    store,
)
from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import Actor, Invalid, NotFound, clock, new_id

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places_show_files() -> Iterator[None]:
    """Places are the subject here: who may see the place may see its files."""
    from anyuan.foundation.org.public import Place

    def may_view(actor: Actor, pk: UUID) -> bool:
        return bool(Place.objects.visible_to(actor).filter(pk=pk).exists())

    before = dict(permits._subjects)
    register_subject("org.Place", may_view)
    yield
    permits._subjects.clear()
    permits._subjects.update(before)


def draft(world: World, who: str = "teacher", data: bytes | None = None, name: str = "a.jpg") -> Attachment:
    return save_upload(
        world.actor(who), upload(jpeg() if data is None else data, name), unit=world.school, capture="camera"
    )


def files_on_disk(home: Path) -> list[str]:
    return [p.name for p in (home / "files").rglob("*") if p.is_file()]


def test_a_photo_becomes_three_blobs_and_one_entry(world: World, home: Path) -> None:
    photo = draft(world, data=jpeg((2400, 1200), gps=True))
    assert photo.is_draft
    assert photo.is_image
    assert sorted(files_on_disk(home)) == sorted([photo.original_id, photo.shown_id, photo.thumb_id or ""])
    folder = home / "files" / photo.original_id[:2] / photo.original_id[2:4]
    assert (folder / photo.original_id).read_bytes() == jpeg((2400, 1200), gps=True)
    entry = Entry.everything.get(verb="files.upload")
    assert (entry.subject_id, entry.unit_path) == (photo.pk, world.school.path)


def test_a_paper_is_shown_as_it_came(world: World) -> None:
    paper = draft(world, data=office("word/document.xml"), name="整改报告.docx")
    assert paper.shown_id == paper.original_id
    assert (paper.thumb_url, paper.name) == ("", "整改报告.docx")


def test_the_same_bytes_lie_once(world: World, home: Path) -> None:
    draft(world)
    draft(world)
    assert Attachment.everything.count() == 2
    assert Blob.objects.count() == len(files_on_disk(home)) <= 3


@pytest.mark.parametrize(
    "data", [b"", b"MZ\x90\x00 not a photo", jpeg()[:400], b"<html></html>", b"x" * (25 * 1024 * 1024 + 1)]
)
def test_refused_means_nothing_is_kept(world: World, home: Path, data: bytes) -> None:
    with pytest.raises(Invalid):
        draft(world, data=data)
    assert not files_on_disk(home)
    assert Attachment.everything.count() == Blob.objects.count() == Entry.everything.count() == 0


def test_a_full_disk_is_said_and_leaves_nothing(
    world: World, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreFull) as caught:
        draft(world)
    assert caught.value.status == 507
    assert not files_on_disk(home)
    assert Attachment.everything.count() == Blob.objects.count() == 0


def test_the_store_refuses_bytes_of_another_hash(home: Path) -> None:
    from io import BytesIO

    with pytest.raises(ValueError, match="changed"):
        storage.DiskStore(home / "files").put("0" * 64, BytesIO(b"other"))
    assert not files_on_disk(home)


def test_attaching_keeps_the_order_and_moves_to_the_subjects_unit(world: World) -> None:
    gate = world.places["sister_gate"]
    actor = world.actor("teacher")
    first, second, third = (draft(world, data=jpeg(colour=c)) for c in ("red", "green", "blue"))
    attach(actor, [second.pk, str(first.pk)], gate, "before")
    attach(actor, [third.pk], gate, "after")
    found = attachments_of(gate)
    assert [(a.pk, a.role) for a in found] == [
        (second.pk, "before"),
        (first.pk, "before"),
        (third.pk, "after"),
    ]
    assert {a.unit_id for a in found} == {world.sister.pk}
    assert attachments_of_many("org.Place", [gate.pk, new_id()]) == {gate.pk: found}
    assert Entry.everything.filter(verb="files.attach", subject_id=gate.pk).count() == 2


def test_attaching_again_changes_nothing(world: World) -> None:
    gate = world.places["gate"]
    photo = draft(world)
    attach(world.actor("teacher"), [photo.pk, photo.pk], gate, "photo")
    attach(world.actor("teacher"), [photo.pk], gate, "photo")
    assert [a.order for a in attachments_of(gate)] == [0]
    assert Entry.everything.filter(verb="files.attach").count() == 1


@pytest.mark.parametrize("thief", ["safety_officer", "stranger_teacher"])
def test_only_the_uploader_attaches_a_draft(world: World, thief: str) -> None:
    mine, theirs = draft(world, thief), draft(world)
    with pytest.raises(Invalid):
        attach(world.actor(thief), [mine.pk, theirs.pk], world.places["gate"], "photo")
    assert Attachment.everything.filter(subject_id__isnull=False).count() == 0


@pytest.mark.parametrize("bad", ["nonsense", "00000000-0000-7000-8000-000000000000"])
def test_an_unknown_id_is_refused(world: World, bad: str) -> None:
    with pytest.raises(Invalid):
        attach(world.actor("teacher"), [bad], world.places["gate"], "photo")


def test_what_is_attached_does_not_move_to_another_row(world: World) -> None:
    photo = draft(world)
    attach(world.actor("teacher"), [photo.pk], world.places["gate"], "photo")
    with pytest.raises(Invalid):
        attach(world.actor("teacher"), [photo.pk], world.places["lab"], "photo")
    assert not attachments_of(world.places["lab"])


def test_a_document_is_no_after_photo(world: World) -> None:
    paper = draft(world, data=b"%PDF-1.4 ...", name="a.pdf")
    with pytest.raises(Invalid):
        attach(world.actor("teacher"), [paper.pk], world.places["gate"], "after")
    assert attach(world.actor("teacher"), [paper.pk], world.places["gate"], "paper")


def test_a_draft_is_seen_by_its_uploader_alone(world: World) -> None:
    photo = draft(world)
    assert permits.find_visible(world.actor("teacher"), photo.pk) == photo
    for who in ("principal", "county_officer", "stranger_officer"):
        with pytest.raises(NotFound):
            permits.find_visible(world.actor(who), photo.pk)


def test_the_subject_decides_who_sees_its_files(world: World) -> None:
    photo = draft(world)
    attach(world.actor("teacher"), [photo.pk], world.places["gate"], "photo")
    for who in ("teacher", "principal", "county_officer", "city_officer"):
        assert permits.find_visible(world.actor(who), photo.pk) == photo
    for who in ("sister_principal", "stranger_officer", "stranger_principal"):
        with pytest.raises(NotFound):
            permits.find_visible(world.actor(who), photo.pk)


def test_a_subject_nobody_registered_shows_nothing(world: World) -> None:
    photo = draft(world)
    attach(world.actor("teacher"), [photo.pk], world.people["teacher"], "photo")
    with pytest.raises(NotFound):
        permits.find_visible(world.actor("principal"), photo.pk)


def test_drafts_expire_after_seven_days_and_not_before(world: World, home: Path) -> None:
    with clock.at(NOW):
        old, kept = draft(world, data=jpeg(colour="red")), draft(world, data=jpeg(colour="blue"))
        attach(world.actor("teacher"), [kept.pk], world.places["gate"], "photo")
    with clock.at(NOW + timedelta(days=7) - timedelta(microseconds=1)):
        assert actions.expire_drafts() == 0
    with clock.at(NOW + timedelta(days=7)):
        assert actions.expire_drafts() == 1
        assert actions.expire_drafts() == 0
    assert list(Attachment.everything.values_list("pk", flat=True)) == [kept.pk]
    assert not store().has(old.original_id)
    assert store().has(kept.original_id)
    assert Entry.everything.get(verb="files.expire-drafts").subject_id == old.pk


def test_an_expired_draft_leaves_bytes_that_others_use(world: World) -> None:
    with clock.at(NOW):
        gone, kept = draft(world), draft(world)
        attach(world.actor("teacher"), [kept.pk], world.places["gate"], "photo")
    with clock.at(NOW + timedelta(days=8)):
        assert actions.expire_drafts() == 1
    assert not Attachment.everything.filter(pk=gone.pk).exists()
    assert store().has(kept.original_id)
    assert store().has(kept.shown_id)


def test_a_change_outside_an_action_leaves_a_trace(world: World) -> None:
    photo = draft(world)
    with connection.cursor() as cursor:
        cursor.execute("update files_attachment set name = 'other.jpg' where id = %s", [photo.pk])
    assert Entry.everything.filter(verb="database.change").count() == 1


def test_files_of_one_row_are_shown_under_another_without_new_bytes(world: World, home: Path) -> None:
    photo = draft(world)
    paper = draft(world, data=b"%PDF-1.4 ...", name="a.pdf")
    actor, gate, lab = world.actor("teacher"), world.places["gate"], world.places["lab"]
    attach(actor, [photo.pk, paper.pk], gate, "evidence")
    before = sorted(files_on_disk(home))
    actions.share(actor, gate, lab, "before")
    assert [(a.original_id, a.role) for a in attachments_of(lab)] == [(photo.original_id, "before")]
    assert [a.pk for a in attachments_of(gate)] == [photo.pk, paper.pk]
    assert sorted(files_on_disk(home)) == before
