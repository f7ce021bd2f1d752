"""What becomes of each relation, from its beginning to its end, in whatever order that comes."""

import json
from dataclasses import replace

import pytest
from ops import testing

from tests.unit.deployment import (
    PREFLIGHT,
    Context,
    container,
    environment,
    programs,
    related,
    started,
    without,
)
from tests.unit.test_charm_identity import INGRESS, OAUTH, SAML, SECRET

_PROXY = [{"requirer": "1", "status": "ready", "auth": "none", "http_proxy": "http://proxy:3128"}]
_PROXY[0]["https_proxy"] = _PROXY[0]["http_proxy"]
_RECEIVER = {"protocol": {"name": "otlp_http", "type": "http"}, "url": "http://tempo:4318"}

RELATIONS = {
    "s3": testing.Relation(
        "s3", remote_app_data={"access-key": "key", "secret-key": "s3cr3t", "bucket": "indico"}
    ),
    "smtp": testing.Relation(
        "smtp",
        remote_app_data={
            "host": "smtp",
            "port": "25",
            "auth_type": "none",
            "transport_security": "none",
        },
    ),
    "saml": SAML,
    "oauth": OAUTH,
    "http-proxy": testing.Relation(
        "http-proxy", remote_app_data={"responses": json.dumps(_PROXY)}
    ),
    "tracing": testing.Relation("tracing", remote_app_data={"receivers": json.dumps([_RECEIVER])}),
}

#: A variable that is there as long as the relation is, and a change of the databag that moves it.
TELLS = {
    "s3": ("S3_BUCKET", {"bucket": "another"}),
    "smtp": ("SMTP_HOST", {"host": "another"}),
    "saml": ("SAML_ENTITY_ID", {"entity_id": "https://another.example.org"}),
    "oauth": ("FLASK_OAUTH_CLIENT_ID", {"client_id": "another"}),
    "http-proxy": (
        "HTTP_PROXY",
        {"responses": json.dumps(_PROXY).replace("http://proxy", "http://another")},
    ),
    "tracing": (
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        {"receivers": json.dumps([_RECEIVER | {"url": "http://another:4318"}])},
    ),
}


@pytest.fixture
def exposed(active: testing.State) -> testing.State:
    """A unit that runs, behind an ingress, which oauth needs."""
    return replace(related(active, INGRESS), secrets={SECRET})


def with_data(state: testing.State, endpoint: str, **data: str) -> testing.State:
    (relation,) = state.get_relations(endpoint)
    assert isinstance(relation, testing.Relation)
    return related(state, replace(relation, remote_app_data={**relation.remote_app_data, **data}))


@pytest.mark.parametrize("endpoint", RELATIONS)
def test_relation_is_followed_from_its_beginning_to_its_end(
    context: Context, exposed: testing.State, endpoint: str
):
    variable, change = TELLS[endpoint]
    relation = RELATIONS[endpoint]
    before = context.run(context.on.update_status(), exposed)

    state = related(exposed, replace(relation, remote_app_data={}))
    state = context.run(context.on.relation_created(state.get_relation(relation.id)), state)
    assert variable not in environment(state)

    state = with_data(state, endpoint, **relation.remote_app_data)
    state = context.run(context.on.relation_changed(state.get_relation(relation.id)), state)
    assert state.unit_status == testing.ActiveStatus()
    first = environment(state)[variable]

    state = with_data(state, endpoint, **change)
    state = context.run(context.on.relation_changed(state.get_relation(relation.id)), state)
    assert environment(state)[variable] not in {"", first}
    assert "another" in environment(state)[variable]
    assert environment(state) == environment(state, "celery-worker")

    departed = context.on.relation_departed(
        state.get_relation(relation.id), remote_unit=0, departing_unit=0
    )
    state = context.run(departed, state)
    state = context.run(context.on.relation_broken(state.get_relation(relation.id)), state)
    assert state.unit_status == testing.ActiveStatus()
    assert variable not in environment(state)
    ended = context.run(context.on.config_changed(), without(state, endpoint))
    before = context.run(context.on.config_changed(), before)
    assert environment(ended) == environment(before)


@pytest.mark.parametrize("endpoint", ["s3", "smtp", "saml", "oauth", "http-proxy", "tracing"])
def test_data_that_go_away_are_gone_from_the_services_or_missed(
    context: Context, exposed: testing.State, endpoint: str
):
    relation = RELATIONS[endpoint]
    state = context.run(context.on.relation_changed(relation), related(exposed, relation))

    empty = replace(relation, remote_app_data={})
    emptied = context.run(context.on.relation_changed(empty), related(state, empty))

    if emptied.unit_status == testing.ActiveStatus():
        assert TELLS[endpoint][0] not in environment(emptied)
    else:
        assert isinstance(emptied.unit_status, testing.BlockedStatus)
        assert environment(emptied) == environment(state)


@pytest.mark.parametrize("endpoint", ["smtp", "s3", "tracing"])
def test_event_that_changes_nothing_restarts_nothing(
    context: Context, active: testing.State, endpoint: str
):
    relation = RELATIONS[endpoint]
    state = context.run(context.on.relation_changed(relation), related(active, relation))

    again = context.run(context.on.relation_changed(state.get_relation(relation.id)), state)

    assert container(again).plan == container(state).plan


