"""A session ends while a form is half filled: nothing typed or photographed is lost, nothing sent twice."""

from __future__ import annotations

import re
import time
from pathlib import Path
from types import ModuleType

import pytest
from django import forms
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.template import RequestContext, Template
from django.urls import include, path
from PIL import Image
from playwright.sync_api import Page, expect
from tests.cast import PASSWORD, World

from anyuan.foundation.kernel.public import Refused
from anyuan.foundation.ui.public import BaseForm, Request, once_form, page, uploads

from .conftest import Axe, LoginAs, Shot

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SAVED: list[tuple[str, str, list[str]]] = []
FORM = """{% extends "ui/page.html" %}
{% block title %}上报{% endblock %}{% block heading %}上报隐患{% endblock %}
{% block main %}<c-form draft="report" submit="上报">
<c-photo-input name="photos" big="1" />{{ form }}</c-form>
{% endblock %}"""


class ReportForm(BaseForm):
    what = forms.CharField(label="情况")


@page(methods=("GET", "POST"))
def report(request: Request) -> HttpResponse:
    form = ReportForm(request.POST or None)

    def work() -> str:
        what = form.cleaned_data["what"]
        if what == "重复":
            raise Refused("这条隐患已经上报过。")
        time.sleep(0.4)  # long enough for an impatient second tap
        SAVED.append((request.actor.name, what, [upload.capture for upload in uploads(request)]))
        return "/thanks/"

    def again() -> HttpResponse:
        from django_cotton.compiler_regex import CottonCompiler

        template = Template(CottonCompiler().process(FORM))
        return HttpResponse(template.render(RequestContext(request, {"form": form})))

    return once_form(request, work, form=form, again=again) if request.method == "POST" else again()


@page()
def thanks(request: Request) -> HttpResponse:
    template = Template(
        '{% extends "ui/page.html" %}{% block title %}好{% endblock %}{% block heading %}已上报{% endblock %}'
    )
    return HttpResponse(template.render(RequestContext(request)))


urls = ModuleType("urls_of_the_drafts_journey")
urls.__dict__["urlpatterns"] = [
    path("report/", report),
    path("thanks/", thanks),
    path("", include("anyuan.site.urls")),
]


@pytest.fixture(autouse=True)
def site(settings) -> None:
    settings.ROOT_URLCONF = urls
    SAVED.clear()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "blocked.jpg"
    Image.new("RGB", (2400, 1800), "grey").save(path)
    return path


def test_an_ended_session_loses_nothing(
    phone: Page, login_as: LoginAs, world: World, picture: Path, axe: Axe, shot: Shot
) -> None:
    login_as(phone, "teacher").goto("/report/?place=7")
    phone.get_by_label("情况").fill("楼梯间堆放纸箱")
    phone.locator("input[name=photos_camera]").set_input_files(picture)
    expect(phone.locator(".photo-list li")).to_have_count(1)
    axe(phone)
    phone.wait_for_timeout(500)  # photos are written a moment after they are taken

    Session.objects.all().delete()
    phone.get_by_role("button", name="上报").click()
    expect(phone).to_have_url(re.compile("/login/"))
    assert SAVED == []
    phone.locator("input[name=login]").fill(world.users["teacher"].login)
    phone.locator("input[name=password]").fill(PASSWORD)
    phone.locator("input[name=password]").press("Enter")

    expect(phone).to_have_url(re.compile(r"/report/\?place=7$"))
    expect(phone.get_by_label("情况")).to_have_value("楼梯间堆放纸箱")
    expect(phone.locator(".photo-list li")).to_have_count(1)
    shot(phone, "draft-after-login")
    phone.get_by_role("button", name="上报").click()
    expect(phone.get_by_role("heading", name="已上报")).to_be_visible()
    assert SAVED == [("陈静", "楼梯间堆放纸箱", ["camera"])]

    phone.goto("/report/?place=7")
    expect(phone.get_by_label("情况")).to_have_value("")
    expect(phone.locator(".photo-list li")).to_have_count(0)


def test_an_impatient_second_tap_sends_nothing(phone: Page, login_as: LoginAs) -> None:
    login_as(phone, "teacher").goto("/report/")
    phone.get_by_label("情况").fill("灭火器过期")
    phone.get_by_role("button", name="上报").dblclick(no_wait_after=True)
    expect(phone.get_by_role("heading", name="已上报")).to_be_visible()
    assert len(SAVED) == 1


def test_a_refused_form_keeps_words_and_photos(
    phone: Page, login_as: LoginAs, picture: Path, shot: Shot, allow_errors: None
) -> None:
    login_as(phone, "teacher").goto("/report/")
    phone.get_by_label("情况").fill("重复")
    phone.locator("input[name=photos_album]").set_input_files([picture, picture])
    expect(phone.locator(".photo-list li")).to_have_count(2)
    phone.wait_for_timeout(500)
    phone.get_by_role("button", name="上报").click()
    expect(phone.get_by_text("这条隐患已经上报过。")).to_be_visible()
    expect(phone.get_by_label("情况")).to_have_value("重复")
    expect(phone.locator(".photo-list li")).to_have_count(2)
    shot(phone, "form-refused")
    phone.get_by_label("情况").fill("另一条")
    phone.get_by_role("button", name="上报").click()
    expect(phone.get_by_role("heading", name="已上报")).to_be_visible()
    assert SAVED == [("陈静", "另一条", ["album", "album"])]


def test_without_a_connection_the_form_stays(phone: Page, login_as: LoginAs) -> None:
    login_as(phone, "teacher").goto("/report/")
    phone.get_by_label("情况").fill("护栏松动")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="上报").click()
    expect(phone.get_by_text("网络不通")).to_be_visible()
    expect(phone.get_by_label("情况")).to_have_value("护栏松动")
    phone.context.set_offline(False)
    phone.get_by_role("button", name="上报").click()
    expect(phone.get_by_role("heading", name="已上报")).to_be_visible()
    assert len(SAVED) == 1
