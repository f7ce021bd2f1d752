"""Whatever the environment says: Indico accepts the settings, or the variable is named."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from devstack.examples import EXAMPLES, REQUIRED
from devstack.paths import ROCK_ENVIRONMENT, ROOT
from indico_app.settings.known import SETTINGS
from indico_app.settings.owned import OWNED

_NO_LIMITS = hypothesis.settings(
    deadline=None,
    max_examples=100,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.data_too_large],
)

_PLAUSIBLE = st.sampled_from(
    [
        *(setting.default for setting in SETTINGS.values()),
        *("1 per day", "report-only", "en_GB", "ERROR", "https://example.org/a", "/logo.png"),
        *([], ["en_GB"], ["fr_FR", "en_GB"], ["localhost", 25], {"a": False}, {"CH": {"fr": "S"}}),
        *(
            {"en_GB": ["English", "Britain"]},
            {"1": 2},
            {"a": 60},
            {"a": {"minute": "*/5"}},
            0,
            8,
            3600,
            10**12,
            -1,
        ),
    ]
)
_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
_FREE = sorted(SETTINGS.keys() - OWNED.keys())
_ENTRIES = st.one_of(
    st.sampled_from(_FREE).map(lambda name: (name, SETTINGS[name].default)),
    st.tuples(st.sampled_from([*_FREE, "PLUGIN_PAYPAL_KEY"]), _PLAUSIBLE | _ANYTHING),
    st.tuples(st.sampled_from(sorted(SETTINGS)) | st.text(), _PLAUSIBLE | _ANYTHING),
)
_MAPPINGS = st.lists(_ENTRIES, min_size=1, max_size=2).map(dict[str, object]).map(json.dumps)


def _beginning(value: str, length: int) -> str:
    return value[:length]


def _arbitrary(variable: str) -> st.SearchStrategy[str | None]:
    """Usable values, their beginnings with any text, or nothing."""
    usable = st.sampled_from(EXAMPLES[variable])
    cut = st.builds(_beginning, usable, st.integers(0, 60))
    either = st.none() | usable | st.builds(str.__add__, cut, st.text())
    return either | _MAPPINGS if variable == "FLASK_INDICO_SETTINGS" else either


_USABLE = st.fixed_dictionaries({v: st.sampled_from(EXAMPLES[v]) for v in REQUIRED})
_CHANGES = st.lists(
    st.sampled_from([*sorted(EXAMPLES)]).flatmap(lambda v: st.tuples(st.just(v), _arbitrary(v))),
    max_size=4,
).map(dict[str, str | None])


class Indico:
    """Indico's configuration in a process of its own, where Indico is installed."""

    def __init__(self, process: subprocess.Popen[str]):
        self._process = process

    def ask(self, environment: Mapping[str, str]) -> Any:
        """Tell what is said of an environment: None if Indico accepts it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(environment), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())


@pytest.fixture(scope="module")
def indico() -> Iterator[Indico]:
    command = [ROCK_ENVIRONMENT / "bin" / "python3", "-m", "tests.unit.acceptance"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Indico(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=10) == 0


@_NO_LIMITS
@hypothesis.given(_USABLE, _CHANGES)
def test_any_environment_is_accepted_or_its_variable_named(
    indico: Indico, usable: dict[str, str], changes: dict[str, str | None]
):
    changed = usable | changes
    environment = {name: value for name, value in changed.items() if value is not None}

    said = indico.ask(environment)

    assert said is None or said["variable"] in EXAMPLES, said
    assert said is None or len(said["message"].splitlines()) == 1


@_NO_LIMITS
@hypothesis.given(_MAPPINGS)
def test_any_mapping_is_accepted_or_its_variable_named(indico: Indico, mapping: str):
    required = {variable: EXAMPLES[variable][0] for variable in REQUIRED}

    said = indico.ask(required | {"FLASK_INDICO_SETTINGS": mapping})

    assert said is None or said["variable"] == "FLASK_INDICO_SETTINGS", said


@pytest.mark.parametrize("number", [0, 1])
def test_every_example_is_accepted(indico: Indico, number: int):
    assert indico.ask({name: values[number] for name, values in EXAMPLES.items()}) is None


@pytest.mark.parametrize(
    ("fields", "accepted"),
    [
        ({"minute": 0, "hour": "*/2"}, True),
        ({"minute": "0,30", "day_of_week": "mon-fri", "month_of_year": 1}, True),
        ({"hour": 2}, False),
        ({"minute": 60}, False),
        ({"minute": "*/0"}, False),
        ({"minute": "often"}, False),
        ({"minute": [1]}, False),
        ({"minute": 1, "year": 1}, False),
    ],
)
def test_crontab_is_celerys(indico: Indico, fields: dict[str, object], *, accepted: bool):
    required = {variable: EXAMPLES[variable][0] for variable in REQUIRED}
    override = {"SCHEDULED_TASK_OVERRIDE": {"category_cleanup": fields}}

    said = indico.ask(required | {"FLASK_INDICO_SETTINGS": json.dumps(override)})

    assert (said is None) is accepted
    assert said is None or "SCHEDULED_TASK_OVERRIDE wants" in said["message"]
