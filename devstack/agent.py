"""Juju's agent: runs update-status now and then, so that the charm sees what has changed."""

import os
import sys
import time

from devstack import juju
from devstack.errors import DevstackError

#: Seconds between two runs. Juju takes five minutes unless told otherwise.
INTERVAL = float(os.environ.get("DEVSTACK_UPDATE_STATUS_INTERVAL", "15"))


def main() -> None:
    """Run update-status for ever."""
    while True:
        time.sleep(INTERVAL)
        try:
            juju.update_status()
        except DevstackError as exc:
            print(exc, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
