"""Exports: columns, scope, inert cells, row counts, photos side by side, long ones in the background."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from docx import Document
from openpyxl import load_workbook
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.cast import NOW, World, as_action

from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import clock
from anyuan.response.hazard import public as hz
from anyuan.response.hazard.actions import exports
from anyuan.response.hazard.jobs import write_export_file

from . import helpers as h

HEADINGS = [
    "序号",
    "单位",
    "排查时间",
    "排查人",
    "隐患部位",
    "隐患描述",
    "类别",
    "等级",
    "整改措施",
    "责任人",
    "资金(万元)",
    "时限",
    "进展",
    "临时防控",
    "完成时间",
    "验收人",
    "销号时间",
    "备注",
]


@pytest.fixture
def ledger(world: World) -> World:
    h.registered(world, title="=1+1 灭火器失效")
    hz.accept(world.actor("principal"), h.submitted(world, title="丁电线老化"))
    stranger = h.registration(world, unit=world.stranger_school, title="丙围墙倾斜")
    hz.register(world.actor("stranger_safety_officer"), stranger)
    return world


@pytest.fixture(autouse=True)
def _home(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HOME", tmp_path)


def take(world: World, who: str, kind: str, query: str = "?tab=all", once: str = "") -> Any:
    return world.client(who).post(f"/hazards/export/{query}", {"kind": kind, "once": once or str(uuid4())})


def body(response: Any) -> io.BytesIO:
    return io.BytesIO(b"".join(response.streaming_content))


def rows_of(response: Any, sheet: int = 0) -> list[list[Any]]:
    return [list(row) for row in load_workbook(body(response)).worksheets[sheet].iter_rows(values_only=True)]


def test_the_ledger_has_the_customary_columns_count_and_filter(ledger: World) -> None:
    rows = rows_of(take(ledger, "county_officer", "ledger"))
    assert rows[1] == HEADINGS
    assert "2" in rows[0][0]
    assert "全部" in rows[0][0]
    texts = {row[5].split("\n")[0] for row in rows[2:]}
    assert texts == {"=1+1 灭火器失效", "丁电线老化"}
    closed = next(row for row in rows[2:] if row[5] == "丁电线老化")
    assert closed[0] in {1, 2}
    assert closed[9] == ledger.people["logistics"].name
    assert closed[15] == "周敏"
    assert closed[16].date() == clock.today()


def test_cells_are_text_not_formulas(ledger: World) -> None:
    book = load_workbook(body(take(ledger, "principal", "ledger", "?q=灭火器")))
    cell = book.worksheets[0]["F3"]
    assert cell.value == "=1+1 灭火器失效"
    assert cell.data_type == "s"


def test_the_scope_holds_and_the_trail_knows(ledger: World) -> None:
    rows = rows_of(take(ledger, "stranger_officer", "ledger"))
    assert [row[5] for row in rows[2:]] == ["丙围墙倾斜"]
    entry = Entry.objects.visible_to(ledger.actor("auditor")).filter(verb="hazard.export").get()
    assert entry.actor_name.startswith("许诺")
    assert ledger.client("teacher").get("/hazards/export/").status_code == 403
    assert take(ledger, "logistics", "ledger").status_code == 403


def test_four_lists_in_one_book(ledger: World) -> None:
    book = load_workbook(body(take(ledger, "principal", "four")))
    assert book.sheetnames == ["工作清单", "问题清单", "责任清单", "整改清单"]
    assert {sheet.max_row for sheet in book} == {4}


@pytest.mark.parametrize("kind", ["work", "problem", "duty", "rectify"])
def test_each_list_alone(ledger: World, kind: str) -> None:
    assert len(rows_of(take(ledger, "principal", kind))) == 4


def test_word_sets_photos_side_by_side(world: World) -> None:
    actor = world.actor("safety_officer")
    row = h.registered(world, before=(h.photo(actor, world),))
    fix = hz.Fix("已清理", after=(h.photo(actor, world, shade=90),))
    hz.fix_on_the_spot(actor, hz.assess(actor, row, hz.Assess()), fix)
    document = Document(body(take(world, "principal", "word")))
    assert len(document.inline_shapes) == 2
    photos = document.tables[1]
    assert [c.text for c in photos.rows[0].cells] == ["整改前", "整改后"]
    assert all(c._tc.xpath(".//pic:pic") for c in photos.rows[1].cells)
    assert any("1" in p.text and "全部" in p.text for p in document.paragraphs)


def test_nothing_and_nonsense_are_refused(ledger: World) -> None:
    assert take(ledger, "principal", "pdf").status_code == 422
    assert take(ledger, "principal", "ledger", "?tab=dismissed").status_code == 422


def test_a_long_export_runs_in_the_background_for_its_maker_alone(
    ledger: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    once = str(uuid4())
    first, again = (take(ledger, "principal", "ledger", once=once) for _i in range(2))
    assert first.status_code == again.status_code == 303
    assert first["Location"] == again["Location"]
    export = hz.Export.everything.get()
    assert ProcrastinateJob.objects.filter(task_name=write_export_file.name).get().args == {
        "export_id": str(export.pk)
    }
    client = ledger.client("principal")
    assert client.get(first["Location"]).context["export"].state == "waiting"
    assert client.get(f"{first['Location']}file/").status_code == 404
    hz.write_export(export.pk)
    hz.write_export(export.pk)
    export.refresh_from_db()
    assert (export.state, export.rows, export.done) == ("ready", 2, 2)
    assert len(rows_of(client.get(f"{first['Location']}file/"))) == 4
    assert "?tab=all" not in client.get("/hazards/export/").content.decode()
    assert client.get("/hazards/export/").context["exports"] == [export]
    for other in ("county_officer", "stranger_officer"):
        assert ledger.client(other).get(first["Location"]).status_code == 404
        assert ledger.client(other).get(f"{first['Location']}file/").status_code == 404
    with clock.at(NOW + timedelta(days=6)):
        assert hz.expire_exports() == 0
    with clock.at(NOW + timedelta(days=7, minutes=1)):
        assert hz.expire_exports() == 1
    assert client.get(f"{first['Location']}file/").status_code == 404
    assert not list((settings.HOME / "exports").iterdir())


def test_the_boundary_of_what_one_waits_for(ledger: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    assert len(rows_of(take(ledger, "principal", "ledger"))) == 4
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    assert take(ledger, "principal", "ledger").status_code == 303
    monkeypatch.setattr(exports, "MOST_WORD", 1)
    assert take(ledger, "principal", "word").status_code == 409


def test_who_lost_his_post_gets_no_rows(ledger: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    take(ledger, "principal", "ledger", f"?tab=all&unit={ledger.school.pk}")
    export = hz.Export.everything.get()
    person = ledger.people["principal"]
    with as_action():
        type(person).everything.filter(pk=person.pk).update(left_on=clock.today())
    hz.write_export(export.pk)
    export.refresh_from_db()
    assert export.state == "failed"
    assert export.problem


def test_signs_no_file_can_hold_stop_neither_book_nor_word(world: World) -> None:
    """Pasted text brings vertical tabs and worse along."""
    h.registered(world, title="消火栓\x0b漏水\x01\ufffe", description="第一行\x0b第二行\x1b")
    rows = rows_of(take(world, "county_officer", "ledger"))
    assert "消火栓" in rows[2][5]
    document = Document(body(take(world, "county_officer", "word", "?tab=all&q=消火栓")))
    assert "消火栓 漏水" in "\n".join(p.text for p in document.paragraphs)
