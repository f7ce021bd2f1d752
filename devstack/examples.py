"""What each variable that the settings are made of may say: two values, with different effects."""

EXAMPLES = {
    "FLASK_BASE_URL": ("http://indico.model:8080", "http://indico.other:8080"),
    "FLASK_CELERY_CONCURRENCY": ("0", "4"),
    "FLASK_DEFAULT_LOCALE": ("fr_FR", "de_DE"),
    "FLASK_DEFAULT_TIMEZONE": ("Europe/Zurich", "Asia/Tokyo"),
    "FLASK_ENABLE_ROOMBOOKING": ("true", "false"),
    "FLASK_FAILED_LOGIN_RATE_LIMIT": ("5 per minute", "6/minute; 10 per 2 days"),
    "FLASK_INDICO_NO_REPLY_EMAIL": ("noreply@example.org", "nobody@example.org"),
    "FLASK_INDICO_PUBLIC_SUPPORT_EMAIL": ("contact@example.org", "info@example.org"),
    "FLASK_INDICO_SETTINGS": ("{LOCAL_GROUPS: false}", "{LOCAL_GROUPS: true}"),
    "FLASK_INDICO_SUPPORT_EMAIL": ("support@example.org", "team@example.org"),
    "FLASK_LOCAL_REGISTRATION": ("true", "false"),
    "FLASK_LOG_LEVEL": ("debug", "warning"),
    "FLASK_MAX_UPLOAD_FILES_TOTAL_SIZE": ("0", "1024"),
    "FLASK_MAX_UPLOAD_FILE_SIZE": ("0", "100"),
    "FLASK_SECRET_KEY": ("a key of sixteen characters", "another key of its own"),
    "FLASK_SENTRY_DSN": ("https://key@sentry.example.org/1", "https://key@sentry.example.org/2"),
    "FLASK_SESSION_LIFETIME": ("3600", "0"),
    "FLASK_SIGNUP_RATE_LIMIT": ("2 per hour; 5 per day", "1 per second"),
    "FLASK_SITE_URL": ("https://indico.example.org", "https://events.example.org"),
    "FLASK_SMTP_ALLOWED_SENDERS": ("*@example.org", "*@example.org, me@example.com"),
    "FLASK_SMTP_SENDER_FALLBACK": ("noreply@example.org", "indico@example.org"),
    "POSTGRESQL_DB_CONNECT_STRING": (
        "postgresql://indico:s3cr3t@pg:5432/indico",
        "postgresql://indico:s3cr3t@other:5432/indico?sslmode=verify-full&sslrootcert=/ca.pem",
    ),
    "REDIS_DB_CONNECT_STRING": ("redis://:s3cr3t@redis:6379", "rediss://redis:6379"),
    "SMTP_HOST": ("smtp.example.org", "smtp.example.com"),
    "SMTP_PASSWORD": ("s3cr3t", "another"),
    "SMTP_PORT": ("587", "465"),
    "SMTP_TRANSPORT_SECURITY": ("starttls", "tls"),
    "SMTP_USER": ("indico", "events"),
}

REQUIRED = (
    "FLASK_BASE_URL",
    "FLASK_SECRET_KEY",
    "POSTGRESQL_DB_CONNECT_STRING",
    "REDIS_DB_CONNECT_STRING",
)
