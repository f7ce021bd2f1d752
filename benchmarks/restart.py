"""What a change of configuration costs the users: `python3 -m benchmarks.restart`.

With a stack that is up, of however many units: reads pages and logs in, first while nothing else
happens and then while an option is changed and changed back, and counts what failed.
"""

import statistics
import time
from collections.abc import Sequence

import requests
from rich.console import Console
from rich.table import Table

from benchmarks.load import Answer, Load
from devstack import juju, stack
from devstack.errors import DevstackError

#: Seconds of load while nothing else happens.
_CALM = 10

_OPTION = "enable_roombooking"


def row(answers: Sequence[Answer], usual: float) -> list[str]:
    """Sum up what became of requests.

    Args:
        answers: what became of them.
        usual: seconds that a request usually takes.

    Returns:
        How many there were, how many failed and how, and how much longer than usual the slowest
        took.
    """
    failed = [answer.problem for answer in answers if answer.problem]
    kinds = ", ".join(sorted(set(failed)))
    slowest = max((answer.seconds for answer in answers if not answer.problem), default=0.0)
    return [str(len(answers)), str(len(failed)), kinds, f"{slowest / usual:.0f}"]


def main() -> None:
    """Print a line for each time and kind of request."""
    site = stack.site()
    if site is None:
        raise DevstackError("the stack is down: run `devstack up`")
    with Load(site) as load:
        time.sleep(_CALM)
        calm = list(load.answers)
        juju.config({_OPTION: "true"})
        requests.get(site.url, timeout=120)
        juju.config({_OPTION: None})
        requests.get(site.url, timeout=120)
    changing = load.answers[len(calm) :]
    headings = ("Meanwhile", "Method", "Requests", "Failed", "How", "Slowest, times the median")
    table = Table(*headings, box=None)
    for title, answers in {"nothing": calm, "two changes": changing}.items():
        for method in ("GET", "POST"):
            usual = statistics.median(a.seconds for a in calm if a.method == method)
            table.add_row(title, method, *row([a for a in answers if a.method == method], usual))
    Console().print(f"{len(juju.units())} unit(s)", table, sep="\n")


if __name__ == "__main__":
    main()
