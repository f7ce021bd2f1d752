"""Spans of requests, queries and background tasks, where the charm says where to send them.

The environment variables are OpenTelemetry's own:
https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


def instrument(application: "Flask", environ: Mapping[str, str]) -> None:
    """Have Indico make spans, if they are wanted; nothing sends them yet.

    The threads that send them would not outlive a fork: the framework's gunicorn settings start
    them in each web worker, and `start` in each process that runs tasks.

    Args:
        application: Indico.
        environ: the environment that the charm gives its services.
    """
    if not environ.get(_ENDPOINT):
        return
    from opentelemetry.instrumentation.celery import CeleryInstrumentor  # noqa: PLC0415
    from opentelemetry.instrumentation.flask import FlaskInstrumentor  # noqa: PLC0415
    from opentelemetry.instrumentation.psycopg2 import Psycopg2Instrumentor  # noqa: PLC0415
    from opentelemetry.instrumentation.redis import RedisInstrumentor  # noqa: PLC0415

    FlaskInstrumentor().instrument_app(application, excluded_urls="/ping")
    for instrumentor in (CeleryInstrumentor(), Psycopg2Instrumentor(), RedisInstrumentor()):
        instrumentor.instrument()


def start(environ: Mapping[str, str]) -> None:
    """Send the spans that this process makes from now on, if they are wanted.

    Args:
        environ: the environment that the charm gives its services.
    """
    if not environ.get(_ENDPOINT):
        return
    from opentelemetry import trace  # noqa: PLC0415
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
