"""Accounts: opened, handed out on slips, activated, reset, closed; from Excel for a whole school."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client
from tests.cast import NOW, PASSWORD, World, as_action

from anyuan.foundation.access.actions import accounts
from anyuan.foundation.access.actions.load import BadRows, load_accounts
from anyuan.foundation.access.models import RoleGrant, User
from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import Invalid, NotPermitted, Refused, clock
from anyuan.foundation.org.public import Holding, Person
from anyuan.foundation.sheets.public import Column, Sheet, annotate, write_book

NEW = "Autumn-moon-88"


@pytest.fixture
def newcomer(world: World) -> Person:
    with as_action():
        return Person.everything.create(unit=world.school, name="新人", phone="13811110000")


def slip(world: World, who: str = "teacher", by: str = "principal") -> str:
    with clock.at(NOW):
        return accounts.make_slips(world.actor(by), [world.people[who]])[0].code


def test_an_opened_account_waits_for_its_slip(world: World, newcomer: Person) -> None:
    (user,) = accounts.open_accounts(world.actor("principal"), [newcomer, world.people["teacher"]])
    assert user.login == "13811110000"
    assert user.state == "waiting"
    assert accounts.open_accounts(world.actor("principal"), [newcomer]) == []
    assert "新人" in Entry.everything.get(verb="access.open-account").sentence


def test_without_a_phone_the_login_is_a_name_nobody_has(world: World) -> None:
    with as_action():
        people = [Person.everything.create(unit=world.school, name="陈一") for _n in range(2)]
    users = accounts.open_accounts(world.actor("principal"), people)
    assert [u.login for u in users] == ["陈一", "陈一2"]


def test_one_stranger_among_them_and_none_is_opened(world: World, newcomer: Person) -> None:
    with as_action():
        far = Person.everything.create(unit=world.sister, name="远人")
    with pytest.raises(NotPermitted):
        accounts.open_accounts(world.actor("principal"), [newcomer, far])
    assert not User.objects.filter(person__in=[newcomer, far]).exists()


def test_a_slip_activates_once(world: World, client: Client) -> None:
    code = slip(world)
    with clock.at(NOW + timedelta(days=1)):
        spaced = f" {code[:4]} {code[4:8].lower()}-{code[8:]} "
        answer = client.post("/activate/", {"code": spaced, "password": NEW, "again": NEW})
        assert answer.status_code == 302
        assert client.session["_auth_user_id"] == str(world.users["teacher"].pk)
        again = Client().post("/activate/", {"code": code, "password": NEW, "again": NEW})
        assert again.status_code == 422
    user = User.objects.get(pk=world.users["teacher"].pk)
    assert check_password(NEW, user.password)
    assert not user.activation


def test_a_slip_ends_after_two_weeks(world: World) -> None:
    code = slip(world)
    with clock.at(NOW + timedelta(days=accounts.SLIP_DAYS)), pytest.raises(Invalid):
        accounts.activate(code, NEW, "10.0.0.1")
    with clock.at(NOW + timedelta(days=accounts.SLIP_DAYS, seconds=-1)):
        accounts.activate(code, NEW, "10.0.0.1")


def test_a_new_slip_voids_the_old_one(world: World) -> None:
    old, new = slip(world), slip(world)
    with clock.at(NOW):
        with pytest.raises(Invalid):
            accounts.activate(old, NEW, "10.0.0.1")
        accounts.activate(new, NEW, "10.0.0.1")


def test_a_weak_password_does_not_spend_the_slip(world: World) -> None:
    code = slip(world)
    with clock.at(NOW):
        for weak in ("short1", "1234567890", "password123", world.people["teacher"].phone):
            with pytest.raises(Invalid):
                accounts.activate(code, weak, "10.0.0.1")
        accounts.activate(code, NEW, "10.0.0.1")


def test_guessing_codes_locks_the_address(world: World, settings: Any) -> None:
    settings.LOGIN_FAILURES_ADDRESS = 3
    code = slip(world)
    with clock.at(NOW):
        for _n in range(3):
            with pytest.raises(Invalid):
                accounts.activate("WRONG", NEW, "10.0.0.1")
        with pytest.raises(Refused):
            accounts.activate(code, NEW, "10.0.0.1")


def test_only_the_hash_of_a_code_is_kept(world: World) -> None:
    code = slip(world)
    entry = Entry.everything.get(verb="access.print-slips")
    row = User.objects.filter(pk=world.users["teacher"].pk).values().get()
    assert code not in repr(row) + entry.sentence + entry.body.text


def test_the_slips_page_prints_code_qr_and_end(world: World) -> None:
    ids = [world.people["teacher"].pk, world.people["logistics"].pk, world.people["stranger_teacher"].pk]
    page = world.client("principal").post("/accounts/slips/", {"ids": ids}).content.decode()
    codes = re.findall(r'class="slip-code">([A-Z0-9 ]+)<', page)
    assert len(codes) == 2, "the stranger's is left out"
    assert page.count("data:image/svg+xml") == 2
    assert "/activate/" in page
    accounts.activate(codes[0], NEW, "10.0.0.1")


def test_a_reset_gives_a_temporary_password_and_ends_sessions(world: World) -> None:
    running = world.client("principal")
    assert running.get("/password/").status_code == 200
    page = world.client("county_officer").post(f"/accounts/{world.people['principal'].pk}/reset/")
    found = re.search(r"<code>(\w+)</code>", page.content.decode())
    assert found
    assert running.get("/password/").status_code == 303
    client = Client()
    sent = client.post("/login/", {"login": "周敏", "password": found[1]})
    assert sent.status_code == 302
    assert client.get("/accounts/")["Location"].startswith("/password/"), "must choose an own one first"
    data = {"old": found[1], "password": NEW, "again": NEW, "next": "/accounts/"}
    assert client.post("/password/", data)["Location"] == "/accounts/"
    assert client.get("/accounts/").status_code == 200, "this session goes on"
    assert found[1] not in Entry.everything.get(verb="access.reset-password").sentence


def test_changing_the_password_ends_the_other_sessions(world: World) -> None:
    here, there = world.client("teacher"), world.client("teacher")
    data = {"old": PASSWORD, "password": NEW, "again": NEW}
    assert here.post("/password/", {**data, "old": "wrong"}).status_code == 422
    assert there.get("/password/").status_code == 200
    assert here.post("/password/", data).status_code == 303
    assert here.get("/password/").status_code == 200
    assert there.get("/password/").status_code == 303


def test_nobody_resets_who_may_more(world: World) -> None:
    """A teacher of the school who also works for the county is beyond the principal's reach."""
    with as_action():
        RoleGrant.everything.create(
            person=world.people["teacher"],
            unit=world.county,
            role="county-officer",
            starts=clock.today(),
            granted_by="x",
        )
    before = User.objects.get(pk=world.users["teacher"].pk).password
    for act in (
        lambda: accounts.reset_password(world.actor("principal"), world.people["teacher"]),
        lambda: accounts.make_slips(world.actor("principal"), [world.people["teacher"]]),
        lambda: accounts.close_account(world.actor("principal"), world.people["teacher"], "x"),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert User.objects.get(pk=world.users["teacher"].pk).password == before
    accounts.reset_password(world.actor("county_officer"), world.people["teacher"])


def test_closing_and_reopening(world: World) -> None:
    client = world.client("teacher")
    actor, person = world.actor("principal"), world.people["teacher"]
    with pytest.raises(Invalid):
        accounts.close_account(actor, person, "  ")
    accounts.close_account(actor, person, "调离")
    assert client.get("/password/").status_code == 303
    with pytest.raises(Refused):
        accounts.reset_password(actor, person)
    with pytest.raises(Refused):
        accounts.close_account(actor, person, "again")
    user = accounts.reopen_account(actor, person)
    assert user.state == "waiting", "the old password is void"
    with pytest.raises(Refused):
        accounts.reopen_account(actor, person)


def test_nobody_closes_his_own_account(world: World) -> None:
    with pytest.raises(Refused):
        accounts.close_account(world.actor("principal"), world.people["principal"], "x")


def test_the_list_shows_the_own_scope(world: World) -> None:
    page = world.client("principal").get("/accounts/").content.decode()
    assert "陈静" in page
    assert "吴芳" not in page
    page = world.client("county_officer").get("/accounts/?q=第一中学").content.decode()
    assert "吴芳" in page
    assert "陈静" not in page
    page = world.client("county_officer").get("/accounts/?q=西岭").content.decode()
    assert "韩雪" not in page


def test_the_list_costs_few_queries(world: World, django_assert_max_num_queries: Any) -> None:
    client = world.client("county_officer")
    with django_assert_max_num_queries(12):
        client.get("/accounts/")


HEAD = ("单位", "姓名", "手机", "岗位")


def book(*rows: tuple[str, ...]) -> io.BytesIO:
    with write_book([Sheet("人员", [Column(t, t) for t in HEAD], rows)]) as file:
        return io.BytesIO(file.read())


def test_a_file_brings_people_posts_and_accounts(world: World) -> None:
    loaded = load_accounts(
        world.actor("county_officer"),
        book(
            ("东屏县第一中学", "高远", "138 1111 2222", "principal"),
            ("东屏县第一中学", "高远", "13811112222", "teacher"),
            ("石桥教学点", "方圆", "", ""),
            ("东屏县实验小学", "陈静", world.people["teacher"].phone, "class-teacher"),
        ),
    )
    assert (len(loaded.people), loaded.new_people, loaded.new_posts, len(loaded.accounts)) == (3, 2, 2, 2)
    person = Person.everything.get(name="高远")
    assert set(Holding.everything.filter(person=person).values_list("post", flat=True)) == {
        "principal",
        "teacher",
    }
    assert User.objects.get(person=person).login == "13811112222"
    entry = Entry.everything.get(verb="access.load-accounts")
    assert entry.unit_path == world.county.path


def test_the_same_file_twice_changes_nothing_more(world: World) -> None:
    rows = [("东屏县第一中学", "高远", "13811112222", "principal"), ("石桥教学点", "方圆", "", "")]
    load_accounts(world.actor("county_officer"), book(*rows))
    before = (Person.everything.count(), Holding.everything.count(), User.objects.count())
    again = load_accounts(world.actor("county_officer"), book(*rows))
    assert (again.new_people, again.new_posts, again.accounts) == (0, 0, [])
    assert (Person.everything.count(), Holding.everything.count(), User.objects.count()) == before


def test_one_wrong_row_and_nothing_is_written(world: World) -> None:
    before = (Person.everything.count(), Entry.everything.count())
    with pytest.raises(BadRows) as caught:
        load_accounts(
            world.actor("county_officer"),
            book(
                ("东屏县第一中学", "好行", "13811112222", ""),
                ("西岭县第二小学", "外县", "13811112223", ""),
                ("东屏县第一中学", "错号", "12345", ""),
                ("东屏县第一中学", "冒名", world.people["teacher"].phone, ""),
                ("东屏县第一中学", "无岗", "13811112224", "宇航员"),
                ("", "无校", "13811112225", ""),
            ),
        )
    assert (Person.everything.count(), Entry.everything.count()) == before
    marked = {p.number: p.key for p in caught.value.problems}
    assert list(marked.values()) == ["unit", "phone", "phone", "post", "unit"]
    with annotate(caught.value.table, caught.value.problems) as file:
        assert file.read(2) == b"PK"


def test_the_page_gives_the_file_back_with_remarks(world: World) -> None:
    file = book(("东屏县第一中学", "错号", "12345", ""))
    file.name = "people.xlsx"
    client = world.client("county_officer")
    data = {"file": file, "unit": "", "once": "01900000-0000-7000-8000-000000000001"}
    page = client.post("/accounts/load/", data)
    assert page.status_code == 422
    assert "data:application/vnd.openxmlformats" in page.content.decode()


def test_a_principal_loads_only_the_own_school(world: World) -> None:
    file = book(("东屏县第一中学", "高远", "13811112222", ""))
    with pytest.raises(BadRows):
        load_accounts(world.actor("principal"), file)
    file = book(("", "高远", "13811112222", "teacher"))
    loaded = load_accounts(world.actor("principal"), file, world.school)
    assert loaded.people[0].unit_id == world.school.pk


def test_a_failed_role_form_stays_in_sight(world: World) -> None:
    client, pk = world.client("principal"), world.people["teacher"].pk
    data = {"once": "01900000-0000-7000-8000-000000000002", "unit": world.school.pk, "role": "staff"}
    page = client.post(f"/accounts/{pk}/roles/", {**data, "starts": "2020-01-01", "last": "2020-01-02"})
    assert page.status_code == 422
    assert 'value="2020-01-01"' in page.content.decode()
