"""What the services cost in memory: `python3 -m benchmarks.memory`, with a stack that is up.

A process is charged its proportional share of the pages that it has in common with others, so that
the figures of a service add up.
"""

import psutil
from rich.console import Console
from rich.table import Table

from devstack.paths import HOME, MARK

_MIB = 2**20

#: The services, by what their command lines have.
_SERVICES = {
    "flask": "indico_app.app:app",
    "celery-worker": "indico_app.worker",
    "celery-beat-scheduler": "indico_app.beat",
    "celery-exporter-scheduler": "from src.cli import cli",
    "nginx": "indico_app.nginx",
    "nginx-prometheus-exporter": "nginx.scrape-uri",
    "statsd-exporter": "statsd.listen-udp",
}


def measure(command: str) -> list[float]:
    """Measure the processes of a service.

    Args:
        command: what its command line has.

    Returns:
        The proportional set size of each process in MiB, the oldest first.
    """
    found: list[tuple[float, float]] = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == str(HOME) and command in " ".join(process.cmdline()):
                found.append(
                    (process.create_time(), process.memory_full_info()._asdict()["pss"] / _MIB)
                )
        except psutil.Error:
            continue
    return [size for _, size in sorted(found)]


def main() -> None:
    """Print a line for each service."""
    table = Table("Service", "Processes", "First, MiB", "Each other, MiB", "All, MiB", box=None)
    whole = 0.0
    for name, command in _SERVICES.items():
        sizes = measure(command)
        others = sizes[1:]
        mean = f"{sum(others) / len(others):.0f}" if others else ""
        first = f"{sizes[0]:.0f}" if sizes else "not there"
        table.add_row(name, str(len(sizes)), first, mean, f"{sum(sizes):.0f}")
        whole += sum(sizes)
    table.add_row("everything", "", "", "", f"{whole:.0f}")
    Console().print(table)


if __name__ == "__main__":
    main()
