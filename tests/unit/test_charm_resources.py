"""The charm and what comes from elsewhere: external plugins and the customization."""

import json
from dataclasses import replace

import pytest
from ops import testing

from tests.unit.deployment import (
    MIGRATION,
    PREFLIGHT,
    RESOURCES,
    Context,
    container,
    ending,
    environment,
    programs,
)

REASON = "external_plugins cannot be fetched: a conflict"


def test_resources_are_fetched_with_the_new_configuration_before_the_migration(
    context: Context, active: testing.State
):
    configured = replace(active, config={"external_plugins": "one", "enabled-plugins": "one"})

    state = context.run(context.on.config_changed(), configured)

    run = programs(context)
    assert run[:2] == [[*PREFLIGHT], [*RESOURCES]]
    assert [*MIGRATION] in run[2:]
    assert environment(state)["FLASK_EXTERNAL_PLUGINS"] == "one"


def test_what_cannot_be_fetched_blocks_and_the_services_stay_as_they_are(
    context: Context, active: testing.State
):
    configured = replace(active, config={"external_plugins": "one"})
    failing = ending(configured, RESOURCES, 1, f"a warning\n{REASON}\n")

    state = context.run(context.on.config_changed(), failing)

    assert state.unit_status == testing.BlockedStatus(REASON)
    assert container(state).plan == container(active).plan
    assert [*MIGRATION] not in programs(context)


def test_what_could_not_be_fetched_is_tried_again(context: Context, active: testing.State):
    configured = replace(active, config={"external_plugins": "one"})
    failed = context.run(context.on.config_changed(), ending(configured, RESOURCES, 1, REASON))

    state = context.run(context.on.update_status(), ending(failed, RESOURCES, 0))

    assert state.unit_status == testing.ActiveStatus()
    assert environment(state)["FLASK_EXTERNAL_PLUGINS"] == "one"


def test_same_configuration_needs_no_migration(context: Context, active: testing.State):
    context.run(context.on.config_changed(), active)

    assert [*MIGRATION] not in programs(context)


@pytest.mark.parametrize(("changed", "migrations"), [(True, 1), (False, 0)])
def test_refreshed_resources_are_migrated_to_where_there_is_news(
    context: Context, active: testing.State, *, changed: bool, migrations: int
):
    state = ending(active, RESOURCES, 0, stdout=json.dumps({"changed": changed}) + "\n")

    context.run(context.on.action("refresh-external-resources"), state)

    assert programs(context)[0] == [*RESOURCES, "--refresh"]
    assert programs(context).count([*MIGRATION]) == migrations
    assert context.action_results == {"changed": json.dumps(changed)}


def test_refresh_that_fails_says_why_and_restarts_nothing(context: Context, active: testing.State):
    failing = ending(active, RESOURCES, 1, f"a warning\n{REASON}\n")

    with pytest.raises(testing.ActionFailed, match=REASON):
        context.run(context.on.action("refresh-external-resources"), failing)

    assert programs(context) == [[*RESOURCES, "--refresh"]]
