"""Spans of what Indico does reach the server of the tracing relation."""

import json
from collections.abc import Iterator

import pytest
import requests

from devstack import tracing
from tests.functional.stack import Stack, eventually


@pytest.fixture
def traced(stack: Stack) -> Iterator[None]:
    stack.run("integrate", "tracing")
    eventually(lambda: stack.has_status("active") and stack.serves(), seconds=120)
    yield
    stack.run("remove-relation", "tracing")
    eventually(lambda: stack.has_status("active") and stack.serves(), seconds=120)


@pytest.mark.slow
@pytest.mark.usefixtures("traced")
def test_spans_of_requests_and_tasks_are_sent(stack: Stack):
    eventually(stack.serves)
    requests.get(stack.site.url, timeout=10)

    eventually(lambda: {"flask", "psycopg2", "redis"} <= scopes())
    assert {span["service"] for span in spans()} == {"indico"}
    request = next(span for span in spans() if span["name"].startswith("GET /"))
    queries = [span for span in spans() if span["scope"].endswith("psycopg2")]
    assert request["trace"] in {query["trace"] for query in queries}
    assert not [span for span in spans() if "/ping" in span["name"]]


def spans() -> list[dict[str, str]]:
    text = tracing.SPANS.read_text() if tracing.SPANS.exists() else ""
    return [json.loads(line) for line in text.splitlines()]


def scopes() -> set[str]:
    return {span["scope"].rpartition(".")[2] for span in spans()}
