"""Every setting, in one file, from the environment; a missing or misspelt value stops the start with its name.

Development is the default and answers on loopback only. Production is asked for: RIGHTSDESK_MODE=production.
The table of variables is in docs/operator.md.
"""

from __future__ import annotations

import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

KNOWN = {
    "RIGHTSDESK_MODE",
    "RIGHTSDESK_SECRET_KEY",
    "RIGHTSDESK_SECRET_KEY_FALLBACKS",
    "RIGHTSDESK_HOSTS",
    "RIGHTSDESK_ORIGIN",
    "RIGHTSDESK_VAR",
    "RIGHTSDESK_CACHE_URL",
    "RIGHTSDESK_EMAIL_URL",
    "RIGHTSDESK_EMAIL_FROM",
    "RIGHTSDESK_TRUSTED_PROXIES",
    "RIGHTSDESK_MARKETPLACE_HOSTS",
    "RIGHTSDESK_MARKETPLACE_ORIGIN",
    "RIGHTSDESK_MARKETPLACE_CONNECTOR",
    "RIGHTSDESK_REGISTERS_LIVE",
    "RIGHTSDESK_USPTO_API_KEY",
    "RIGHTSDESK_USPTO_BASE",
    "RIGHTSDESK_EUIPO_CLIENT_ID",
    "RIGHTSDESK_EUIPO_CLIENT_SECRET",
    "RIGHTSDESK_EUIPO_BASE",
    "RIGHTSDESK_EUIPO_TOKEN_URL",
    "RIGHTSDESK_EMBEDDED_WORKER",
    "RIGHTSDESK_HOLD_HOURS",
    "RIGHTSDESK_NEW_ADMINISTRATOR_DAYS",
    "RIGHTSDESK_LOG_LEVEL",
    "RIGHTSDESK_CHECKPOINT_DIR",
    "RIGHTSDESK_CHECKPOINT_KEY",
    "RIGHTSDESK_CHECKPOINT_MAIL",
    "RIGHTSDESK_TIMESTAMP_URL",
    "RIGHTSDESK_TIMESTAMP_ROOTS",
}
unknown = sorted(name for name in os.environ if name.startswith("RIGHTSDESK_") and name not in KNOWN)
if unknown:
    raise ImproperlyConfigured(f"Unknown setting in the environment: {', '.join(unknown)}. See docs/operator.md.")

MODE = env.str("RIGHTSDESK_MODE", default="development")
if MODE not in {"development", "production"}:
    raise ImproperlyConfigured(f"RIGHTSDESK_MODE is {MODE!r}; it must be development or production.")
DEBUG = MODE == "development"

DEVELOPMENT_KEY = "development-only-" + "0" * 50
SECRET_KEY = env.str("RIGHTSDESK_SECRET_KEY", default=DEVELOPMENT_KEY if DEBUG else "")
if not DEBUG and (len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10 or SECRET_KEY == DEVELOPMENT_KEY):
    raise ImproperlyConfigured("RIGHTSDESK_SECRET_KEY must be at least 50 random characters in production.")

SECRET_KEY_FALLBACKS: list[str] = env.list("RIGHTSDESK_SECRET_KEY_FALLBACKS", default=[])

ALLOWED_HOSTS: list[str] = env.list("RIGHTSDESK_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("RIGHTSDESK_HOSTS must name the hosts of this site, separated by commas.")
ORIGIN: str = env.str("RIGHTSDESK_ORIGIN", default="http://localhost:8000" if DEBUG else f"https://{ALLOWED_HOSTS[0]}")
VAR_DIR = Path(env.str("RIGHTSDESK_VAR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "portal.accounts.apps.AccountsConfig",
    "portal.ledger.apps.LedgerConfig",
    "portal.files.apps.FilesConfig",
    "portal.identity.apps.IdentityConfig",
    "portal.marketplace.apps.MarketplaceConfig",
    "portal.api.apps.ApiConfig",
    "brands.apps.BrandsConfig",
    "complaints.apps.ComplaintsConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.headless",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_countries",
    "django_htmx",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.HeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.accounts.middleware.ReaderMiddleware",
    "portal.accounts.middleware.StaffSecondFactorMiddleware",
    "portal.accounts.sso.middleware.CompanySessionMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.reader",
            ],
        },
    },
]

