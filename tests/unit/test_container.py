"""The size of the container, and how many processes it holds."""

from pathlib import Path

import pytest

from indico_app.container import Size, size

GIB = 2**30


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"cpu.max": "150000 100000\n", "memory.max": f"{2 * GIB}\n"}, Size(1.5, 2 * GIB)),
        ({"cpu.max": "max 100000\n", "memory.max": "max\n"}, Size(8, None)),
        (
            {
                "cpu/cpu.cfs_quota_us": "200000\n",
                "cpu/cpu.cfs_period_us": "100000\n",
                "memory/memory.limit_in_bytes": f"{GIB}\n",
            },
            Size(2, GIB),
        ),
        (
            {
                "cpu/cpu.cfs_quota_us": "-1\n",
                "cpu/cpu.cfs_period_us": "100000\n",
                "memory/memory.limit_in_bytes": "9223372036854771712\n",
            },
            Size(8, None),
        ),
        ({}, Size(8, None)),
    ],
    ids=["v2", "v2 without limits", "v1", "v1 without limits", "no control group"],
)
def test_size_of_control_group(tmp_path: Path, files: dict[str, str], expected: Size):
    assert size(write(tmp_path, files), machine_cpus=8) == expected


def test_size_is_never_more_than_the_machine(tmp_path: Path):
    write(tmp_path, {"cpu.max": "1600000 100000\n"})

    assert size(tmp_path, machine_cpus=4).cpus == 4


@pytest.mark.parametrize(
    ("given", "web", "celery"),
    [
        (Size(0.5, None), 2, 2),
        (Size(2, None), 4, 2),
        (Size(4, 8 * GIB), 8, 4),
        (Size(64, None), 16, 16),
        (Size(4, GIB), 1, 1),
        (Size(4, GIB // 2), 1, 1),
    ],
)
def test_processes_that_fit(given: Size, web: int, celery: int):
    assert (given.web_workers(), given.celery_workers()) == (web, celery)
