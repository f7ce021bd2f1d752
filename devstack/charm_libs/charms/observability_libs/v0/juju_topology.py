"""Stand-in for the library of this name, whose successor on PyPI has the same class."""

from cosl import JujuTopology

__all__ = ["JujuTopology"]
