"""Pages: who gets in, where strangers go, what a refusal looks like, a form sent twice."""

from __future__ import annotations

from types import ModuleType
from uuid import uuid4

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.test import Client
from django.urls import path

from anyuan.foundation.kernel.public import (
    Actor,
    ActorKind,
    Conflict,
    Grant,
    Invalid,
    NotFound,
    NotPermitted,
)
from anyuan.foundation.ui.nav import Frame
from anyuan.foundation.ui.public import BaseForm, Request, go, once_form, open_page, page, uploads

PERSON = uuid4()
TEACHER = Actor(
    ActorKind.PERSON,
    "陈老师",
    person_id=PERSON,
    grants=(Grant("teacher", "/a/", frozenset({"hazard.view"})),),
)
SAVED: list[str] = []
FORM = Template("{% extends 'ui/page.html' %}{% block main %}<form>{% once %}{{ form }}</form>{% endblock %}")


class TitleForm(BaseForm):
    title = forms.CharField(max_length=20)
    note = forms.CharField(required=False)


@page("hazard.view")
def viewed(request: Request) -> HttpResponse:
    return HttpResponse(f"seen by {request.actor.name}")


@page("hazard.judge")
def judged(request: Request) -> HttpResponse:
    return HttpResponse("judged")


@page("hazard.judge", assigned=True)
def assigned(request: Request) -> HttpResponse:
    return HttpResponse("assigned")


@open_page()
def opened(request: Request) -> HttpResponse:
    return HttpResponse(f"hello {request.actor.name}")


@page(methods=("GET", "POST"))
def saving(request: Request) -> HttpResponse:
    form = TitleForm(request.POST or None)

    def work() -> str:
        title = form.cleaned_data["title"]
        if title == "taken":
            raise Invalid("Choose another.", {"title": ["Is taken."], "unknown": ["Elsewhere wrong."]})
        if title == "raced":
            raise Conflict("Somebody was first.")
        SAVED.append(title)
        return f"/done/{len(SAVED)}/"

    def again() -> HttpResponse:
        return HttpResponse(FORM.render(RequestContext(request, {"form": form})))

    if request.method == "POST":
        return once_form(request, work, form=form, again=again)
    return again()


@page(methods=("POST",))
def plain(request: Request) -> HttpResponse:
    def work() -> str:
        if not request.POST.get("reason"):
            raise Conflict("Give a reason.")
        SAVED.append("plain")
        return "/done/"

    return once_form(request, work)


@page()
def raising(request: Request, kind: str) -> HttpResponse:
    raise {"403": NotPermitted, "404": NotFound, "409": Conflict, "422": Invalid}[kind](f"Sentence {kind}.")


@page()
def breaking(request: Request) -> HttpResponse:
    raise ZeroDivisionError


@page(methods=("POST",))
def photos(request: Request) -> HttpResponse:
    return HttpResponse(
        " ".join(
            f"{u.file.name}:{u.capture}:{u.taken_at and u.taken_at.isoformat()}" for u in uploads(request)
        )
    )


@page()
def leaving(request: Request) -> HttpResponse:
    return go(request, "/there/")


urls = ModuleType("urls_of_this_test")
urls.__dict__["handler404"] = "anyuan.foundation.ui.errors.not_found"
urls.__dict__["handler500"] = "anyuan.foundation.ui.errors.server_error"
urls.__dict__["urlpatterns"] = [
    path("viewed/", viewed),
    path("judged/", judged),
    path("assigned/", assigned),
    path("opened/", opened),
    path("saving/", saving),
    path("plain/", plain),
    path("raising/<kind>/", raising),
    path("breaking/", breaking),
    path("photos/", photos),
    path("leaving/", leaving),
    path("ui/language/", lambda request: HttpResponse(), name="ui-language"),
]


class As:
    """Middleware that puts an actor on the request, as access does."""

    actor: Actor | None = None

    def __init__(self, get_response: object) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if As.actor:
            request.actor = As.actor  # type: ignore[attr-defined]
        return self.get_response(request)  # type: ignore[operator,no-any-return]


@pytest.fixture
def visitor(settings, monkeypatch):
    settings.ROOT_URLCONF = urls
    access = "anyuan.foundation.access."
    kept = [m for m in settings.MIDDLEWARE if not m.startswith(access)]
    settings.MIDDLEWARE = [*kept[:-1], f"{__name__}.As", kept[-1]]
    monkeypatch.setattr(As, "actor", None)
    monkeypatch.setattr("anyuan.foundation.ui.context.frame", Frame())
    SAVED.clear()
    return Client(raise_request_exception=False)


@pytest.fixture
def teacher(visitor, monkeypatch):
    monkeypatch.setattr(As, "actor", TEACHER)
    return visitor


pytestmark = pytest.mark.django_db


def test_a_visitor_goes_to_the_login_and_comes_back(visitor):
    answer = visitor.get("/viewed/?page=2")
    assert answer.status_code == 303
    assert answer["Location"] == "/login/?next=%2Fviewed%2F%3Fpage%3D2"


def test_a_visitor_who_sends_a_form_comes_back_to_the_page_of_the_form(visitor):
    answer = visitor.post("/plain/", headers={"referer": "http://testserver/form/7/?a=1"})
    assert answer["Location"] == "/login/?next=%2Fform%2F7%2F%3Fa%3D1"
    answer = visitor.post("/plain/", headers={"referer": "http://elsewhere.example/form/"})
    assert answer["Location"] == "/login/?next=%2F", "never back to a foreign site"


