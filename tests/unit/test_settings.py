"""What Indico's settings are for an environment, and what is said of one that is unusable."""

from contextlib import suppress

import hypothesis
import pytest
from hypothesis import strategies as st

from indico_app.settings import SettingsError, from_environment
from indico_app.settings.environment import option
from tests.unit.environment import ENVIRONMENT, refused, settings

USABLE = ENVIRONMENT | {
    "FLASK_ENABLE_ROOMBOOKING": "true",
    "FLASK_INDICO_NO_REPLY_EMAIL": "noreply@example.org",
    "FLASK_INDICO_PUBLIC_SUPPORT_EMAIL": "contact@example.org",
    "FLASK_INDICO_SUPPORT_EMAIL": "support@example.org",
    "FLASK_SITE_URL": "https://indico.example.org",
    "SMTP_HOST": "smtp.example.org",
    "SMTP_PASSWORD": "s3cr3t",
    "SMTP_PORT": "587",
    "SMTP_SKIP_SSL_VERIFY": "False",
    "SMTP_TRANSPORT_SECURITY": "starttls",
    "SMTP_USER": "indico",
}


@pytest.mark.parametrize("variable", ENVIRONMENT)
def test_required_variable_missing_is_named(variable: str):
    error = refused(**{variable: ""})

    assert error.variable == variable
    assert "is not set" in str(error)


def test_base_url_without_site_url_is_the_charms():
    assert settings()["BASE_URL"] == "http://indico.model:8080"
    assert settings(FLASK_SITE_URL="")["BASE_URL"] == "http://indico.model:8080"


def test_base_url_with_site_url_is_the_operators():
    assert settings(FLASK_SITE_URL="https://indico.example.org")["BASE_URL"] == (
        "https://indico.example.org"
    )


