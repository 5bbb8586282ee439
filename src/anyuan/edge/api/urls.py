"""``/api/v1/``."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path
from django.utils.translation import gettext as _

from anyuan.foundation.ui.public import open_page

from .app import api, problem


@open_page(methods=("GET", "POST", "PUT", "PATCH", "DELETE"))
def nothing(request: HttpRequest) -> HttpResponse:
    """An address that does not exist answers as a problem, not as a page."""
    return problem(request, 404, "not-found", _("There is no such address. See /api/v1/openapi.json."))


urlpatterns: list[URLPattern | URLResolver] = [
    path("", api.urls),
    re_path(r"^.*$", nothing, name="api-nothing"),
]
