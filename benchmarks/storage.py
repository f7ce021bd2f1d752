"""What PostgreSQL costs as a storage: `python3 -m benchmarks.storage`, with a stack that is up.

Every figure is a ratio to the container's disk, measured in the same run, in the unit.
"""

import json
from pathlib import Path

import ops
from rich.console import Console
from rich.table import Table

from devstack import backing
from devstack.unit import Unit

_PROBE = Path(__file__).with_name("storage_probe.py")


def measure() -> dict[str, dict[str, dict[str, float]]]:
    """Run the probe in the unit.

    Returns:
        What it prints: by workload and storage, the seconds of writing and reading, and by how
        many bytes the database has grown for each byte stored.
    """
    servers = backing.load()
    s3 = (
        f"bucket={backing.BUCKET},host=http://127.0.0.1:{servers.s3_port},addressing_style=path,"
        "access_key=any,secret_key=any"
    )
    client = ops.pebble.Client(str(Unit(0).socket))
    process = client.exec(
        ["python3", "-", s3],
        environment=client.get_plan().services["flask"].environment,
        working_dir="/flask/app",
        user="_daemon_",
        group="_daemon_",
        stdin=_PROBE.read_text(),
    )
    return json.loads(process.wait_output()[0].splitlines()[-1])


def main() -> None:
    """Print a line for each workload and storage."""
    table = Table(
        *("Workload", "Storage", "Writing", "Reading", "Database, bytes per byte"), box=None
    )
    for workload, storages in measure().items():
        disk = storages["disk"]
        for name, found in storages.items():
            ratios = (f"{found[verb] / disk[verb]:.1f}" for verb in ("write", "read"))
            table.add_row(workload, name, *ratios, f"{found['growth']:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
