"""The size of the container, by which the numbers of processes are chosen."""

import os
from dataclasses import dataclass
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")

_MIB = 2**20
#: What a process costs beside what it shares with the one that it was forked from: 90 MiB after
#: some pages, by `python3 -m benchmarks.memory`, and room for what a large request takes.
_WORKER = 150 * _MIB
#: What is there once: Indico booted in gunicorn, worker and beat, nginx and the exporters.
_BASE = 900 * _MIB
_MOST_WEB_WORKERS = 16


@dataclass(frozen=True)
class Size:
    """How much the container may use.

    Attributes:
        cpus: processors, possibly a fraction.
        memory: bytes; None where nothing limits it.
    """

    cpus: float
    memory: int | None

    def web_workers(self) -> int:
        """How many processes gunicorn runs: two for each processor, as far as memory allows."""
        wanted = max(2, round(2 * self.cpus))
        return min(wanted, _MOST_WEB_WORKERS, self._affordable())

    def celery_workers(self) -> int:
        """How many tasks a Celery worker runs at once: one for each processor, two at least."""
        return min(max(2, round(self.cpus)), self._affordable())

    def _affordable(self) -> int:
        """How many processes half of the memory that is left over holds; the rest is Celery's."""
        if self.memory is None:
            return _MOST_WEB_WORKERS
        return max(1, (self.memory - _BASE) // 2 // _WORKER)


def size(cgroup: Path = CGROUP, machine_cpus: float | None = None) -> Size:
    """Read the limits of the control group that this process is in.

    https://docs.kernel.org/admin-guide/cgroup-v2.html has the files of version 2, and
    https://docs.kernel.org/admin-guide/cgroup-v1/ those of version 1.

    Args:
        cgroup: where the control group is mounted.
        machine_cpus: the processors that this process may run on, asked of the kernel by default.

    Returns:
        The size of the container; of the machine where nothing limits it.
    """
    cpus = machine_cpus or float(len(os.sched_getaffinity(0)))
    limit = _cpus_v2(cgroup) or _cpus_v1(cgroup)
    memory = _number(cgroup / "memory.max") or _number(cgroup / "memory/memory.limit_in_bytes")
    # Version 1 says "no limit" with a number that no machine has.
    unlimited = memory is None or memory >= 2**60
    return Size(min(cpus, limit) if limit else cpus, None if unlimited else memory)


def _cpus_v2(cgroup: Path) -> float | None:
    """`cpu.max` holds a quota and a period in microseconds, or the word max for the quota."""
    words = _read(cgroup / "cpu.max").split()
    return int(words[0]) / int(words[1]) if len(words) == 2 and words[0].isdigit() else None


def _cpus_v1(cgroup: Path) -> float | None:
    quota = _number(cgroup / "cpu/cpu.cfs_quota_us")
    period = _number(cgroup / "cpu/cpu.cfs_period_us")
    return quota / period if quota and period else None


def _number(path: Path) -> int | None:
    text = _read(path).strip()
    return int(text) if text.isdigit() else None


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
