"""Which plugins Indico loads."""

from collections.abc import Mapping

from indico_app.settings.resources import enabled
from indico_app.settings.storage import s3_related

#: Those that belong to every site.
ALWAYS = frozenset({"operations", "storage_postgresql"})


def plugins(environ: Mapping[str, str]) -> dict[str, object]:
    """Settings that name the plugins, as their packages' entry points do."""
    related = {"storage_s3"} if s3_related(environ) else set[str]()
    return {"PLUGINS": {*ALWAYS, *related, *enabled(environ)}}
