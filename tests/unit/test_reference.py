"""What is generated from Indico and from the code is as both are now: else `make reference`."""

import subprocess

import pytest

from devstack import examples, reference
from devstack.errors import DevstackError
from devstack.paths import ROCK_ENVIRONMENT, ROOT
from indico_app.settings.known import LOCALES, SETTINGS, TABLE
from indico_app.settings.owned import OWNED

_TABLE = "from indico_app.settings.generate import table; print(table(), end='')"


def test_table_is_that_of_the_installed_indico():
    python = ROCK_ENVIRONMENT / "bin" / "python3"
    done = subprocess.run([python, "-c", _TABLE], cwd=ROOT, capture_output=True, check=True)

    assert done.stdout.decode() == TABLE.read_text()


def test_page_is_what_the_code_does():
    assert reference.page() == reference.PAGE.read_text()


def test_page_needs_an_example_of_each_variable(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(examples.EXAMPLES, "SMTP_USER")

    with pytest.raises(DevstackError, match="has to agree on SMTP_USER"):
        reference.page()


def test_owned_settings_are_indicos():
    assert OWNED.keys() <= SETTINGS.keys()


def test_default_locale_is_known():
    assert "en_GB" in LOCALES
