"""Stand-in for the library of this name, whose successor on PyPI has the same classes."""

from charmlibs.interfaces.tracing import ProtocolNotRequestedError, TracingEndpointRequirer

__all__ = ["ProtocolNotRequestedError", "TracingEndpointRequirer"]
