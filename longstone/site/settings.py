"""How does this process run? Everything that differs between machines comes from the environment."""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent.parent
LONGSTONE_HOME = Path(os.environ.get("LONGSTONE_HOME") or BASE_DIR / "var")
LONGSTONE_ROLE = os.environ.get("LONGSTONE_ROLE", "web")
LONGSTONE_DEMO = os.environ.get("LONGSTONE_DEMO") == "1"
LONGSTONE_TEST = os.environ.get("LONGSTONE_TEST") == "1"
LONGSTONE_ORIGIN = os.environ.get("LONGSTONE_ORIGIN", "longstone.example/ledger")
LONGSTONE_OUTSIDE = os.environ.get("LONGSTONE_OUTSIDE", "")  # a folder on another disk: what must outlive the house
LONGSTONE_BACKUP_HOURS = float(os.environ.get("LONGSTONE_BACKUP_HOURS", "26"))
LONGSTONE_DISK_LEAST = int(os.environ.get("LONGSTONE_DISK_LEAST", str(2 << 30)))  # free bytes; fewer are an alarm
LONGSTONE_METRICS_TOKEN = os.environ.get("LONGSTONE_METRICS_TOKEN", "")
LONGSTONE_PROXY = int(
    os.environ.get("LONGSTONE_PROXY") or 0
)  # proxies in front whose X-Forwarded-Proto and -For we believe
LONGSTONE_IDLE_MINUTES = int(os.environ.get("LONGSTONE_IDLE_MINUTES") or 60)  # a session in which nothing is done ends
LONGSTONE_SESSION_HOURS = int(os.environ.get("LONGSTONE_SESSION_HOURS") or 12)  # and every session ends after these
LONGSTONE_LOCK_MINUTES = int(os.environ.get("LONGSTONE_LOCK_MINUTES") or 15)  # how long the door stays shut
LONGSTONE_CODE_MINUTES = int(os.environ.get("LONGSTONE_CODE_MINUTES") or 60)  # how long a one-time code is good
LONGSTONE_HELP = os.environ.get("LONGSTONE_HELP", "your force’s administrator")  # whom to ring who cannot sign in
LONGSTONE_WRITE_GUARD = LONGSTONE_ROLE != "owner" and (LONGSTONE_DEMO or LONGSTONE_TEST)
LONGSTONE_UPLOAD_MAX = 8 << 40
LONGSTONE_STALLED_AFTER = int(os.environ.get("LONGSTONE_STALLED_AFTER") or 30)  # seconds without a worker's heartbeat
LONGSTONE_WITNESS = os.environ.get("LONGSTONE_WITNESS", "")  # docs/how-to/witness.md
LONGSTONE_TSA = os.environ.get("LONGSTONE_TSA", "")  # docs/how-to/time-stamps.md
LONGSTONE_TSA_MINUTES = int(os.environ.get("LONGSTONE_TSA_MINUTES", "60"))
LONGSTONE_ACCESS_LOG_DAYS = int(
    os.environ.get("LONGSTONE_ACCESS_LOG_DAYS", "2557")
)  # seven years: docs/how-to/erasure.md
LONGSTONE_STORE = os.environ.get("LONGSTONE_STORE", "")  # where bytes are kept: docs/how-to/store.md
LONGSTONE_STORE_KEY_NAME = os.environ.get("LONGSTONE_STORE_KEY_NAME", "")  # the key that wraps each object's own
LONGSTONE_STORE_CACHE = int(os.environ.get("LONGSTONE_STORE_CACHE") or 64 << 30)  # bytes of copies from a bucket
LONGSTONE_VERIFY_DAYS = int(os.environ.get("LONGSTONE_VERIFY_DAYS", "30"))  # every object is read through once in these
LONGSTONE_DISPOSAL_HOURS = float(os.environ.get("LONGSTONE_DISPOSAL_HOURS", "0.02" if LONGSTONE_DEMO else "168"))
LONGSTONE_AT_THE_DOOR = int(
    os.environ.get("LONGSTONE_AT_THE_DOOR") or 30
)  # requests a minute to /api/ from one address without a token: docs/how-to/systems.md
LONGSTONE_SHELVES = os.environ.get("LONGSTONE_SHELVES", "")  # a force's own shelf files


def _secret() -> str:
    """Read this installation's own secret, made once; there is no default."""
    if given := os.environ.get("LONGSTONE_SECRET_KEY"):
        return given
    path = LONGSTONE_HOME / "keys" / "django.secret"
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
    return {
        "ENGINE": "longstone.kernel.database",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }


SECRET_KEY = _secret()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("LONGSTONE_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
DATABASES = {"default": _database(os.environ.get("DATABASE_URL", "postgresql:///longstone"))}

INSTALLED_APPS = [
    "longstone.kernel",
    "longstone.people",
    "longstone.cases",
    "longstone.evidence",
    "longstone.site",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "longstone.site.lines.requests_logged",
    "django.middleware.security.SecurityMiddleware",
    "longstone.site.middleware.content_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "longstone.site.middleware.actor_and_moment",
    "longstone.site.middleware.factor_first",
    "longstone.site.systems.systems_known",
    "longstone.kernel.web.middleware.reads_recorded",
]
ROOT_URLCONF = "longstone.site.urls"
WSGI_APPLICATION = "longstone.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [
            BASE_DIR / "longstone" / "site" / "templates",
            BASE_DIR / "longstone" / "kernel" / "web" / "templates",
            *(BASE_DIR / "longstone" / room / "web" / "templates" for room in ("people", "cases", "evidence")),
        ],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "longstone.site.frame.frame",
            ],
            "libraries": {"longstone": "longstone.kernel.web.templatetags.longstone"},
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

AUTH_USER_MODEL = "people.Staff"
AUTHENTICATION_BACKENDS = ["longstone.site.sign_in.StaffBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
if LONGSTONE_TEST:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # tests make many people
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "longstone.site.sign_in.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login_failed": f"20/m/ip,5/{LONGSTONE_LOCK_MINUTES}m/key", "login": "60/m/ip"}
MFA_ADAPTER = "longstone.site.sign_in_factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Longstone"
MFA_TOTP_TOLERANCE = 1  # a code typed a moment late is good; none is good twice
MFA_RATE_LIMITS = {"webauthn_login": "20/m/ip"}
MFA_FORMS = {
    "authenticate": "longstone.site.sign_in_factors.CodeForm",
    "authenticate_webauthn": "longstone.site.sign_in_factors.KeyForm",
    "login_webauthn": "longstone.site.sign_in_factors.PasskeyForm",
}
SOCIALACCOUNT_ADAPTER = "longstone.site.sign_in_directory.DirectoryDoor"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True}}  # S256; the providers stand on the shelf
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/sign-in/login/"
SESSION_COOKIE_AGE = LONGSTONE_SESSION_HOURS * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = os.environ.get("LONGSTONE_TLS") == "1"
CSRF_FAILURE_VIEW = "longstone.site.pages.sent_too_late"
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]  # asked by this machine, past the proxy
if LONGSTONE_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = LONGSTONE_PROXY
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("LONGSTONE_ORIGINS", "").split(",") if o]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",  # one for all processes: the counts of failed sign-ins
        "LOCATION": "cache_entries",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},  # by default a guesser's 300 names would push everybody's counts out
    }
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
DATE_INPUT_FORMATS = ["%d/%m/%Y", "%d/%m/%y", "%Y-%m-%d"]
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "longstone" / "site" / "static"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "longstone.kernel.logs.AsJson"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"procrastinate": {"level": "WARNING"}, "django.server": {"handlers": [], "propagate": False}},
}
