"""Which settings indico-settings may not change, and what the operator does instead."""

from indico_app.settings.general import OPTIONS

_PATHS = "the rock decides its paths: leave it out"
_MAIL = "the mail server is for the smtp relation: juju integrate indico smtp-integrator"
_PEOPLE = "the identity relations say who logs in: leave it out"
_STORAGE = "the charm decides where files are stored: leave it out"
_POSTGRESQL = "PostgreSQL is for its relation: juju integrate indico postgresql-k8s"
_REDIS = "Redis is for its relation: juju integrate indico redis-k8s"
_LATEX = "the rock has no LaTeX: leave it out"

_ELSEWHERE = {
    "ATTACHMENT_STORAGE": _STORAGE,
    "AUTH_PROVIDERS": _PEOPLE,
    "BASE_URL": "it has an option: site_url",
    "CACHE_DIR": _PATHS,
    "CELERY_BROKER": _REDIS,
    "CELERY_CONFIG": "the charm's metrics depend on it: leave it out",
    "CELERY_RESULT_BACKEND": _REDIS,
    "CUSTOMIZATION_DEBUG": "it has an option: customization_debug",
    "CUSTOMIZATION_DIR": "it has an option: customization_sources_url",
    "DEBUG": "it shows visitors what is secret: leave it out",
    "EMAIL_BACKEND": _MAIL,
    "EMAIL_LOG_STORAGE": _STORAGE,
    "ENABLE_ROOMBOOKING": "it has an option: enable_roombooking",
    "IDENTITY_PROVIDERS": _PEOPLE,
    "LOCAL_IDENTITIES": "it has an option: local-identities",
    "LOGGING_CONFIG_FILE": _PATHS,
    "LOG_DIR": _PATHS,
    "NO_REPLY_EMAIL": "it has an option: indico_no_reply_email",
    "PLUGINS": "it has an option: enabled-plugins",
    "PROVIDER_MAP": _PEOPLE,
    "PUBLIC_SUPPORT_EMAIL": "it has an option: indico_public_support_email",
    "REDIS_CACHE_URL": _REDIS,
    "SECRET_KEY": "it has an action: juju run indico/leader rotate-secret-key",
    "SMTP_CERTFILE": _PATHS,
    "SMTP_KEYFILE": _PATHS,
    "SQLALCHEMY_DATABASE_URI": _POSTGRESQL,
    "STATIC_FILE_METHOD": "nginx sends the files: leave it out",
    "STATIC_SITE_STORAGE": _STORAGE,
    "STORAGE_BACKENDS": _STORAGE,
    "STRICT_LATEX": _LATEX,
    "SUPPORT_EMAIL": "it has an option: indico_support_email",
    "TEMP_DIR": _PATHS,
    "USE_PROXY": "nginx is in front of Indico: leave it out",
    "XELATEX_PATH": _LATEX,
}

#: What to say of each of these settings: whose it is, and what to do.
OWNED = _ELSEWHERE | {s: f"it has an option: {name}" for s, name in OPTIONS.items()}
