"""The way in and out: login, the demo's role cards, activation, the own password, logout."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.utils import perform_login
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout as end_session
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from anyuan.foundation.kernel.public import Invalid, NotFound, Problem
from anyuan.foundation.ui.public import BaseForm, Request, go, open_page, page, render

from ..actions.accounts import activate as use_slip
from ..actions.accounts import change_password
from ..login import BACKEND, log_in
from ..models import User
from ..queries import demo_card, demo_cards
from ..sessions import begin


class LoginForm(BaseForm):
    login = forms.CharField(
        label=gettext_lazy("Name or phone number"),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "username", "autofocus": True, "enterkeyhint": "next"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password", "enterkeyhint": "go"}),
    )


def _new_password_field(label: object) -> forms.CharField:
    widget = forms.PasswordInput({"autocomplete": "new-password", "minlength": 8})
    return forms.CharField(label=label, max_length=200, strip=False, widget=widget)  # type: ignore[arg-type]


class NewPasswordForm(BaseForm):
    """A new password, typed twice."""

    password = _new_password_field(gettext_lazy("New password"))
    again = _new_password_field(gettext_lazy("The new password once more"))
    password.help_text = gettext_lazy("At least 8 characters, not only digits.")

    def clean_again(self) -> str:
        again = str(self.cleaned_data["again"])
        if self.cleaned_data.get("password") not in (None, again):
            raise forms.ValidationError(_("The two passwords differ. Type the new one again."))
        return again


class ActivateForm(NewPasswordForm):
    code = forms.CharField(
        label=gettext_lazy("Code on the slip"),
        max_length=40,
        widget=forms.TextInput(
            {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    field_order = ("code", "password", "again")


class PasswordForm(NewPasswordForm):
    old = forms.CharField(
        label=gettext_lazy("Present password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    field_order = ("old", "password", "again")


@sensitive_post_parameters("password")
@never_cache
@open_page(methods=("GET", "POST"))
def login(request: Request) -> HttpResponse:
    """The product's face. Whoever is logged in already goes on."""
    if request.method == "GET" and request.actor.person_id is not None:
        return go(request, safe_next(request))
    form = LoginForm(request.POST or None)

    def work() -> HttpResponse:
        data = form.cleaned_data
        return enter(request, log_in(data["login"], data["password"], address_of(request)))

    return _handle(request, form, "access/login.html", work, {"cards": demo_cards()})


@open_page(methods=("POST",))
def demo(request: Request) -> HttpResponse:
    """One tap on a role card; exists in the demo only. Raises :class:`NotFound` elsewhere."""
    card = demo_card(request.POST.get("card", ""))
    if card is None:
        raise NotFound(_("There is no such role card."))
    return enter(request, card.person.account)


@sensitive_post_parameters("password", "again", "code")
@never_cache
@open_page(methods=("GET", "POST"))
def activate(request: Request) -> HttpResponse:
    """The first login, with the code of the slip."""
    form = ActivateForm(request.POST or None, initial={"code": request.GET.get("code", "")})

    def work() -> HttpResponse:
        data = form.cleaned_data
        user = use_slip(data["code"], data["password"], address_of(request))
        messages.success(request, _("Your account is ready. From now on you log in with this password."))
        return enter(request, user)

    return _handle(request, form, "access/activate.html", work)


@sensitive_post_parameters("old", "password", "again")
@never_cache
@page(methods=("GET", "POST"))
def password(request: Request) -> HttpResponse:
    """The own password; every other session of the person ends."""
    form = PasswordForm(request.POST or None)
    user = request.user
    assert isinstance(user, User)

    def work() -> HttpResponse:
        data = form.cleaned_data
        change_password(user, data["old"], data["password"], address_of(request))
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password is changed. Other devices must log in again."))
        return go(request, safe_next(request))

    return _handle(request, form, "access/password.html", work, {"must": user.must_change_password})


@open_page(methods=("POST",))
def logout(request: Request) -> HttpResponse:
    end_session(request)
    return go(request, settings.LOGIN_URL)


def _handle(
    request: Request,
    form: BaseForm,
    template: str,
    work: Callable[[], HttpResponse],
    context: dict[str, object] | None = None,
) -> HttpResponse:
    """Show ``form``, or do ``work``. Not ``once_form``: it keeps a digest of what was typed."""
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                return work()
            status = 422
        except Problem as problem:
            _add(form, problem)
            status = problem.status
    shown = {"form": form, "next": safe_next(request, ""), **(context or {})}
    return render(request, template, shown, status=status)


def _add(form: BaseForm, problem: Problem) -> None:
    fields = problem.fields if isinstance(problem, Invalid) else {}
    form.add_error(None, problem.message)
    for name, texts in fields.items():
        form.add_error(name, texts)


def enter(request: HttpRequest, user: User) -> HttpResponse:
    """Log ``user`` in through allauth's steps and go where he wanted."""
    user.backend = BACKEND
    response = perform_login(request, user, redirect_url=safe_next(request))
    if request.user.is_authenticated:
        begin(request.session)
    assert isinstance(response, HttpResponse)
    return response


def safe_next(request: HttpRequest, default: str = settings.LOGIN_REDIRECT_URL) -> str:
    """Where to go on: ``next``, if it is an address of this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host()}
    if url_has_allowed_host_and_scheme(wanted, hosts, require_https=request.is_secure()):
        return wanted
    return default


def address_of(request: HttpRequest) -> str:
    """The visitor's network address; behind our own proxy, the one it names last."""
    if settings.TRUSTED_PROXY:
        forwarded = request.headers.get("X-Forwarded-For", "")
        if forwarded:
            return forwarded.rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