def test_event_asks_the_workload_once(context: Context, active: testing.State):
    smtp = RELATIONS["smtp"]

    context.run(context.on.relation_changed(smtp), related(active, smtp))

    assert programs(context).count([*PREFLIGHT]) == 1


@pytest.mark.parametrize("first", ["postgresql", "redis", "secret-storage"])
def test_what_is_needed_comes_in_any_order(context: Context, deployed: testing.State, first: str):
    needed = {
        endpoint: deployed.get_relations(endpoint)[0]
        for endpoint in ("postgresql", "redis", "secret-storage")
    }
    order = [first, *(endpoint for endpoint in needed if endpoint != first)]
    state = replace(deployed, relations=frozenset[testing.RelationBase]())
    state = context.run(context.on.pebble_ready(container(state)), state)

    for endpoint in order:
        assert not started(state)
        assert not isinstance(state.unit_status, testing.ActiveStatus)
        state = related(state, needed[endpoint])
        state = context.run(context.on.relation_created(needed[endpoint]), state)

    assert state.unit_status == testing.ActiveStatus()
    assert "flask" in started(state)


@pytest.mark.parametrize("word", ["no", "on", "one", "n", "none"])
def test_user_called_like_a_part_of_none_is_kept(
    context: Context, active: testing.State, word: str
):
    smtp = replace(
        RELATIONS["smtp"],
        remote_app_data={
            **RELATIONS["smtp"].remote_app_data,
            "auth_type": "plain",
            "user": word,
            "password": word,
        },
    )

    state = context.run(context.on.relation_changed(smtp), related(active, smtp))

    assert environment(state)["SMTP_USER"] == environment(state)["SMTP_PASSWORD"] == word


@pytest.mark.parametrize(
    ("endpoint", "data"),
    [
        ("smtp", {"port": "twenty-five"}),
        ("saml", {"metadata_url": "nowhere", "x509certs": ""}),
        ("s3", {"tls-ca-chain": "{}"}),
        ("tracing", {"receivers": json.dumps([_RECEIVER | {"url": "nowhere"}])}),
        ("http-proxy", {"responses": "[1]"}),
        ("http-proxy", {"responses": json.dumps([{"status": "pending"}])}),
        ("redis", {"leader-host": "redis:redis"}),
    ],
)
def test_data_that_cannot_be_used_are_named_with_a_remedy(
    context: Context, exposed: testing.State, endpoint: str, data: dict[str, str]
):
    relation = RELATIONS.get(endpoint) or exposed.get_relations(endpoint)[0]
    assert isinstance(relation, testing.Relation)
    relation = replace(relation, remote_app_data={**relation.remote_app_data, **data})

    state = context.run(context.on.relation_changed(relation), related(exposed, relation))

    assert isinstance(state.unit_status, testing.BlockedStatus)
    assert state.unit_status.message.startswith(f"{endpoint}: ")
    assert f"integrated with on {endpoint}" in state.unit_status.message
    assert container(state).plan == container(exposed).plan


def test_credentials_that_are_rotated_reach_the_services(context: Context, active: testing.State):
    user = testing.Secret(
        {"username": "indico", "password": "old"},
        latest_content={"username": "indico", "password": "new"},
    )
    (postgresql,) = active.get_relations("postgresql")
    assert isinstance(postgresql, testing.Relation)
    data = {"endpoints": "pg:5432", "database": "indico", "secret-user": user.id}
    postgresql = replace(
        postgresql,
        remote_app_data=data,
        local_app_data={"requested-secrets": '["username", "password"]'},
    )
    state = replace(related(active, postgresql), secrets={user})

    state = context.run(context.on.secret_changed(user), state)

    assert state.unit_status == testing.ActiveStatus()
    assert ":new@pg" in environment(state)["POSTGRESQL_DB_CONNECT_STRING"]


def test_ingress_whose_address_cannot_be_read_is_named(context: Context, active: testing.State):
    ingress = replace(INGRESS, remote_app_data={"ingress": "nowhere"})

    state = context.run(context.on.relation_changed(ingress), related(active, ingress))

    assert state.unit_status == testing.ActiveStatus(
        "the ingress gives no address yet: check its application"
    )
    assert environment(state)["FLASK_BASE_URL"] == "http://indico.model:8080"


@pytest.mark.parametrize("order", [("ingress", "oauth"), ("oauth", "ingress")])
def test_oauth_and_ingress_come_in_any_order(
    context: Context, active: testing.State, order: tuple[str, ...]
):
    state = replace(active, secrets={SECRET})
    for endpoint in order:
        relation = {"ingress": INGRESS, "oauth": OAUTH}[endpoint]
        state = context.run(context.on.relation_changed(relation), related(state, relation))

    assert state.unit_status == testing.ActiveStatus()
    assert environment(state)["FLASK_OAUTH_CLIENT_ID"] == "indico"
