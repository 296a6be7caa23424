"""One settings file. Nothing set: a laptop. HEAPLAB_URL set: a fleet, which must then be told everything else.

README.md lists the variables. Nothing exists only in production: each difference below is a value.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog

from config import environment, log_lines
from config.laptop import folder

BASE_DIR = Path(__file__).resolve().parents[1]

# The address people type. It decides the allowed hosts and whether cookies and redirects insist on https.
FLEET = bool(environment.text("HEAPLAB_URL", ""))
PUBLIC = environment.url("HEAPLAB_URL", ("https", "http"), "http://127.0.0.1:8000")
HTTPS = PUBLIC.scheme == "https"
if not PUBLIC.hostname:
    raise environment.BadSetting("HEAPLAB_URL names no host: write the address people type, such as https://heaplab.example.edu.")
if FLEET and not HTTPS and PUBLIC.hostname not in {"localhost", "127.0.0.1", "::1"}:
    raise environment.BadSetting(
        "HEAPLAB_URL begins with http://, so passwords and sessions could be read on the way: let a proxy end TLS and write https://."
    )

DEBUG = environment.flag("DEBUG", False)
if DEBUG and FLEET:
    raise environment.BadSetting("DEBUG is on although HEAPLAB_URL is set: pages would show source to anybody. Unset one of the two.")
# Health checks ask a process on its own machine, so the loopback names are always good ones.
ALLOWED_HOSTS = [PUBLIC.hostname, "127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{PUBLIC.scheme}://{PUBLIC.netloc}"] if FLEET else []

if FLEET:
    SECRET_KEY = environment.secret("SECRET_KEY")
    SECRET_KEY_FALLBACKS = environment.text("SECRET_KEY_FALLBACKS", "").split()
    _addresses = {"DATABASE_URL": environment.text("DATABASE_URL"), "BROKER_URL": environment.text("BROKER_URL")}
else:
    SECRET_KEY = environment.text("SECRET_KEY", "") or folder.kept_secret("secret-key")
    _addresses = folder.known_addresses() or folder.lite_addresses()
    # WhiteNoise complains of a folder that is not there, although on a laptop it looks elsewhere.
    folder.prepare(folder.data_folder() / "static")

METRICS_TOKEN = environment.text("METRICS_TOKEN", "")
# How many requests are answered at a time, each with a connection to the database of its own. A request waits for its commit, and commits
# are shared by those who wait: threads are what there must be enough of.
# Programs that wait for a grade hold a quarter of them at most (grader/api/waiting.py).
WEB_THREADS = environment.integer("WEB_THREADS", 32, at_least=1)

INSTALLED_APPS = [
    "config",
    "exercises",
    "grader",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    "config.metrics.measured",
    "grader.api.outermost.problems_only",
    "django.middleware.security.SecurityMiddleware",
    "config.content_security.guarded",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # Last: it turns the answer to somebody who tries too often into one that says so.
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # An input of the exercise page has its template beside its reader: inputs/NAME/field.html.
        "DIRS": [BASE_DIR / "grader" / "web"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {"default": environment.database("DATABASE_URL", _addresses["DATABASE_URL"])}
# The role that owns the tables and migrates; everything else is done as the one in DATABASE_URL (config/database_roles.py).
DATABASE_OWNER = environment.text("DATABASE_OWNER", "")
DATABASE_OWNER_PASSWORD = environment.text("DATABASE_OWNER_PASSWORD", "")
if DATABASE_OWNER and DATABASES["default"].get("USER") == DATABASE_OWNER:
    raise environment.BadSetting(f"DATABASE_OWNER and DATABASE_URL both name {DATABASE_OWNER}: write another role into DATABASE_URL.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "exercises.User"
# Where a POST hashes a password: config/front.py lets few of them run at a time.
PATHS_THAT_HASH = ("/sign-in/", "/account/password/", "/admin/login/", "/admin/exercises/user/")
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
# Asked before any password is hashed; config/signing_in.py says what is counted, and why.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["config.signing_in.PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=10)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# Ten minutes are ten minutes, also for those who go on trying; and a right password, once let in, is a clean slate.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "config.signing_in.address_of"
AXES_USERNAME_CALLABLE = "config.signing_in.name_of"
AXES_LOCKOUT_CALLABLE = "config.signing_in.too_often"
# Our audit log says who came in and who failed; what is kept here of an address is gone after the ten minutes.
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
# How long a sign-in link lives, made by staff or sent by mail (grader/deciding/sign_in_links.py).
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24 * environment.integer("SIGN_IN_LINK_DAYS", 7, at_least=1)
# Without a mail server nothing is sent, and the page for forgotten passwords says whom to ask.
MAIL = bool(environment.text("EMAIL_URL", ""))
EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS, EMAIL_USE_SSL = environment.mail("EMAIL_URL")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.text("EMAIL_FROM", f"heaplab@{PUBLIC.hostname}")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = environment.text("STATIC_ROOT", str(folder.data_folder() / "static"))
# A laptop serves files where they lie; an image has collected them, with names that change with their content.
WHITENOISE_USE_FINDERS = not FLEET
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if FLEET
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# The prefix has browsers refuse such a cookie from any but this very host, by https.
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 7
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz/", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
BEHIND_PROXY = environment.flag("HEAPLAB_BEHIND_PROXY", False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
# How large a body may be: a form's, and one of the API's with one submission.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
# The largest body of any address, a bulk of the API: 500 answers of 4,000 characters, were each of these written as two escapes, and room
# for the rest. Each address has its own bound, this one is for what stands before them all.
LARGEST_BODY = 26_214_400
# Joining the browsers' preload list is for the owner of the domain to decide, and hard to take back.
SILENCED_SYSTEM_CHECKS = ["security.W021"]

# --- Celery: the row is the truth, a message is only the bell. Losing one costs latency, doubling one costs nothing. ---
CELERY_BROKER_URL = environment.broker("BROKER_URL", ("redis", "rediss", "amqp", "amqps", "memory"), _addresses["BROKER_URL"])
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
# A task whose worker died is not rejected back: its row falls due again by itself, and a poisonous one cannot loop.
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_TIME_LIMIT = 30
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 15.0
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
# Whoever reached the broker could else tell every worker to stop. Nodes report to the database.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# Every node sweeps and cleans by itself; this is for the day when none of them hears or looks.
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "grader.tasks.sweep", "schedule": 15.0, "options": {"expires": 15}},
    "clean": {"task": "grader.tasks.clean", "schedule": 3600.0, "options": {"expires": 600}},
}
# Without this Celery closes the database connection around every task, and PostgreSQL forks a backend for each.
CELERY_DB_REUSE_MAX = 1000
if CELERY_BROKER_URL.startswith("redis"):
    # No socket_timeout for consumers: a quiet queue is no fault. Publishers get one of their own (config/celery.py).
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "visibility_timeout": 300,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_keepalive": True,
    }
    PUBLISHER_TRANSPORT_OPTIONS: dict[str, Any] = {"socket_timeout": 0.3, "socket_connect_timeout": 0.3, "retry_on_timeout": False}
elif CELERY_BROKER_URL.startswith("amqp"):
    CELERY_TASK_DEFAULT_QUEUE_TYPE = "quorum"
    CELERY_BROKER_TRANSPORT_OPTIONS = {"confirm_publish": True}
    PUBLISHER_TRANSPORT_OPTIONS = {}
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"polling_interval": 0.01}
    PUBLISHER_TRANSPORT_OPTIONS = {}

# --- Grading ---
# A laptop answers at once; a fleet leaves young rows to the bell, so that nodes do not all reach for the same one.
GRADER_DEMAND_WALL = environment.flag("GRADER_DEMAND_WALL", False)
# What may be worked out again goes when nobody has asked for it for so long; a token's row, unless something was handed in with it, when
# it has been over for so long (grader/working/cleaning.py).
KEEP_ANSWERS_DAYS = environment.integer("KEEP_ANSWERS_DAYS", 60)
KEEP_TOKENS_DAYS = environment.integer("KEEP_TOKENS_DAYS", 400)
GRADER_DRAIN_AFTER_SECONDS = environment.integer("GRADER_DRAIN_AFTER_SECONDS", 3 if FLEET else 0)

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "grader.api.schema.Description",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["grader.api.authentication.CredentialAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "EXCEPTION_HANDLER": "grader.api.problems.problem_response",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Heaplab",
    "DESCRIPTION": "Grade predictions about Python's memory.",
    "VERSION": "1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
}

# --- Logging: one line per event, JSON in a fleet ---
_shared_processors: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
structlog.configure(
    processors=[
        *_shared_processors,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": [*_shared_processors, structlog.stdlib.ExtraAdder(), log_lines.request_as_path, log_lines.without_links],
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer() if FLEET else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0),
            ],
        }
    },
    "filters": {"once_a_minute": {"()": log_lines.OnceAMinute}, "no_fault": {"()": log_lines.NoFaultOfOurs}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["once_a_minute", "no_fault"]}},
    "root": {"handlers": ["stderr"], "level": environment.text("LOG_LEVEL", "INFO").upper()},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "propagate": False},
        # Celery says once per message what the rows say better.
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "axes": {"level": "ERROR"},
    },
}