def test_htmx_and_json_visitors_are_told_in_their_own_way(visitor):
    answer = visitor.get(
        "/viewed/", headers={"hx-request": "true", "hx-current-url": "http://testserver/list/"}
    )
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/login/?next=%2Flist%2F")
    assert visitor.get("/viewed/", headers={"accept": "application/json"}).status_code == 401


def test_a_verb_opens_its_page_and_no_other(teacher):
    assert teacher.get("/viewed/").content.decode() == "seen by 陈老师"
    assert teacher.get("/judged/").status_code == 403
    assert teacher.get("/assigned/").status_code == 200
    assert viewed.__dict__["verb"] == "hazard.view"
    assert opened.__dict__["public"] is True


def test_an_open_page_lets_everybody_in(visitor):
    assert visitor.get("/opened/").content == b"hello "


def test_other_methods_are_refused(teacher):
    assert teacher.post("/viewed/").status_code == 405
    assert teacher.get("/plain/").status_code == 405
    assert teacher.head("/viewed/").status_code == 200


@pytest.mark.parametrize("kind", ["403", "404", "409", "422"])
def test_a_problem_becomes_a_page_that_says_the_sentence_and_a_next_step(teacher, kind):
    answer = teacher.get(f"/raising/{kind}/")
    text = answer.content.decode()
    assert answer.status_code == int(kind)
    assert f"Sentence {kind}." in text
    assert "problem-step" in text
    assert "<main" in text


def test_a_problem_becomes_a_message_in_the_page_for_htmx(teacher):
    answer = teacher.get("/raising/409/", headers={"hx-request": "true"})
    assert (answer.status_code, answer["HX-Retarget"]) == (409, "#problems")
    assert "<html" not in answer.content.decode()
    assert "Sentence 409." in answer.content.decode()


def test_an_unknown_address_says_so(visitor):
    answer = visitor.get("/nowhere/")
    assert answer.status_code == 404
    assert "problem-step" in answer.content.decode()


def test_a_failure_gives_a_number_that_stands_in_the_log(teacher, caplog):
    answer = teacher.get("/breaking/")
    assert answer.status_code == 500
    reference = answer.content.decode().split('problem-reference">')[1].split("<")[0]
    assert f"reference {reference}" in caplog.text


def test_a_form_sent_twice_is_done_once(teacher):
    form = {"title": "Blocked exit", "once": str(uuid4())}
    first = teacher.post("/saving/", form)
    second = teacher.post("/saving/", form)
    assert (first.status_code, first["Location"]) == (303, "/done/1/")
    assert second["Location"] == "/done/1/"
    assert SAVED == ["Blocked exit"]


def test_the_same_key_with_other_words_changes_nothing(teacher):
    key = str(uuid4())
    teacher.post("/saving/", {"title": "Blocked exit", "once": key})
    answer = teacher.post("/saving/", {"title": "Other", "once": key})
    assert answer.status_code == 409
    assert SAVED == ["Blocked exit"]


def test_a_form_without_its_key_is_not_done(teacher):
    assert teacher.post("/saving/", {"title": "x"}).status_code == 422
    assert SAVED == []


@pytest.mark.parametrize(
    ("title", "status", "says"),
    [("taken", 422, ["Choose another.", "Is taken.", "Elsewhere wrong."]), ("raced", 409, ["Somebody was"])],
)
def test_a_refusal_stands_on_the_same_form_and_keeps_what_was_typed(teacher, title, status, says):
    key = str(uuid4())
    answer = teacher.post("/saving/", {"title": title, "note": "typed words", "once": key})
    text = answer.content.decode()
    assert answer.status_code == status
    assert all(sentence in text for sentence in says)
    assert "typed words" in text
    assert key in text, "the refused form keeps its key"
    assert teacher.post("/saving/", {"title": "free", "once": key}).status_code == 303
    assert SAVED == ["free"]


def test_invalid_fields_are_marked_and_the_work_is_not_run(teacher):
    answer = teacher.post("/saving/", {"title": "x" * 21, "once": str(uuid4())})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert SAVED == []


def test_a_refused_button_goes_back_to_its_page_with_the_sentence(teacher):
    headers = {"referer": "http://testserver/thing/3/"}
    answer = teacher.post("/plain/", {"once": str(uuid4())}, headers=headers)
    assert (answer.status_code, answer["Location"]) == (303, "/thing/3/")
    assert [str(m) for m in get_messages(answer.wsgi_request)] == ["Give a reason."]
    assert SAVED == []


def test_a_saved_form_tells_the_browser_to_drop_its_draft(teacher):
    key = str(uuid4())
    teacher.post("/saving/", {"title": "Blocked exit", "once": key})
    assert f'name="drafts-done" content="{key}"' in teacher.get("/saving/").content.decode()
    assert "drafts-done" not in teacher.get("/saving/").content.decode(), "told once"


def test_photos_say_how_and_when_they_were_taken(teacher):
    from django.core.files.uploadedfile import SimpleUploadedFile as File

    answer = teacher.post(
        "/photos/",
        {
            "photos_camera": [File("a.jpg", b"1"), File("b.jpg", b"2")],
            "photos_camera_taken": ["2026-11-20T08:30:00Z", "nonsense"],
            "photos_album": [File("c.jpg", b"3")],
        },
    )
    assert answer.content.decode() == (
        "a.jpg:camera:2026-11-20T08:30:00+00:00 b.jpg:camera:None c.jpg:album:None"
    )


def test_going_on_speaks_htmx(teacher):
    assert teacher.get("/leaving/")["Location"] == "/there/"
    assert teacher.get("/leaving/", headers={"hx-request": "true"})["HX-Redirect"] == "/there/"


def test_every_answer_carries_the_policy(teacher):
    policy = teacher.get("/viewed/")["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe-eval" not in policy
