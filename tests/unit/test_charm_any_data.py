"""Whatever options and databags say, and in whatever order, the charm ends in a status."""

import string
from dataclasses import replace
from typing import Any

import hypothesis
import ops
import pytest
from hypothesis import strategies as st
from ops import testing

from tests.unit.deployment import Context, related
from tests.unit.test_charm_identity import INGRESS, SECRET
from tests.unit.test_charm_options import OPTIONS
from tests.unit.test_charm_relations import RELATIONS

#: A hook costs a quarter of a second, so that these are few; each run tries others.
_FEW = hypothesis.settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[
        hypothesis.HealthCheck.too_slow,
        hypothesis.HealthCheck.function_scoped_fixture,
    ],
)

_ODD = st.one_of(
    st.sampled_from(["", "null", "[]", "{}", "[1]", '{"a": 1}', "http://[", "none", "x" * 70_000]),
    st.text(max_size=20),
)
_TYPES: dict[str, st.SearchStrategy[Any]] = {
    "string": _ODD,
    "int": st.integers(),
    "boolean": st.booleans(),
}
_CONFIGS = st.fixed_dictionaries(
    {}, optional={name: _TYPES[option["type"]] for name, option in OPTIONS.items()}
)
_EVENTS = st.sampled_from(["relation_created", "relation_changed", "relation_broken"])


@st.composite
def databags(draw: st.DrawFn, usable: dict[str, str]) -> dict[str, str]:
    """A databag of which some keys are missing, odd, or not of the interface's."""
    kept = draw(st.sets(st.sampled_from(sorted(usable))))
    odd = draw(st.dictionaries(st.sampled_from(sorted(usable)), _ODD, max_size=2))
    other = draw(st.dictionaries(st.text(string.ascii_lowercase, min_size=1), _ODD, max_size=1))
    return {name: usable[name] for name in kept} | odd | other


def assert_truthful(state: testing.State) -> None:
    """The status says that all is well, or what to do, in one line of a bearable length."""
    status = state.unit_status
    assert isinstance(status, ops.ActiveStatus | ops.BlockedStatus | ops.WaitingStatus)
    assert isinstance(status, ops.ActiveStatus) or status.message
    assert len(status.message) < 500
    assert len(status.message.splitlines()) <= 1


@_FEW
@hypothesis.given(config=_CONFIGS)
def test_any_configuration_ends_in_a_status(
    context: Context, active: testing.State, config: dict[str, Any]
):
    state = context.run(context.on.config_changed(), replace(active, config=config))

    assert_truthful(state)


@pytest.mark.parametrize("endpoint", [*RELATIONS, "postgresql", "redis", "ingress"])
@_FEW
@hypothesis.given(data=st.data())
def test_any_databag_ends_in_a_status(
    context: Context, active: testing.State, endpoint: str, data: st.DataObject
):
    exposed = replace(related(active, INGRESS), secrets={SECRET})
    known = RELATIONS.get(endpoint) or exposed.get_relations(endpoint)[0]
    assert isinstance(known, testing.Relation)
    usable = dict(known.remote_app_data or known.remote_units_data[0])
    databag = data.draw(databags(usable))
    relation = replace(known, remote_app_data=databag)
    if not known.remote_app_data:
        relation = replace(known, remote_units_data={0: databag})

    state = related(exposed, relation)
    event = getattr(context.on, data.draw(_EVENTS))

    assert_truthful(context.run(event(relation), state))


@pytest.mark.parametrize("endpoint", ["pg: 1}", "[]:5432", "pg:99999"])
def test_address_of_a_database_that_is_none_is_named(
    context: Context, active: testing.State, endpoint: str
):
    (known,) = active.get_relations("postgresql")
    assert isinstance(known, testing.Relation)
    odd = replace(known, remote_app_data={**known.remote_app_data, "endpoints": endpoint})

    state = context.run(context.on.config_changed(), related(active, odd))

    assert isinstance(state.unit_status, ops.BlockedStatus)
    assert state.unit_status.message.startswith("postgresql: what the relation says")
