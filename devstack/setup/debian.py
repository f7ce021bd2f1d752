"""The Debian packages, and how to get them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

from devstack.setup.step import SetupError, execute

#: What running the stack takes. The servers are run from the packages' programs; those that the
#: packages start by themselves are neither used nor touched.
RUN = (
    "bubblewrap",  # makes the root of a unit
    "fonts-dejavu-core",  # for Indico's PDFs
    "haproxy",  # forwards to a site on another port
    "git",  # fetches the customization
    "gcc",  # builds psycopg2
    "iproute2",  # makes the networks of several units, and of tests that run side by side
    "libc6-dev",
    "libnginx-mod-http-brotli-filter",
    "libnginx-mod-http-brotli-static",
    "libpango-1.0-0",  # for Indico's PDFs
    "libpangoft2-1.0-0",
    "libpq-dev",  # builds psycopg2
    "nginx",
    "postgresql",  # the server and its contrib extensions
    "python3-venv",
    "redis-server",
    "util-linux",  # setpriv
)

#: What the tests take besides.
TEST = ("chromium",)

# The headers of the system's Python, where that is the one that Indico runs on.
_HEADERS = ("python3-dev",) if sys.version_info[:2] == (3, 12) else ()


def install(packages: Sequence[str]) -> None:
    """Install the packages that are missing, as root or through sudo.

    Args:
        packages: their names.

    Raises:
        SetupError: if this is no Debian, or nobody here may install packages.
    """
    if not shutil.which("apt-get"):
        raise SetupError("there is no apt-get here: use Debian 12, Ubuntu 24.04 or newer")
    missing = [name for name in (*packages, *_HEADERS) if not _installed(name)]
    if not missing:
        return
    print(f"      apt installs: {' '.join(missing)}", flush=True)
    apt = [*_as_root(missing), "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    execute([*apt, "update"])
    execute([*apt, "install", "--yes", "--no-install-recommends", *missing])


def _installed(package: str) -> bool:
    query = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]
    answer = subprocess.run(query, capture_output=True, text=True, check=False)
    return answer.stdout == "installed"


def _as_root(missing: Sequence[str]) -> list[str]:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        return ["sudo"]
    raise SetupError(f"run this as root: apt-get install {' '.join(missing)}")
