"""Settings: one file; what differs between machines comes from the environment.

``DATABASE_URL``        a PostgreSQL ≥ 15 elsewhere; absent: the embedded one in ``ANYUAN_HOME``
``ANYUAN_HOME``         data folder (default ``var/`` beside the working directory)
``ANYUAN_SECRET_KEY``   Django's key; absent: made once and kept in ``ANYUAN_HOME/secret.key``
``ANYUAN_HOSTS``        host names served, comma separated (default: this machine only)
``ANYUAN_ORIGINS``      origins that may send forms, such as https://anyuan.example.cn, comma separated
``ANYUAN_HTTPS``        1: behind a proxy that ends TLS and sets X-Forwarded-Proto; cookies travel by TLS only
``ANYUAN_DEMO``         1: the demo's role cards and its banner
``ANYUAN_IDLE_MINUTES`` a session ends after this many minutes without a request (default 120)
``ANYUAN_PROXY``        1: behind a proxy of ours, whose X-Forwarded-For names the visitor
``ANYUAN_DB_ROLE``      database role to work as (default ``anyuan_app``; ``anyuan_owner`` migrates)
"""

from __future__ import annotations

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from . import assets, database, secrets

HOME = Path(os.environ.get("ANYUAN_HOME", "var")).resolve()
DEMO = os.environ.get("ANYUAN_DEMO") == "1"
HTTPS = os.environ.get("ANYUAN_HTTPS") == "1"
DEBUG = False
SECRET_KEY = secrets.secret_key(HOME)
JOURNAL_KEY = secrets.journal_key(HOME)
JOURNAL_HEADS = HOME / "heads.log"
ALLOWED_HOSTS = os.environ.get("ANYUAN_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("ANYUAN_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "django_cotton.apps.SimpleAppConfig",
    "procrastinate.contrib.django",
    "anyuan.foundation.kernel",
    "anyuan.foundation.ui",
    "anyuan.foundation.journal",
    "anyuan.foundation.org",
    "anyuan.foundation.access",
    "anyuan.foundation.files",
    "anyuan.foundation.notify",
    "anyuan.rules.policy",
    "anyuan.rules.ledger",
    "anyuan.rules.compliance",
    "anyuan.response.hazard",
    "anyuan.oversight.cockpit",
    "anyuan.edge.desk",
    "anyuan.edge.api",
    "allauth",  # behind our rooms: our words and templates come first
    "allauth.account",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "anyuan.foundation.ui.middleware.PolicyMiddleware",
    "anyuan.foundation.ui.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "anyuan.foundation.access.sessions.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "anyuan.foundation.ui.middleware.ProblemMiddleware",
]

ROOT_URLCONF = "anyuan.site.urls"
WSGI_APPLICATION = "anyuan.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "anyuan.foundation.ui.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "anyuan.foundation.ui.context.page",
            ],
        },
    }
]

FORM_RENDERER = "anyuan.foundation.ui.forms.Renderer"
CSRF_FAILURE_VIEW = "anyuan.foundation.ui.errors.form_expired"

DATABASES = {"default": database.settings(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["anyuan.foundation.access.login.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGIN_FAILURES = 6
LOGIN_FAILURES_ADDRESS = 60  # many schools share one address
LOGIN_LOCK_MINUTES = 15
TRUSTED_PROXY = os.environ.get("ANYUAN_PROXY") == "1"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
_ANYUAN = Path(__file__).resolve().parent.parent
LOCALE_PATHS = [_ANYUAN / "foundation" / "sheets" / "locale", _ANYUAN / "site" / "locale"]  # no Django apps
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = f"/static/{assets.version(_ANYUAN)}/"  # the name changes with the files: cached for good
WHITENOISE_AUTOREFRESH = False
WHITENOISE_IMMUTABLE_FILE_TEST = assets.immutable
WHITENOISE_USE_FINDERS = True  # served from the package: nothing needs collecting before a start
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE = int(os.environ.get("ANYUAN_IDLE_MINUTES", "120")) * 60
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_HANDLERS = [
    "anyuan.foundation.files.ceiling.CeilingUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

ACCOUNT_ADAPTER = "anyuan.foundation.access.adapter.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"terminal": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["terminal"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["terminal"], "level": "ERROR", "propagate": False},
        "anyuan": {"level": "INFO"},
    },
}
