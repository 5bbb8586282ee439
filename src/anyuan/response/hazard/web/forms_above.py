"""The forms of the moves of a second person or a body above: judge, accept, decide, delegate, void."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from anyuan.foundation.kernel.public import NotFound, clock
from anyuan.foundation.ui.public import Choices, Words

from .. import public as hz
from .fields import MoveForm, Pick, named, yes_no
from .forms import Sent

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Facts = list[tuple["StrOrPromise", str]]


class Suggesting(forms.TextInput):
    """Free text with suggestions; any text is accepted."""

    template_name = "hazard/suggesting.html"
    suggestions: tuple[tuple[str, str], ...] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["suggestions"] = self.suggestions
        return context


class JudgeForm(MoveForm):
    use_required_attribute = False  # what belongs to a major hazard hides when it is judged general
    wide: ClassVar = True

    grade = forms.ChoiceField(
        label=_("Judgement"),
        choices=[("major", _("Major: list it")), ("general", _("General"))],
        widget=Choices,
    )
    item = forms.CharField(
        label=_("Item of the decision table"),
        required=False,
        max_length=120,
        widget=Suggesting,
        help_text=_("For major: the item it falls under. Choose one or write it."),
    )
    basis = forms.CharField(label=_("Written basis"), widget=Words())
    level = forms.ChoiceField(label=_("Level that lists it"), required=False, widget=Choices)
    supervisor = Pick(label=_("Supervising person"), required=False)
    notice = forms.CharField(
        label=_("Number of the listing notice"),
        required=False,
        max_length=40,
        help_text=_("Empty: the next number is given."),
    )

    def prepare(self) -> None:
        self.need("item", "level", "supervisor", when=self.data.get("grade", "major") == "major")
        groups = hz.supervisors(self.desk.actor, self.hazard)
        self.pick("supervisor").offer_groups([(body.title, named(people)) for body, people in groups])
        self.fields["level"].choices = hz.Level.choices  # type: ignore[attr-defined]
        if groups:
            self.start(level=hz.Level.COUNTY, supervisor=groups[0][1][0].person)
        widget = self.fields["item"].widget
        assert isinstance(widget, Suggesting)
        widget.suggestions = tuple(
            (f"{item.clause.label} {item.question}"[:120], item.fails)
            for item in hz.grave_items(self.hazard.domain)
        )
        if self.hazard.check_item is not None and self.hazard.check_item.grade == "suspected-major":
            item = self.hazard.check_item
            self.start(item=f"{item.clause.label} {item.question}"[:120])
        if self.hazard.grade == hz.Grade.MAJOR:
            self.fields["grade"].choices = [("general", _("General"))]  # type: ignore[attr-defined]
            self.start(grade="general")
            for name in ("item", "level", "supervisor", "notice"):
                del self.fields[name]

    def facts(self) -> Facts:
        return [(_("Marked because"), self.hazard.suspected_reason)]

    def told(self, photos: Sent) -> hz.Judge:
        data = self.cleaned_data
        return hz.Judge(
            major=data["grade"] == "major",
            basis=data["basis"],
            item=data.get("item", ""),
            level=data.get("level", ""),
            supervisor=data.get("supervisor"),
            notice=data.get("notice", ""),
        )


class AcceptForm(MoveForm):
    wide: ClassVar = True

    text = forms.CharField(label=_("What I found"), required=False, widget=Words(rows=2))
    on_site = forms.BooleanField(label=_("I re-checked it on site"), required=False)

    def prepare(self) -> None:
        if self.hazard.grade == hz.Grade.MAJOR:
            self.fields["text"].required = True
        else:
            del self.fields["on_site"]

    def facts(self) -> Facts:
        return handed_in(self.hazard)

    def told(self, photos: Sent) -> hz.Accept:
        return hz.Accept(self.cleaned_data["text"], self.cleaned_data.get("on_site", False))


def handed_in(hazard: hz.Hazard) -> Facts:
    """What was handed in, for who decides about it."""
    lines: Facts = [(_("What was done"), hazard.result), (_("Who did the work"), hazard.rectifier_name)]
    if hazard.evidence_reason and not hazard.photos_after:
        lines.append((_("Why there is no photo"), hazard.evidence_reason))
    return lines


class SendBackForm(MoveForm):
    wide: ClassVar = True

    reason = forms.CharField(label=_("What is missing"), widget=Words())

    def facts(self) -> Facts:
        return handed_in(self.hazard)

    def told(self, photos: Sent) -> hz.SendBack:
        return hz.SendBack(self.cleaned_data["reason"])


class CloseForm(MoveForm):
    wide: ClassVar = True

    text = forms.CharField(label=_("Remark"), required=False, widget=Words(rows=2))

    def facts(self) -> Facts:
        return [
            (_("On-site re-check"), self.hazard.accept_text),
            (_("Re-checked by"), self.hazard.acceptor_name),
        ]

    def told(self, photos: Sent) -> hz.Close:
        return hz.Close(self.cleaned_data["text"])


class AnswerHandOverForm(MoveForm):
    taken = yes_no(_("Answer"), _("We take it over"), _("We give it back"))
    answer = forms.CharField(label=pgettext_lazy("hazard", "Reason"), required=False, widget=Words(rows=2))

    def facts(self) -> Facts:
        asked = self.hazard.hand_overs.filter(taken__isnull=True).select_related("from_unit").first()
        if asked is None:
            return []
        return [(_("Former owner"), asked.from_unit.name), (pgettext_lazy("hazard", "Reason"), asked.reason)]

    def told(self, photos: Sent) -> hz.AnswerHandOver:
        return hz.AnswerHandOver(self.cleaned_data["taken"] == "yes", self.cleaned_data["answer"])


class DecideExtensionForm(MoveForm):
    granted = yes_no(_("Decision"), _("Grant"), _("Refuse"))
    answer = forms.CharField(label=pgettext_lazy("hazard", "Reason"), required=False, widget=Words(rows=2))

    def facts(self) -> Facts:
        asked = self.hazard.extension_requests.filter(granted__isnull=True).first()
        if asked is None:
            return []
        return [
            (_("Asked by"), asked.asked_name),
            (_("Present time limit"), _last(asked.old_due_at)),
            (_("New time limit"), _last(asked.new_due_at)),
            (_("Why more time is needed"), asked.reason),
        ]

    def told(self, photos: Sent) -> hz.DecideExtension:
        return hz.DecideExtension(self.cleaned_data["granted"] == "yes", self.cleaned_data["answer"])


def _last(instant: Any) -> str:
    return clock.day_of(instant - timedelta(microseconds=1)).isoformat()


class PauseForm(MoveForm):
    first = forms.DateField(label=_("First day that does not count"))
    last = forms.DateField(label=_("Last day that does not count"))
    reason = forms.CharField(label=pgettext_lazy("hazard", "Reason"), widget=Words(rows=2))

    def told(self, photos: Sent) -> hz.Pause:
        data = self.cleaned_data
        return hz.Pause(data["first"], data["last"], data["reason"])


class AllowLateEntryForm(MoveForm):
    until = forms.DateField(label=_("Late entries allowed until"))
    reason = forms.CharField(label=pgettext_lazy("hazard", "Reason"), widget=Words(rows=2))

    def prepare(self) -> None:
        self.start(until=clock.today() + timedelta(days=7))

    def told(self, photos: Sent) -> hz.AllowLateEntry:
        return hz.AllowLateEntry(self.cleaned_data["until"], self.cleaned_data["reason"])


class DelegateForm(MoveForm):
    to_unit = Pick(label=_("Who re-checks instead"))
    document = forms.CharField(label=_("Written delegation: number or title"), max_length=120)

    def prepare(self) -> None:
        out = {self.hazard.unit_id, self.hazard.owner_unit_id, self.hazard.accept_unit_id}
        self.pick("to_unit").offer([(u.name, u) for u in hz.bodies(self.hazard) if u.pk not in out])

    def told(self, photos: Sent) -> hz.Delegate:
        return hz.Delegate(self.cleaned_data["to_unit"], self.cleaned_data["document"])


class DismissForm(MoveForm):
    kind = forms.ChoiceField(
        label=_("Why it leaves the counts"), choices=hz.Dismissal.choices, widget=Choices
    )
    into = forms.CharField(
        label=_("Number of the hazard that stays"),
        required=False,
        widget=Suggesting,
        help_text=_("For a duplicate: a hazard of the same unit."),
    )
    reason = forms.CharField(label=pgettext_lazy("hazard", "Reason"), widget=Words())

    def prepare(self) -> None:
        widget = self.fields["into"].widget
        assert isinstance(widget, Suggesting)
        widget.suggestions = tuple((h.number, h.title) for h in hz.others_of(self.desk.actor, self.hazard))

    def clean_into(self) -> hz.Hazard | None:
        number = self.cleaned_data["into"].strip()
        if not number:
            return None
        try:
            return hz.find_number(self.desk.actor, number)
        except NotFound:
            raise forms.ValidationError(gettext("There is no hazard with this number here.")) from None

    def told(self, photos: Sent) -> hz.Dismiss:
        data = self.cleaned_data
        into = data["into"] if data["kind"] == hz.Dismissal.DUPLICATE else None
        return hz.Dismiss(data["reason"], data["kind"], into)
