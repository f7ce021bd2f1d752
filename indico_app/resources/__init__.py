"""External plugins and the customization: fetched before a start, found by every process."""

import site
from collections.abc import Mapping

from indico_app.settings.resources import external


def activate(environ: Mapping[str, str]) -> None:
    """Let this process find the external plugins, behind everything that the rock has.

    The folder is taken as it is now: a process goes on with what it has begun with.

    Args:
        environ: the environment that the charm gives its services.

    Raises:
        SettingsError: if the environment is unusable.
    """
    found = external(environ)
    if found and found.link.exists():
        site.addsitedir(str(found.link.resolve()))
