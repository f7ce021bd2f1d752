"""What comes from elsewhere than the rock: plugins, and the site's own templates and styles.

All of it follows from the options alone. Whether it is there yet is for `indico_app.resources`.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult

from packaging.requirements import InvalidRequirement, Requirement

from indico_app.settings.environment import SettingsError, flag, split
from indico_app.settings.files import DATA

#: Where all of it is kept. A pod that is replaced loses it.
FOLDER = DATA / "resources"

_PLUGINS = "FLASK_EXTERNAL_PLUGINS"
_ENABLED = "FLASK_ENABLED_PLUGINS"
_INDEX = "FLASK_PIP_INDEX_URL"
_CUSTOMIZATION = "FLASK_CUSTOMIZATION_SOURCES_URL"

# A comma also stands between the bounds of one version, and between extras.
_COMMA = re.compile(r",(?![^\[]*\])(?!\s*[<>=!~])")
_NAME = re.compile(r"[a-z0-9_]+", re.IGNORECASE)
_REF = re.compile(r"[\w.][\w./-]*", re.ASCII)
_URL = re.compile(r"[a-z+]+://\S+")
_SCHEMES = {"http", "https", "file"}


@dataclass(frozen=True)
class External:
    """Python packages from elsewhere.

    Attributes:
        requirements: what to install, as in a requirements file.
        index: the address of the package index, empty for PyPI.
    """

    requirements: tuple[str, ...]
    index: str

    @property
    def link(self) -> Path:
        """Where they are, once they are installed."""
        return _link("plugins", self.index, *self.requirements)


@dataclass(frozen=True)
class Sources:
    """A branch, tag or commit of a git repository.

    Attributes:
        url: the repository's address.
        ref: the branch, tag or commit; HEAD for the repository's default.
    """

    url: str
    ref: str

    @property
    def link(self) -> Path:
        """Where its files are, once they are fetched."""
        return _link("customization", self.url, self.ref)


def resources(environ: Mapping[str, str]) -> dict[str, object]:
    """Settings of the site's own templates, styles and scripts; the plugins are checked too."""
    external(environ)
    found = sources(environ)
    debug = flag(environ, "FLASK_CUSTOMIZATION_DEBUG", default=False)
    return {
        "CUSTOMIZATION_DEBUG": debug,
        **({"CUSTOMIZATION_DIR": str(found.link)} if found else {}),
    }


def external(environ: Mapping[str, str]) -> External | None:
    """Tell which packages to install.

    Args:
        environ: the environment that the charm gives its services.

    Returns:
        The packages, None if there are none.

    Raises:
        SettingsError: if one is no package, or the index is no web address.
    """
    index = _index(environ)
    listed = (entry.strip() for entry in _COMMA.split(environ.get(_PLUGINS, "")))
    requirements = tuple(_requirement(entry) for entry in listed if entry)
    return External(requirements, index) if requirements else None


def enabled(environ: Mapping[str, str]) -> list[str]:
    """Tell which plugins the operator wants Indico to load.

    Raises:
        SettingsError: if one is no name of a plugin.
    """
    names = [name.strip() for name in environ.get(_ENABLED, "").split(",") if name.strip()]
    for name in names:
        if not _NAME.fullmatch(name):
            remedy = "use the names that Indico knows plugins by, such as payment_paypal,vc_zoom"
            raise SettingsError(_ENABLED, f"{name[:60]!r} is no plugin's name", remedy)
    return names


def sources(environ: Mapping[str, str]) -> Sources | None:
    """Tell where the site's own templates, styles and scripts come from.

    Raises:
        SettingsError: if the address is none that git can fetch from.
    """
    text = environ.get(_CUSTOMIZATION, "").strip()
    if not text:
        return None
    remedy = "use the address of a git repository, such as https://example.org/site.git#main"
    parts = split(_CUSTOMIZATION, text.removeprefix("git+"), remedy)
    path, _, after = parts.path.partition("@")
    ref = parts.fragment or after or "HEAD"
    if parts.scheme not in _SCHEMES or parts.query or not path.strip("/"):
        raise SettingsError(_CUSTOMIZATION, "is not an address that git can fetch from", remedy)
    if not _REF.fullmatch(ref) or ".." in ref:
        raise SettingsError(_CUSTOMIZATION, f"{ref[:60]!r} is no branch, tag or commit", remedy)
    return Sources(parts._replace(path=path, fragment="").geturl(), ref)


def _index(environ: Mapping[str, str]) -> str:
    text = environ.get(_INDEX, "").strip()
    remedy = "use the address of a package index, such as https://pypi.org/simple"
    parts = split(_INDEX, text, remedy) if text else SplitResult("https", "-", "", "", "")
    if parts.scheme not in {"http", "https"} or not parts.hostname or " " in text:
        raise SettingsError(_INDEX, "is not a web address", remedy)
    return text


def _requirement(entry: str) -> str:
    """Check one entry; it may hold a password, so that no message repeats its address."""
    remedy = (
        "use packages such as indico-plugin-vc-zoom==3.3, addresses of wheels, or git+https://… "
        "with commas between them"
    )
    if _URL.fullmatch(entry):
        written, url = entry, entry
    else:
        try:
            required = Requirement(entry)
        except InvalidRequirement:
            name = re.split(r"[^\w.-]", entry, maxsplit=1)[0][:60]
            raise SettingsError(_PLUGINS, f"{name!r} is no package", remedy) from None
        written, url = str(required), required.url
    scheme = split(_PLUGINS, url, remedy).scheme if url else "https"
    if scheme.removeprefix("git+") not in _SCHEMES:
        raise SettingsError(_PLUGINS, f"has an address with {scheme}://", remedy)
    return written


def _link(kind: str, *what: str) -> Path:
    digest = hashlib.sha256("\n".join(what).encode(errors="surrogateescape")).hexdigest()
    return FOLDER / f"{kind}-{digest[:16]}"