# --- data
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'rightsdesk.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHE_URL: str = env.str("RIGHTSDESK_CACHE_URL", default="")
CACHES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}
    if CACHE_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# --- background work: the outbox table is the queue; Celery, where there is a broker, is the doorbell
CELERY_BROKER_URL: str = env.str("CELERY_BROKER_URL", default="")
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
EMBEDDED_WORKER: bool = env.bool("RIGHTSDESK_EMBEDDED_WORKER", default=not CELERY_BROKER_URL)

# --- holds: how long a change that could hijack an organisation rests, and for how long an administrator is new
HOLD_HOURS: int = env.int("RIGHTSDESK_HOLD_HOURS", default=72)
if not 1 <= HOLD_HOURS <= 720:
    raise ImproperlyConfigured("RIGHTSDESK_HOLD_HOURS must be 1 to 720 hours.")
NEW_ADMINISTRATOR_DAYS: int = env.int("RIGHTSDESK_NEW_ADMINISTRATOR_DAYS", default=30)
if not 1 <= NEW_ADMINISTRATOR_DAYS <= 365:
    raise ImproperlyConfigured("RIGHTSDESK_NEW_ADMINISTRATOR_DAYS must be 1 to 365 days.")

# --- files
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = "/never-served/"
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = [
    "portal.files.handlers.LimitedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- people
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "portal.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "portal.accounts.forms.SignupForm"
ACCOUNT_FORMS = {"signup": "portal.accounts.signup.PageSignupForm"}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # only in the session that signed up, and within 15 minutes
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS = {
    "public_notice_try": "60/h/ip",
    "public_notice": "10/h/ip,5/h/key",
    "calendar_feed": "1200/h/ip,60/h/key",
    "recovery_request": "5/d/key",
    "sign_on_find": "30/m/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT: int = env.int("RIGHTSDESK_TRUSTED_PROXIES", default=0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
MFA_TOTP_ISSUER = "Rightsdesk"
MFA_ADAPTER = "portal.accounts.adapter.MfaAdapter"
USERSESSIONS_TRACK_ACTIVITY = False
# Companies' own providers: the rows are ours (SignOn), and so are the verbs that make and link accounts.
SOCIALACCOUNT_ADAPTER = "portal.accounts.sso.adapter.SocialAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # an address that a provider asserts opens nothing
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": []}}
SIGN_ON_LOOPBACK: bool = DEBUG  # a provider on this very machine, without TLS: in development only
HEADLESS_CLIENTS = ("app",)  # programs with an X-Session-Token; browsers have the pages, and cookies open no API
HEADLESS_ONLY = False

# --- mail
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL: str = env.str("RIGHTSDESK_EMAIL_FROM", default="Rightsdesk <desk@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_URL: str = env.str("RIGHTSDESK_EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url("RIGHTSDESK_EMAIL_URL"))
elif DEBUG:
    EMAIL_BACKEND = "portal.ledger.mailbox.FileBackend"
    MAILBOX_DIR = VAR_DIR / "mail"
else:
    raise ImproperlyConfigured(
        "RIGHTSDESK_EMAIL_URL must say how mail leaves, such as smtp+tls://user:password@host:587."
    )

# --- marketplace
MARKETPLACE_HOSTS: list[str] = env.list("RIGHTSDESK_MARKETPLACE_HOSTS", default=["shop.example", *ALLOWED_HOSTS])
MARKETPLACE_ORIGIN: str = env.str("RIGHTSDESK_MARKETPLACE_ORIGIN", default="https://shop.example")
MARKETPLACE_CONNECTOR: str = env.str(
    "RIGHTSDESK_MARKETPLACE_CONNECTOR", default="portal.marketplace.connectors.sandbox.SandboxConnector"
)

# --- registers: which offices may be asked; none of them until an operator says so
REGISTERS_LIVE: list[str] = env.list("RIGHTSDESK_REGISTERS_LIVE", default=[])
USPTO_API_KEY: str = env.str("RIGHTSDESK_USPTO_API_KEY", default="")
USPTO_BASE: str = env.str("RIGHTSDESK_USPTO_BASE", default="https://tsdrapi.uspto.gov")
EUIPO_CLIENT_ID: str = env.str("RIGHTSDESK_EUIPO_CLIENT_ID", default="")
EUIPO_CLIENT_SECRET: str = env.str("RIGHTSDESK_EUIPO_CLIENT_SECRET", default="")
EUIPO_BASE: str = env.str("RIGHTSDESK_EUIPO_BASE", default="https://api.euipo.europa.eu")
EUIPO_TOKEN_URL: str = env.str(
    "RIGHTSDESK_EUIPO_TOKEN_URL", default="https://euipo.europa.eu/cas-server-webapp/oidc/accessToken"
)
strangers = sorted(set(REGISTERS_LIVE) - {"US", "EM"})
if strangers:
    raise ImproperlyConfigured(f"RIGHTSDESK_REGISTERS_LIVE names {', '.join(strangers)}; US and EM can be asked.")
if "US" in REGISTERS_LIVE and not USPTO_API_KEY:
    raise ImproperlyConfigured("RIGHTSDESK_REGISTERS_LIVE names US: RIGHTSDESK_USPTO_API_KEY must hold the key.")
if "EM" in REGISTERS_LIVE and not (EUIPO_CLIENT_ID and EUIPO_CLIENT_SECRET):
    raise ImproperlyConfigured(
        "RIGHTSDESK_REGISTERS_LIVE names EM: RIGHTSDESK_EUIPO_CLIENT_ID and RIGHTSDESK_EUIPO_CLIENT_SECRET are needed."
    )

# --- evidence: where the daily checkpoint of all chains goes, and who may say when a manifest was there
CHECKPOINT_DIR = Path(env.str("RIGHTSDESK_CHECKPOINT_DIR", default=str(VAR_DIR / "checkpoints")))
CHECKPOINT_KEY: str = env.str("RIGHTSDESK_CHECKPOINT_KEY", default="")
CHECKPOINT_MAIL: str = env.str("RIGHTSDESK_CHECKPOINT_MAIL", default="")
TIMESTAMP_URL: str = env.str("RIGHTSDESK_TIMESTAMP_URL", default="")
TIMESTAMP_ROOTS: str = env.str("RIGHTSDESK_TIMESTAMP_ROOTS", default="")
if TIMESTAMP_URL and not TIMESTAMP_URL.startswith(("https://", "http://")):
    raise ImproperlyConfigured("RIGHTSDESK_TIMESTAMP_URL must be the address of a timestamp authority.")
if TIMESTAMP_URL and not Path(TIMESTAMP_ROOTS).is_file():
    raise ImproperlyConfigured(
        "RIGHTSDESK_TIMESTAMP_URL is set: RIGHTSDESK_TIMESTAMP_ROOTS must name a PEM file with the authority's root."
    )

# --- language and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
COUNTRIES_FIRST: list[str] = []

# --- what the browser may do
SELF = "'self'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [ORIGIN]
if not DEBUG:
    SECURE_SSL_REDIRECT = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if ALLAUTH_TRUSTED_PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["portal.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["portal.api.permissions.HasKey"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["portal.api.parsers.StrictJSONParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_PAGINATION_CLASS": "portal.api.pagination.CursorPage",
    "DEFAULT_SCHEMA_CLASS": "portal.api.schema.Schema",
    "DEFAULT_THROTTLE_CLASSES": ["portal.api.throttles.KeyThrottle"],
    "DEFAULT_THROTTLE_RATES": {"key": "600/min", "person": "120/min"},
    "EXCEPTION_HANDLER": "portal.api.problems.handle",
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_VERSIONING_CLASS": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Rightsdesk API",
    "DESCRIPTION": "Register rights, file complaints, follow every item. See docs/integrator.md.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "ENUM_NAME_OVERRIDES": {
        "OrganisationKind": "portal.accounts.models.OrganisationKind.values",
        "ReviewState": "portal.accounts.states.STATE_VALUES",  # of organisations and of rights
        "IdentityDocumentKind": "portal.identity.models.DocumentKind.values",
        "RightKind": "brands.models.RightKind.values",
        "RightFileKind": "brands.models.RightFileKind.values",
        "Office": "brands.registers.offices.OFFICE_CODES",
        "DesignatedOffice": "brands.registers.madrid.DESIGNATED_CODES",
        "NiceKind": ["goods", "services"],
    },
}

# --- logs
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("RIGHTSDESK_LOG_LEVEL", default="INFO")},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},
        "django.server": {"level": "WARNING"},
        "pikepdf": {"level": "ERROR"},
        "fontTools": {"level": "WARNING"},
        "fpdf": {"level": "WARNING"},
    },
}
