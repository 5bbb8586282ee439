"""Lines of access: the way in and out."""

from __future__ import annotations

from tests.cast import PASSWORD
from tests.permissions.table import Route

from anyuan.foundation.access.models import DemoCard

ROUTES = [
    Route("access:login", public=True),
    Route("access:login", "POST", public=True, data=lambda w: {"login": "周敏", "password": PASSWORD}),
    Route("access:demo", "POST", public=True, data=lambda w: {"card": w.card.pk}, settings={"DEMO": True}),
    Route("access:logout", "POST", public=True),
    Route("access:activate", public=True),
    Route("access:activate", "POST", public=True, data=lambda w: {"code": "X"}, ok=frozenset({422})),
    Route("access:password", right="teacher"),
    Route(
        "access:password",
        "POST",
        right="teacher",
        data=lambda w: {"old": PASSWORD, "password": "Autumn-moon-88", "again": "Autumn-moon-88"},
    ),
]

SCENES = {
    "card": lambda w: DemoCard.objects.create(person=w.people["principal"], title="校长", sees="签批"),
}
