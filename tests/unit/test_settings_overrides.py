"""The option indico-settings."""

import json
from datetime import timedelta

import pytest

from indico_app.settings.known import SETTINGS
from indico_app.settings.owned import OWNED
from tests.unit.environment import refused, settings

SMTP = {"SMTP_HOST": "smtp.example.org"}


def given(text: str) -> dict[str, object]:
    return settings(FLASK_INDICO_SETTINGS=text)


def problem(text: str) -> str:
    error = refused(FLASK_INDICO_SETTINGS=text)
    assert error.variable == "FLASK_INDICO_SETTINGS"
    assert "\n" not in str(error)
    assert "s3cr3t" not in str(error)
    return str(error).removeprefix("indico-settings ")


@pytest.mark.parametrize("text", ["", "  \n", "{}"])
def test_nothing_changes_nothing(text: str):
    assert given(text) == settings()


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("LOCAL_GROUPS: false", "LOCAL_GROUPS", False),
        ("{HELP_URL: https://help.example.org}", "HELP_URL", "https://help.example.org"),
        ('{"LOCAL_PASSWORD_MIN_LENGTH": 12}', "LOCAL_PASSWORD_MIN_LENGTH", 12),
        ("LATEX_RATE_LIMIT: null", "LATEX_RATE_LIMIT", None),
        ("SESSION_MAX_LIFETIME: null", "SESSION_MAX_LIFETIME", None),
        ("SESSION_MAX_LIFETIME: 3600", "SESSION_MAX_LIFETIME", 3600),
        ("ALLOWED_LANGUAGES: [en_GB, fr_FR]", "ALLOWED_LANGUAGES", {"en_GB", "fr_FR"}),
        ("CSP_SCRIPT_SOURCES:\n- https://a.example", "CSP_SCRIPT_SOURCES", {"https://a.example"}),
        ("CSP_ENABLED: report-only", "CSP_ENABLED", "report-only"),
        ("CSP_ENABLED: true", "CSP_ENABLED", True),
        ("CATEGORY_CLEANUP: {123: 30}", "CATEGORY_CLEANUP", {123: 30}),
        (
            "CUSTOM_COUNTRIES: {CH: Switzerland, XK: {fr: Kosovo}, AQ: null}",
            "CUSTOM_COUNTRIES",
            {"CH": "Switzerland", "XK": {"fr": "Kosovo"}, "AQ": None},
        ),
        (
            "CUSTOM_LANGUAGES: {en_GB: [English, Britain], de_DE: null}",
            "CUSTOM_LANGUAGES",
            {"en_GB": ("English", "Britain"), "de_DE": None},
        ),
        (
            "SCHEDULED_TASK_OVERRIDE: {update_popular: 60, category_cleanup: false}",
            "SCHEDULED_TASK_OVERRIDE",
            {"update_popular": timedelta(seconds=60), "category_cleanup": None},
        ),
        ("SMTP_SERVER: [smtp.example.org, 587]", "SMTP_SERVER", ("smtp.example.org", 587)),
        ("SMTP_PASSWORD: s3cr3t", "SMTP_PASSWORD", "s3cr3t"),
        ("SENTRY_LOGGING_LEVEL: ERROR", "SENTRY_LOGGING_LEVEL", "ERROR"),
        ("PLUGIN_PAYMENT_PAYPAL_KEYS: [1, a]", "PLUGIN_PAYMENT_PAYPAL_KEYS", [1, "a"]),
    ],
)
def test_setting_is_as_indico_expects_it(text: str, name: str, value: object):
    assert given(text)[name] == value


@pytest.mark.parametrize("name", sorted(SETTINGS.keys() - OWNED.keys() - settings().keys()))
def test_setting_with_indicos_default_is_accepted(name: str):
    default = SETTINGS[name].default
    made = given(json.dumps({name: default}))[name]

    assert (list(made) if isinstance(made, set | tuple) else made) == default


@pytest.mark.parametrize("name", sorted(OWNED))
def test_setting_that_has_a_better_place_is_refused(name: str):
    said = problem(f"{{{name}: s3cr3t}}")

    assert said == f"{name} is not for here ({OWNED[name]}): correct this"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("LOCAL_GROUPS: 1", "LOCAL_GROUPS wants true or false"),
        ("LOCAL_GROUPS: null", "LOCAL_GROUPS wants true or false"),
        ("HELP_URL: javascript:s3cr3t()", "HELP_URL wants a web address"),
        ("LOGO_URL: 'http://['", "LOGO_URL wants a web address"),
        ("HELP_URL: 5", "HELP_URL wants a web address"),
        ("SESSION_MAX_LIFETIME: -1", "SESSION_MAX_LIFETIME wants a whole number from 0"),
        ("SESSION_MAX_LIFETIME: true", "SESSION_MAX_LIFETIME wants a whole number"),
        ("SESSION_MAX_LIFETIME: 1e9", "SESSION_MAX_LIFETIME wants a whole number"),
        ("LOCAL_PASSWORD_MIN_LENGTH: 7", "LOCAL_PASSWORD_MIN_LENGTH wants a number from 8 on"),
        ("LATEX_RATE_LIMIT: often", "LATEX_RATE_LIMIT wants a rate limit such as"),
        ("ALLOWED_LANGUAGES: en_GB", "ALLOWED_LANGUAGES wants a list of some of cs_CZ, "),
        ("ALLOWED_LANGUAGES: [tlh]", "ALLOWED_LANGUAGES wants a list of some of cs_CZ, "),
        ("CSP_DIRECTIVES: s3cr3t", "CSP_DIRECTIVES wants a list of lines of text"),
        ('CSP_DIRECTIVES: ["a\\nSet-Cookie: b"]', "CSP_DIRECTIVES wants a list of lines"),
        ("CSP_ENABLED: perhaps", "CSP_ENABLED wants true, false or report-only"),
        ("CATEGORY_CLEANUP: [1]", "CATEGORY_CLEANUP wants a mapping of numbers"),
        ("CUSTOM_LANGUAGES: {en_GB: English}", "CUSTOM_LANGUAGES wants a mapping of locales"),
        ("SCHEDULED_TASK_OVERRIDE: {a: 0}", "SCHEDULED_TASK_OVERRIDE wants a mapping of tasks"),
        ("SMTP_SERVER: localhost", "SMTP_SERVER wants a list of a host and a port"),
        ("SMTP_SERVER: [localhost, 0]", "SMTP_SERVER wants a list of a host and a port"),
        ("SMTP_TIMEOUT: 0", "SMTP_TIMEOUT wants a number of seconds"),
        ("SENTRY_LOGGING_LEVEL: error", "SENTRY_LOGGING_LEVEL wants one of DEBUG, INFO"),
        ("SENTRY_LOGGING_LEVEL: [a]", "SENTRY_LOGGING_LEVEL wants one of DEBUG, INFO"),
    ],
)
def test_value_unusable_says_what_is_wanted(text: str, words: str):
    assert problem(text).startswith(words)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("LOCAL_GROUP", "LOCAL_GROUPS"),
        ("help_url", "HELP_URL"),
        ("HELPURL", "HELP_URL"),
        ("SESSIONLIFETIME", "SESSION_LIFETIME"),
    ],
)
def test_name_unknown_suggests_the_nearest(name: str, nearest: str):
    words = f"{name} is no setting of Indico's (did you mean {nearest}?): correct this"

    assert problem(f"{name}: s3cr3t") == words


