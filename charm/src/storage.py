"""The actions that move files between storages, as commands of the workload."""

import ops

ACTIONS = ("migrate-storage", "stop-migrate-storage", "storage-status")


def command(event: ops.ActionEvent) -> list[str]:
    """Tell what the workload is to do.

    Args:
        event: one of the actions.

    Returns:
        The words of the command.
    """
    match event.handle.kind:
        case "migrate_storage_action":
            keep = ["--keep-source"] if event.params.get("keep-source") else []
            return ["storage", "migrate", event.params["to"], *keep]
        case "stop_migrate_storage_action":
            return ["storage", "stop"]
        case _:
            return ["storage", "status"]
