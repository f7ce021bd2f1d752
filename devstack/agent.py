"""Juju's agent: runs update-status now and then, so that the charm sees what has changed."""

import multiprocessing
import os
import time

from devstack import hooks, juju

#: Seconds between two runs. Juju takes five minutes unless told otherwise.
INTERVAL = float(os.environ.get("DEVSTACK_UPDATE_STATUS_INTERVAL", "15"))


def main() -> None:
    """Run update-status for ever, each in a process of its own, as Juju does.

    What the charm imports is there already: that is most of the time that a hook takes.
    """
    hooks.import_libraries()
    fork = multiprocessing.get_context("fork")
    while True:
        time.sleep(INTERVAL)
        hook = fork.Process(target=juju.update_status)
        hook.start()
        hook.join()


if __name__ == "__main__":
    main()
