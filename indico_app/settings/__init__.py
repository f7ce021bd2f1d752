"""Indico's settings, worked out from environment variables and from nothing else."""

from collections.abc import Mapping
from functools import partial

from indico_app.settings.environment import SettingsError
from indico_app.settings.files import DATA, X_ACCEL_LOCATION, files
from indico_app.settings.gathering import Gathering
from indico_app.settings.general import general
from indico_app.settings.identity import identity
from indico_app.settings.mail import mail
from indico_app.settings.overrides import check_together, overrides
from indico_app.settings.plugins import plugins
from indico_app.settings.processes import celery_concurrency, log_level, processes
from indico_app.settings.resources import resources
from indico_app.settings.servers import database, redis
from indico_app.settings.site import site
from indico_app.settings.storage import storage

__all__ = [
    "DATA",
    "X_ACCEL_LOCATION",
    "SettingsError",
    "celery_concurrency",
    "from_environment",
    "log_level",
]


#: What cannot be done without comes first, and so do its problems.
_SECTIONS = (
    database,
    redis,
    site,
    identity,
    storage,
    mail,
    general,
    processes,
    plugins,
    resources,
)


def from_environment(environ: Mapping[str, str]) -> dict[str, object]:
    """Work out Indico's settings.

    Args:
        environ: the environment that the charm gives its services: `FLASK_…` for its options and
            `FLASK_OAUTH_…`, `POSTGRESQL_…`, `REDIS_…`, `S3_…`, `SAML_…` and `SMTP_…` for its
            relations, as paas-charm names them.

    Returns:
        Indico's settings by their upper-case names, as in `indico.core.config.DEFAULTS`.

    Raises:
        SettingsError: if variables are missing or unusable. It names all of them, the worst first.
    """
    gathering = Gathering[object]()
    gathering.add(files)
    for section in _SECTIONS:
        gathering.add(partial(section, environ))
    gathering.add(lambda: overrides(environ, gathering.settings))
    made = gathering.result()
    check_together(made)
    return made
