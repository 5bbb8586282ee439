"""The signed heads are published outside the database, and a cut-off end is named."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from tests.cast import NOW
from tests.journal.tools import as_owner, write

from anyuan.foundation.journal import chain, heads_log
from anyuan.foundation.journal.models import Head
from anyuan.foundation.journal.public import seal, sign_head, verify, verify_tail
from anyuan.foundation.kernel.public import clock
from anyuan.site import trail as command

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def log(settings: Settings, tmp_path: Path) -> Path:
    settings.JOURNAL_HEADS = tmp_path / "heads.log"
    return tmp_path / "heads.log"


@pytest.fixture
def trail(log: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Iterator[None]:
    """Ten entries in two turns, a head signed and published after each."""
    with clock.at(NOW):
        for _turn in range(2):
            with django_capture_on_commit_callbacks(execute=True):
                write(5)
                seal()
                sign_head()
        yield


def _cut(after: int) -> None:
    """What the owner of the database does to make the last entries unhappened, all traces included."""
    with as_owner() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("create temp table cut as select entry_id from journal_seal where seq > %s", [after])
        cursor.execute("delete from journal_seal where seq > %s", [after])
        cursor.execute("delete from journal_body where entry_id in (select entry_id from cut)")
        cursor.execute("delete from journal_entry where id in (select entry_id from cut)")
        cursor.execute("delete from journal_head where seq > %s", [after])
        cursor.execute("update journal_follower set seq = least(seq, %s)", [after])
        cursor.execute("drop table cut")


def test_each_head_is_one_line_for_the_owner_alone(trail: None, log: Path) -> None:
    sign_head()
    lines = [line.split() for line in log.read_text().splitlines()]
    heads = Head.objects.order_by("seq")
    assert [(int(line[0]), line[1], line[2]) for line in lines] == [(h.seq, h.hash, h.hmac) for h in heads]
    assert len(lines) == 2
    assert log.stat().st_mode & 0o777 == 0o600
    verdict = verify()
    assert (verdict.whole, verdict.published) == (True, 2)
    assert verify_tail().published == 1


def test_what_was_not_committed_is_not_published(log: Path) -> None:
    write(3)
    seal()
    assert Head.objects.exists()
    assert not log.exists()


def test_a_cut_off_end_is_named(trail: None) -> None:
    _cut(after=7)
    for verdict in (verify(), verify_tail()):
        assert verdict.fault is not None
        assert (verdict.fault.kind, verdict.fault.seq) == ("cut", 8)
        assert "10" in verdict.fault.why
        assert "7" in verdict.fault.why
        assert "2026-03-18 09:30" in verdict.fault.why


def test_without_the_log_the_same_cut_stays_unseen_and_this_is_said(
    trail: None, log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _cut(after=7)
    log.unlink()
    verdict = verify()
    assert (verdict.whole, verdict.published) == (True, None)
    assert command.main() == 0
    assert "no heads.log" in capsys.readouterr().out


def test_a_cut_that_was_written_over_is_seen(
    trail: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    _cut(after=7)
    with django_capture_on_commit_callbacks(execute=True):
        write(8)
        seal()
        sign_head()
    fault = verify().fault
    assert fault is not None
    assert (fault.kind, fault.seq) == ("rewritten", 10)


def test_a_line_we_did_not_sign_is_named(trail: None, log: Path) -> None:
    with log.open("a") as file:
        file.write(f"9 {'0' * 64} {'1' * 64} 2026-03-18T01:30:00+00:00\n")
    fault = verify().fault
    assert fault is not None
    assert (fault.kind, fault.seq) == ("forged-log", 9)


def _head(seq: int) -> Head:
    return Head(seq=seq, hash="a" * 64, made_at=NOW, hmac=chain.sign(seq, "a" * 64, NOW))


def test_a_line_cut_short_is_passed_over_and_the_next_stands_alone(log: Path) -> None:
    heads_log.publish(_head(1))
    with log.open("a") as file:
        file.write("2 aaaa")
    heads_log.publish(_head(3))
    lines = heads_log.published()
    assert lines is not None
    assert [line.seq for line in lines] == [1, 3]


def test_many_who_sign_the_same_head_publish_it_once(log: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(heads_log.publish, [_head(5)] * 40))
    assert len(log.read_text().splitlines()) == 1


def test_a_log_that_cannot_be_written_stops_no_sealing(
    settings: Settings,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.JOURNAL_HEADS = tmp_path / "no" / "such" / "folder" / "heads.log"
    with django_capture_on_commit_callbacks(execute=True):
        write(3)
        assert seal() == 3
    assert "was not published" in caplog.text
    assert verify().whole


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a disk of its own")
def test_a_full_disk_leaves_whole_lines(settings: Settings, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount")
    try:
        settings.JOURNAL_HEADS = disk / "heads.log"
        for seq in range(1, 200):
            heads_log.publish(_head(seq))
        content = settings.JOURNAL_HEADS.read_bytes()
        kept = heads_log.published()
        assert kept is not None
        assert 0 < len(kept) == len(content.splitlines()) < 199
        assert content.endswith(b"\n")
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)
