"""Lays out nginx's prefix, which has what nginx.conf names by relative paths."""

from importlib.util import find_spec
from pathlib import Path

from indico_app.nginx import PREFIX, s3

_PAGES = Path(__file__).with_name("pages")


def prepare() -> None:
    """Make the prefix, or bring it up to date.

    Raises:
        ModuleNotFoundError: if Indico is not installed.
    """
    PREFIX.mkdir(exist_ok=True)
    s3.prepare()
    for name, target in {"static": _static_files(), "pages": _PAGES}.items():
        link = PREFIX / name
        link.unlink(missing_ok=True)
        link.symlink_to(target)


def _static_files() -> Path:
    """Find Indico's static files without importing Indico."""
    spec = find_spec("indico")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("Indico is not installed: nginx has no static files to serve")
    return Path(spec.origin).parent / "web" / "static"
