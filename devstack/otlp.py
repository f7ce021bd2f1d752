"""A receiver of OpenTelemetry's spans, which writes their names: `… devstack.otlp PORT FILE`."""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


def main(port: str, file: str) -> None:
    """Serve until told to end.

    Args:
        port: the TCP port on 127.0.0.1.
        file: where a line of JSON is written for each span: its service, scope, name and trace.
    """

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with Path(file).open("a") as spans:
                spans.writelines(_lines(ExportTraceServiceRequest.FromString(body)))
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.end_headers()
            self.wfile.write(ExportTraceServiceResponse().SerializeToString())

    HTTPServer(("127.0.0.1", int(port)), Receiver).serve_forever()


def _lines(request: ExportTraceServiceRequest) -> list[str]:
    return [
        json.dumps(
            {
                "service": _service(resource.resource.attributes),
                "scope": scope.scope.name,
                "name": span.name,
                "trace": span.trace_id.hex(),
            }
        )
        + "\n"
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def _service(attributes: object) -> str:
    return next(a.value.string_value for a in attributes if a.key == "service.name")  # type: ignore[attr-defined]


if __name__ == "__main__":
    main(*sys.argv[1:])
