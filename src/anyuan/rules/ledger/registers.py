"""Registers: the built-in ones, and the version a new record is made with."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import BaseModel

from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Invalid, Refused, job_actor
from anyuan.foundation.org.public import Domain
from anyuan.rules.policy import public as policy

from .fields import Choice, Field, compiled
from .models import Register

ROUND, CHECK, SNAP = "round", "check", "snap"

PASS, FAIL, NOT_APPLICABLE = "pass", "fail", "na"
RESULTS = (PASS, FAIL, NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Definition:
    """A register as code or a pack defines it."""

    code: str
    version: int
    title: str
    title_en: str
    fields: tuple[Field, ...]
    subject: str = "unit"
    needs_evidence: bool = False
    domain: str = Domain.GENERAL
    post: str = ""
    expires: str = ""
    help: str = ""
    help_en: str = ""

    @property
    def digest(self) -> str:
        """What a new version is needed for: what records hold and how they count, not the help."""
        body = [self.title, self.subject, self.needs_evidence, [f.model_dump() for f in self.fields]]
        if self.domain != Domain.GENERAL or self.expires:
            body += [str(self.domain), self.expires]
        return hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _place() -> tuple[Field, ...]:
    return (
        Field(key="place", label="点位", label_en="Place", kind="id", required=False),
        Field(key="name", label="点位名称", label_en="Name of the place", longest=80, required=False),
    )


BUILT_IN: dict[str, Definition] = {
    d.code: d
    for d in (
        Definition(
            ROUND,
            1,
            "日常巡查",
            "Daily round",
            (
                Field(key="route", label="路线", label_en="Route", longest=20),
                Field(key="title", label="巡查", label_en="Round", required=False, longest=40),
                Field(key="day", label="应巡日期", label_en="Due on", kind="day"),
                Field(key="made_up", label="补做", label_en="Made up later", kind="yes-no"),
                Field(key="places", label="巡查点位", label_en="Places seen", kind="ids"),
                Field(key="photo_places", label="拍照点位", label_en="Places with a photo", kind="ids"),
                Field(
                    key="no_photo", label="未拍照原因", label_en="Why no photo", required=False, longest=200
                ),
                Field(
                    key="exceptions",
                    label="异常",
                    label_en="Exceptions",
                    kind="rows",
                    most=200,
                    fields=(
                        *_place(),
                        Field(key="note", label="情况", label_en="What was found"),
                        Field(
                            key="domain",
                            label="类别",
                            label_en="Domain",
                            kind="choice",
                            choices=tuple(Choice(code=c, label=c) for c in Domain.values),
                        ),
                    ),
                ),
            ),
        ),
        Definition(
            CHECK,
            1,
            "检查记录",
            "Check",
            (
                Field(
                    key="answers",
                    label="检查项",
                    label_en="Items",
                    kind="rows",
                    least=1,
                    most=300,
                    fields=(
                        Field(key="item", label="检查项", label_en="Item", kind="id"),
                        Field(
                            key="result",
                            label="结果",
                            label_en="Result",
                            kind="choice",
                            choices=(
                                Choice(code=PASS, label="符合", label_en="Pass"),
                                Choice(code=FAIL, label="不符合", label_en="Fail"),
                                Choice(code=NOT_APPLICABLE, label="不适用", label_en="Not applicable"),
                            ),
                        ),
                        Field(key="note", label="说明", label_en="Note", required=False),
                        *_place(),
                    ),
                ),
                Field(key="passed", label="符合", label_en="Passed", kind="integer", least=0),
                Field(key="failed", label="不符合", label_en="Failed", kind="integer", least=0),
                Field(key="with", label="同行人员", label_en="With", required=False, longest=200),
            ),
        ),
        Definition(
            SNAP,
            1,
            "随手拍",
            "Quick snap",
            (
                Field(key="text", label="情况", label_en="What was seen", required=False, longest=1000),
                Field(key="where", label="位置", label_en="Where", required=False, longest=100),
            ),
        ),
    )
}


def current(code: str) -> Register:
    """The newest version of a register; one that was never used is stored now.

    Raises :class:`Invalid` for a code nobody defines, :class:`Refused` when a definition was changed
    without a new version.
    """
    definition = definition_of(code)
    if definition is None:
        found = Register.objects.filter(code=code).order_by("-version").first()
        if found is None:
            raise Invalid(_("There is no register %(code)s.") % {"code": code})
        return found
    stored = Register.objects.filter(code=code, version=definition.version).first() or _store(definition)
    if stored.digest != definition.digest:
        message = _(
            "The register %(code)s was changed, but its version is still %(version)s."
            " Records were made with it: give the changed one version %(next)s."
        )
        words = {"code": code, "version": definition.version, "next": definition.version + 1}
        raise Refused(message % words)
    return stored


def definition_of(code: str) -> Definition | None:
    """The newest definition of a register, built in or of a pack; None when no pack defines it any more."""
    if code in BUILT_IN:
        return BUILT_IN[code]
    raw = policy.register_defs().get(code)
    return _of_pack(raw) if raw else None


def pack_definitions() -> list[Definition]:
    """Every register of the loaded packs."""
    return [_of_pack(raw) for raw in policy.register_defs().values()]


def _of_pack(raw: policy.RegisterDef) -> Definition:
    return Definition(
        code=raw.code,
        version=raw.version,
        title=raw.title,
        title_en=raw.title_en,
        fields=tuple(Field.model_validate(f) for f in raw.fields),
        subject=raw.subject,
        needs_evidence=raw.evidence == "photo",
        domain=raw.domain,
        post=raw.post,
        expires=raw.expires or "",
        help=raw.help,
        help_en=raw.help_en,
    )


def domain_of(code: str) -> str:
    """The domain of work a register belongs to; that of what nobody defines any more is general."""
    if code in BUILT_IN:
        return BUILT_IN[code].domain
    found = policy.register_defs().get(code)
    return found.domain if found else Domain.GENERAL


def define_registers() -> list[Register]:
    """Store the newest version of every register the loaded packs define, after they were loaded.

    Old records keep the version they were made with. Raises :class:`Refused` for a definition that was
    changed without a new version or that takes the code of a built-in register; then none is stored.
    """
    with transaction.atomic():
        found = policy.register_defs()
        for code in found.keys() & BUILT_IN.keys():
            raise Refused(_("The register %(code)s is built in; a pack needs another code.") % {"code": code})
        return [current(code) for code in sorted(found)]


def _store(definition: Definition) -> Register:
    with action(job_actor(_("System (registers)")), "ledger.define-register") as act:
        made: Register = Register.objects.get_or_create(
            code=definition.code,
            version=definition.version,
            defaults={
                "digest": definition.digest,
                "title": definition.title,
                "title_en": definition.title_en,
                "subject": definition.subject,
                "fields": [f.model_dump() for f in definition.fields],
                "needs_evidence": definition.needs_evidence,
                "domain": definition.domain,
                "post": definition.post,
                "expires": definition.expires,
                "help": definition.help,
                "help_en": definition.help_en,
            },
        )[0]
        act.entry(
            _("defined the register “%(title)s”, version %(version)s")
            % {"title": made.title, "version": made.version},
            path="/",
            on=made,
            after={"code": made.code, "version": made.version, "digest": made.digest},
        )
    return made


def register_fields(code: str) -> tuple[Field, ...]:
    """The fields of the newest version of a register. Raises :class:`Invalid` for a code nobody defines."""
    definition = definition_of(code)
    return definition.fields if definition else fields_of(current(code))


def fields_of(register: Register) -> tuple[Field, ...]:
    return tuple(Field.model_validate(f) for f in register.fields)


def validator(register: Register) -> type[BaseModel]:
    """The compiled validator of this version."""
    return compiled(fields_of(register))
