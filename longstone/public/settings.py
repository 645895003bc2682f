"""How does the public's own process run? With no admin, no sign-in, no session, no cookie and none of the house's secrets."""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from longstone.public import ours

BASE_DIR = Path(__file__).resolve().parent
LONGSTONE_PUBLIC_HOME = Path(os.environ.get("LONGSTONE_PUBLIC_HOME") or BASE_DIR.parent.parent / "var" / "public")
LONGSTONE_WRITE_GUARD = ours.DEMO or os.environ.get("LONGSTONE_TEST") == "1"


def _secret() -> str:
    """Read this site's own secret, made once; it signs nothing but the marks of opened pages."""
    if given := os.environ.get("LONGSTONE_PUBLIC_SECRET"):
        return given
    path = LONGSTONE_PUBLIC_HOME / "secret"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as made:
            made.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text()


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    bounds = {
        "connect_timeout": "3",
        "options": "-c statement_timeout=5000 -c idle_in_transaction_session_timeout=5000",
    }
    return {
        "ENGINE": "longstone.kernel.database",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**bounds, **query},
    }


SECRET_KEY = _secret()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("LONGSTONE_PUBLIC_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
DATABASES = {"default": _database(os.environ.get("DATABASE_URL", "postgresql:///longstone"))}
INSTALLED_APPS: list[str] = []  # no table of the house is known here
MIDDLEWARE = [
    "longstone.public.walls.walls",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "longstone.public.urls"
WSGI_APPLICATION = "longstone.public.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {"context_processors": ["longstone.public.frame.frame"]},
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 << 10
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 0
FILE_UPLOAD_HANDLERS: list[str] = []
SECURE_SSL_REDIRECT = os.environ.get("LONGSTONE_PUBLIC_TLS") == "1"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE_SSL_REDIRECT else 0
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_REFERRER_POLICY = "same-origin"
if ours.PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False
DATE_INPUT_FORMATS = ["%d/%m/%Y", "%d/%m/%y", "%Y-%m-%d", "%d %m %Y", "%d.%m.%Y"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "longstone.kernel.logs.AsJson"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.server": {"handlers": [], "propagate": False},
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},  # what strangers send wrongly is theirs, and is not kept
    },
}