@pytest.mark.parametrize(
    "name", ["COLOUR", "PLUGIN_", "PLUGIN_PAYPAL", "PLUGIN_paypal_key", '"a\\nb"']
)
def test_name_unknown_is_refused(name: str):
    assert "is no setting of Indico's" in problem(f"{name}: s3cr3t")


def test_problems_are_told_all_at_once():
    said = problem("{LOCAL_GROUPS: 1, COLOUR: blue, BASE_URL: s3cr3t, HELP_URL: /help}")

    assert said == (
        "LOCAL_GROUPS wants true or false; COLOUR is no setting of Indico's; "
        "BASE_URL is not for here (it has an option: site_url): correct this"
    )


def test_option_of_its_own_is_named_beside_this_one():
    error = refused(
        FLASK_DEFAULT_TIMEZONE="UTC", FLASK_INDICO_SETTINGS="DEFAULT_TIMEZONE: Asia/Tokyo"
    )

    assert str(error) == (
        "indico-settings DEFAULT_TIMEZONE is not for here (it has an option: default-timezone): "
        "correct this"
    )


@pytest.mark.parametrize("name", ["SMTP_SERVER", "SMTP_LOGIN", "SMTP_PASSWORD", "SMTP_USE_TLS"])
def test_mail_server_is_the_relations_while_it_is_there(name: str):
    error = refused(FLASK_INDICO_SETTINGS=f"{name}: s3cr3t", **SMTP)

    assert str(error).startswith(f"indico-settings {name} is not for here (the charm sets it")


@pytest.mark.parametrize("locale", ["en_GB", "fr_FR"])
def test_languages_without_the_default_are_refused(locale: str):
    error = refused(
        FLASK_DEFAULT_LOCALE=locale, FLASK_INDICO_SETTINGS="ALLOWED_LANGUAGES: [de_DE]"
    )

    assert str(error) == (
        f"indico-settings ALLOWED_LANGUAGES lacks {locale}, which is default-locale: add it"
    )


def test_mail_security_can_be_one_kind_only():
    assert problem("{SMTP_USE_TLS: true, SMTP_USE_SSL: true}").startswith(
        "SMTP_USE_TLS and SMTP_USE_SSL exclude each other: leave one out"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("s3cr3t", "is not a YAML mapping of names to values"),
        ("[s3cr3t]", "is not a YAML mapping of names to values"),
        ("5: s3cr3t", "is not a YAML mapping of names to values"),
        ("null", "is not a YAML mapping of names to values"),
        ("a: b: s3cr3t", "is not YAML in line 1"),
        ("a: 1\nb: {s3cr3t", "is not YAML in line 2"),
        ("a: 1\n---\nb: 2", "is not YAML in line 2"),
        ("LOCAL_GROUPS: 1\nLOCAL_GROUPS: 2", "is not YAML in line 1"),
        ("? {a: 1}\n: s3cr3t", "is not YAML in line 1"),
        ("a: \x00s3cr3t", "is not YAML"),
        ("a: \ud800", "is not YAML"),
        ("a: 0001-99-99", "has a number or a date that cannot be"),
        (f"a: {'9' * 5000}", "has a number or a date that cannot be"),
        ("a: 0b_", "has a number or a date that cannot be"),
        ("a: !!binary s3cr3t", "has a tag"),
        ("a: !!python/object/apply:os.system [s3cr3t]", "has a tag"),
        ("{a: &b s3cr3t, c: *b}", "has an anchor or an alias"),
        ("[" * 30000, "has values nested more than 8 deep"),
        ("a:\n" + "- " * 30000, "has values nested more than 8 deep"),
        ("a: " + "x" * 2**16, "is longer than 65536 characters"),
    ],
)
def test_text_that_is_no_plain_mapping_is_refused(text: str, words: str):
    said = problem(text)

    assert said.startswith(words)
    assert said.endswith(": use a YAML mapping such as {LOCAL_GROUPS: false}")
