"""What the rock would be, from rockcraft.yaml: its Pebble plan and the files of its parts."""

from pathlib import Path
from typing import Any, cast

import yaml

from devstack.paths import ROOT

#: The user that the rock runs everything as, and its number there.
USER, USER_ID = "_daemon_", 584792

_EXTENSION = ROOT / "devstack" / "extension.yaml"

type Yaml = dict[str, Any]


def layer() -> str:
    """Write the Pebble layer that rockcraft would put into the rock.

    Returns:
        The layer, as YAML: the services and checks of rockcraft.yaml as they stand, with what the
        flask-framework extension adds.
    """
    project = _load(ROOT / "rockcraft.yaml")
    services = _merge(_load(_EXTENSION)["services"], project["services"])
    return _dump({"services": services, "checks": project["checks"]})


def statsd_mapping() -> str:
    """Write what the extension ships as `/statsd-mapping.conf`.

    Returns:
        The file's content.
    """
    return _dump(_load(_EXTENSION)["statsd-mapping"])


def files() -> dict[Path, Path]:
    """Tell which files of this checkout the rock has, and where.

    Returns:
        The path in the checkout, by the path below the root of the rock.
    """
    parts: dict[str, Yaml] = _load(ROOT / "rockcraft.yaml")["parts"]
    application = Path("flask", "app")
    found = {
        Path(entry): ROOT / Path(entry).relative_to(application)
        for entry in parts["flask-framework/install-app"]["prime"]
    }
    for part in parts.values():
        if part.get("plugin") == "dump":
            organize = cast("dict[str, str]", part["organize"])
            found |= {Path(target): ROOT / source for source, target in organize.items()}
    return found


def owned_folders() -> list[Path]:
    """Tell which folders the rock gives to its user.

    Returns:
        Their paths below the root of the rock.
    """
    parts: dict[str, Yaml] = _load(ROOT / "rockcraft.yaml")["parts"]
    return [
        Path(entry["path"])
        for part in parts.values()
        for entry in part.get("permissions", [])
        if entry["owner"] == USER_ID
    ]


def _load(path: Path) -> Yaml:
    return cast("Yaml", yaml.safe_load(path.read_text()))


def _dump(value: Yaml) -> str:
    return str(yaml.safe_dump(value, sort_keys=False))


def _merge(ours: Yaml, theirs: Yaml) -> Yaml:
    """Merge as rockcraft does: mappings are merged, lists joined, and other values replaced."""
    merged = dict(ours)
    for key, value in theirs.items():
        if key in ours and isinstance(value, dict):
            merged[key] = _merge(ours[key], cast("Yaml", value))
        elif key in ours and isinstance(value, list):
            merged[key] = [*ours[key], *value]
        else:
            merged[key] = value
    return merged
