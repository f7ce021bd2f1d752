"""Juju's agent: runs update-status now and then, so that the charm sees what has changed."""

import os
import subprocess
import sys
import time

#: Seconds between two runs. Juju takes five minutes unless told otherwise.
INTERVAL = float(os.environ.get("DEVSTACK_UPDATE_STATUS_INTERVAL", "15"))

_HOOK = "from devstack import juju; juju.update_status()"


def main() -> None:
    """Run update-status for ever, each in a process of its own, as Juju does."""
    while True:
        time.sleep(INTERVAL)
        subprocess.run([sys.executable, "-c", _HOOK], check=False)


if __name__ == "__main__":
    main()
