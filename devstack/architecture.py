"""Draws the services of the rock into docs/reference/architecture.md.

`python3 -m devstack.architecture` brings the page up to date with rockcraft.yaml.
"""

from typing import Any

import yaml

from devstack import rock
from devstack.paths import ROOT

PAGE = ROOT / "docs" / "reference" / "architecture.md"

_BEGIN, _END = "<!-- drawn from rockcraft.yaml -->\n", "<!-- end of what is drawn -->\n"


def with_picture(page: str) -> str:
    """Put the present picture in the place of the one that a page has.

    Args:
        page: the page's text, with the marks of the picture in it.

    Returns:
        The text with the picture as rockcraft.yaml has it now.
    """
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return before + _BEGIN + picture() + _END + after


def picture() -> str:
    """Draw the services and checks, as a Mermaid flow chart in Markdown.

    Returns:
        The Markdown, ending in a line break.
    """
    layer: Any = yaml.safe_load(rock.layer())
    lines = ["```mermaid", "flowchart LR", "  pebble((Pebble))"]
    for name, service in sorted(layer["services"].items()):
        lines.append(f'  {name}["<b>{name}</b><br>{service["summary"]}<br><i>{_where(name)}</i>"]')
        lines += [f"  {earlier} -. before .-> {name}" for earlier in service.get("after", [])]
        lines.append(f"  pebble --> {name}")
    for name, check in sorted(layer["checks"].items()):
        level = check.get("level", "no level")
        lines.append(f'  check-{name}{{{{"check <b>{name}</b><br>{level}"}}}} --> pebble')
    return "\n".join([*lines, "```", ""])


def _where(service: str) -> str:
    """Which units run a service; paas-charm goes by the end of its name."""
    return "unit 0 only" if service.endswith("-scheduler") else "every unit"


if __name__ == "__main__":
    PAGE.write_text(with_picture(PAGE.read_text()))