@pytest.mark.parametrize(
    ("given_url", "base_url"),
    [
        ("https://indico.example.org:443", "https://indico.example.org"),
        ("http://indico.example.org:80", "http://indico.example.org"),
        ("https://indico.example.org:80", "https://indico.example.org:80"),
        ("https://indico.example.org/", "https://indico.example.org"),
        ("HTTPS://Indico.Example.ORG", "https://indico.example.org"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://192.0.2.1", "http://192.0.2.1"),
        ("http://[2001:DB8::1]", "http://[2001:db8::1]"),
        ("http://[2001:db8::1]:8080/", "http://[2001:db8::1]:8080"),
    ],
)
def test_base_url_is_written_in_one_way(given_url: str, base_url: str):
    assert settings(FLASK_SITE_URL=given_url)["BASE_URL"] == base_url


@pytest.mark.parametrize(
    "url",
    [
        "indico.example.org",
        "indico.example.org:8080",
        "ftp://indico.example.org",
        "https://",
        "https://:8080",
        "https://indico_example.org",
        "https://indico example.org",
        "https://-indico.example.org",
        "https://indico..example.org",
        "https://indico.example.org:https",
        "https://indico.example.org:65536",
        "https://[2001:db8::1",
        "https://[2001:db8::1%eth0]",
        "https://indico.example.org/indico",
        "https://indico.example.org?debug",
        "https://indico.example.org#top",
        "https://indico@indico.example.org",
    ],
)
@pytest.mark.parametrize("variable", ["FLASK_SITE_URL", "FLASK_BASE_URL"])
def test_base_url_unusable_asks_for_site_url(variable: str, url: str):
    error = refused(**{variable: url})

    assert error.variable == variable
    assert str(error).startswith(option(variable))
    assert "set site_url to a web address" in str(error)


def test_database_keeps_its_parameters():
    uri = "postgresql://indico:s3cr3t@pg:5432/indico?sslmode=verify-full&sslrootcert=/ca.pem"

    assert settings(POSTGRESQL_DB_CONNECT_STRING=uri)["SQLALCHEMY_DATABASE_URI"] == uri


def test_database_scheme_is_the_one_that_sqlalchemy_knows():
    given_uri = "postgres://indico:s3cr3t@pg:5432/indico"
    uri = settings(POSTGRESQL_DB_CONNECT_STRING=given_uri)["SQLALCHEMY_DATABASE_URI"]

    assert uri == "postgresql://indico:s3cr3t@pg:5432/indico"


def test_redis_serves_cache_and_broker_from_two_databases():
    made = settings(REDIS_DB_CONNECT_STRING="redis://:s3cr3t@redis:6379")

    assert made["REDIS_CACHE_URL"] == "redis://:s3cr3t@redis:6379/0"
    assert made["CELERY_BROKER"] == "redis://:s3cr3t@redis:6379/1"


def test_redis_keeps_tls_and_its_parameters():
    made = settings(REDIS_DB_CONNECT_STRING="rediss://redis:6379?ssl_cert_reqs=required")

    assert made["REDIS_CACHE_URL"] == "rediss://redis:6379/0?ssl_cert_reqs=required"


@pytest.mark.parametrize(
    ("variable", "remedy", "value"),
    [
        ("POSTGRESQL_DB_CONNECT_STRING", "integrate the charm with postgresql", value)
        for value in (
            "mysql://indico:s3cr3t@pg:3306/indico",
            "postgresql:///indico?password=s3cr3t",
            "postgresql://indico:s3cr3t@pg:5432",
            "postgresql://indico:s3cr3t@pg:5432/",
            "postgresql://indico:s3cr3t#@pg:5432/indico",
            "postgresql://indico:s3cr3t@[pg:5432/indico",
            "s3cr3t",
        )
    ]
    + [
        ("REDIS_DB_CONNECT_STRING", "integrate the charm with redis", value)
        for value in (
            "http://:s3cr3t@redis:6379",
            "redis://:s3cr3t@:6379",
            "redis://:s3cr3t@redis:None",
            "redis://:s3cr3t#@redis:6379",
            "s3cr3t",
        )
    ],
)
def test_connect_string_unusable_keeps_its_password(variable: str, remedy: str, value: str):
    error = refused(**{variable: value})

    assert error.variable == variable
    assert remedy in str(error)
    assert "s3cr3t" not in str(error)


def test_addresses_by_default_are_at_the_host():
    made = settings(FLASK_SITE_URL="https://indico.example.org:8443")

    assert made["SUPPORT_EMAIL"] == "support@indico.example.org"
    assert made["PUBLIC_SUPPORT_EMAIL"] == "support@indico.example.org"
    assert made["NO_REPLY_EMAIL"] == "noreply@indico.example.org"


def test_addresses_public_one_follows_the_support_address():
    made = settings(FLASK_INDICO_SUPPORT_EMAIL="team@example.org")

    assert made["SUPPORT_EMAIL"] == "team@example.org"
    assert made["PUBLIC_SUPPORT_EMAIL"] == "team@example.org"


def test_addresses_can_all_be_chosen():
    made = settings(
        FLASK_INDICO_SUPPORT_EMAIL="team@example.org",
        FLASK_INDICO_PUBLIC_SUPPORT_EMAIL="contact@example.org",
        FLASK_INDICO_NO_REPLY_EMAIL="nobody@example.org",
    )

    assert made["SUPPORT_EMAIL"] == "team@example.org"
    assert made["PUBLIC_SUPPORT_EMAIL"] == "contact@example.org"
    assert made["NO_REPLY_EMAIL"] == "nobody@example.org"


@pytest.mark.parametrize(
    "option",
    ["indico_support_email", "indico_public_support_email", "indico_no_reply_email"],
)
@pytest.mark.parametrize(
    "address", ["nobody", "@example.org", "me@", "me@you@example.org", "Me <me@example.org>"]
)
def test_address_unusable_names_its_option(option: str, address: str):
    variable = f"FLASK_{option.upper()}"
    error = refused(**{variable: address})

    assert error.variable == variable
    assert str(error).startswith(f"{option} '{address}' is not an e-mail address")
    assert "use one such as" in str(error)


def test_roombooking_by_default_is_off():
    assert settings()["ENABLE_ROOMBOOKING"] is False


@pytest.mark.parametrize(("value", "enabled"), [("true", True), ("false", False)])
def test_roombooking_follows_its_option(value: str, *, enabled: bool):
    assert settings(FLASK_ENABLE_ROOMBOOKING=value)["ENABLE_ROOMBOOKING"] is enabled


def test_roombooking_unusable_names_its_option():
    error = refused(FLASK_ENABLE_ROOMBOOKING="perhaps")

    assert error.variable == "FLASK_ENABLE_ROOMBOOKING"
    assert str(error) == "enable_roombooking 'perhaps' is not a flag: use true or false"


def test_smtp_without_a_relation_is_indicos_default():
    assert not [name for name in settings() if name.startswith("SMTP_")]


@pytest.mark.parametrize(
    ("security", "use_tls", "use_ssl"),
    [("none", False, False), ("starttls", True, False), ("tls", False, True)],
)
def test_smtp_follows_the_transport_security(security: str, *, use_tls: bool, use_ssl: bool):
    made = settings(SMTP_HOST="smtp.example.org", SMTP_TRANSPORT_SECURITY=security)

    assert made["SMTP_USE_TLS"] is use_tls
    assert made["SMTP_USE_SSL"] is use_ssl


def test_smtp_with_a_host_alone_is_plain_on_port_25():
    made = settings(SMTP_HOST="smtp.example.org")

    assert made["SMTP_SERVER"] == ("smtp.example.org", 25)
    assert made["SMTP_LOGIN"] is None
    assert made["SMTP_USE_TLS"] is False
    assert made["SMTP_USE_SSL"] is False


def test_smtp_with_an_account_logs_in():
    made = settings(SMTP_HOST="smtp.example.org", SMTP_USER="indico", SMTP_PASSWORD="s3cr3t")

    assert made["SMTP_LOGIN"] == "indico"
    assert made["SMTP_PASSWORD"] == "s3cr3t"


@pytest.mark.parametrize(
    ("given", "missing"), [("SMTP_USER", "SMTP_PASSWORD"), ("SMTP_PASSWORD", "SMTP_USER")]
)
def test_smtp_account_without_its_other_half_is_refused(given: str, missing: str):
    error = refused(SMTP_HOST="smtp.example.org", **{given: "s3cr3t"})

    assert error.variable == missing
    assert "s3cr3t" not in str(error)


def test_smtp_certificate_is_checked_unless_told_otherwise():
    backends = {
        settings(SMTP_HOST="smtp.example.org", SMTP_SKIP_SSL_VERIFY=skip)["EMAIL_BACKEND"]
        for skip in ("False", "")
    }
    assert backends == {"indico_app.smtp.EmailBackend"}

    made = settings(SMTP_HOST="smtp.example.org", SMTP_SKIP_SSL_VERIFY="True")
    assert made["EMAIL_BACKEND"] == "indico_app.smtp.UnverifiedEmailBackend"


def test_smtp_security_unusable_is_named():
    error = refused(SMTP_HOST="smtp.example.org", SMTP_TRANSPORT_SECURITY="magic")

    assert error.variable == "SMTP_TRANSPORT_SECURITY"
    assert "use none, starttls or tls" in str(error)


@pytest.mark.parametrize("port", [1, 587, 65535])
def test_smtp_port_in_range_is_taken(port: int):
    made = settings(SMTP_HOST="smtp.example.org", SMTP_PORT=str(port))

    assert made["SMTP_SERVER"] == ("smtp.example.org", port)


@pytest.mark.parametrize("port", ["0", "-1", "65536", "100000", "smtp", "25.0", "٢٥"])
def test_smtp_port_unusable_is_named(port: str):
    error = refused(SMTP_HOST="smtp.example.org", SMTP_PORT=port)

    assert error.variable == "SMTP_PORT"
    assert "use a number from 1 to 65535" in str(error)


def arbitrary(name: str) -> st.SearchStrategy[tuple[str, str | None]]:
    """A variable that is missing, or has any text, which may begin like a usable value."""
    usable = USABLE[name]
    beginning = st.integers(0, len(usable)).map(lambda length: usable[:length])
    return st.tuples(st.just(name), st.none() | st.builds(str.__add__, beginning, st.text()))


# The first text that hypothesis makes on a machine takes seconds.
@hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
@hypothesis.given(st.lists(st.sampled_from(sorted(USABLE)).flatmap(arbitrary)).map(dict))
def test_any_text_gives_settings_or_says_what_is_wrong(changes: dict[str, str | None]):
    environment = {name: value for name, value in (USABLE | changes).items() if value is not None}

    with suppress(SettingsError):
        assert from_environment(environment)["BASE_URL"]
