"""The bare Django as the server loads it: the product's settings and threads without its middleware."""

from __future__ import annotations

import os
from typing import cast

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anyuan.site.settings")
django.setup()

from a2wsgi import WSGIMiddleware  # noqa: E402 - Django must be set up first
from a2wsgi.wsgi_typing import WSGIApp  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402

settings.MIDDLEWARE = []
settings.ROOT_URLCONF = "bench.bare"
app = WSGIMiddleware(cast(WSGIApp, get_wsgi_application()), workers=8)
