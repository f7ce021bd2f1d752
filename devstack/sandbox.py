"""Command lines of bubblewrap, which gives a program a root of its own."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from devstack import rock
from devstack.paths import HOME, MARK

_ENVIRONMENT = {
    "PATH": "/bin:/usr/sbin:/usr/bin",
    "LANG": "C.UTF-8",
    "HOME": "/nonexistent",
    MARK: str(HOME),
}

_NAMESPACES = (
    "bwrap",
    "--clearenv",
    "--unshare-pid",
    "--unshare-ipc",
    "--unshare-uts",
)

#: The capabilities that root keeps: what Pebble and setpriv need to start programs as other users.
_CAPABILITIES = (
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_FOWNER",
    "CAP_KILL",
    "CAP_SETGID",
    "CAP_SETUID",
)

#: What of the machine's /etc a program needs to find libraries, names and certificates.
_ETC = (
    "alternatives",
    "ca-certificates",
    "fonts",
    "hosts",
    "ld.so.cache",
    "localtime",
    "nginx/mime.types",
    "nsswitch.conf",
    "resolv.conf",
    "ssl",
)


@dataclass(frozen=True)
class Mount:
    """A file or folder of the machine that the program sees.

    Attributes:
        source: where it is.
        target: where the program sees it.
        writable: whether the program may write to it.
    """

    source: Path
    target: Path
    writable: bool = False


def user_id() -> int:
    """The number of the user whom programs run as: the rock's, or whoever cannot change users."""
    return rock.USER_ID if os.geteuid() == 0 else os.geteuid()


def own(folder: Path) -> Path:
    """Make a folder that belongs to that user.

    Args:
        folder: its path.

    Returns:
        The same path.
    """
    folder.mkdir(parents=True, exist_ok=True)
    os.chown(folder, user_id(), user_id() if os.geteuid() == 0 else -1)
    return folder


def command(  # noqa: PLR0913
    program: Iterable[str | Path],
    mounts: Iterable[Mount],
    accounts: Path,
    *,
    environment: Mapping[str, str] | None = None,
    as_user: bool = True,
    hostname: str = "server",
) -> list[str]:
    """Make the command line that runs a program in a root of its own.

    The root has the machine's /usr, what it needs of /etc, and what is mounted. The network is the
    machine's; processes are the program's own and end with it.

    Args:
        program: the program and its arguments, as it is called inside.
        mounts: what is seen besides. A mount whose target lies in another one's comes later.
        accounts: a folder with a `passwd` and a `group` file.
        environment: its environment, beside a PATH and a locale.
        as_user: whether root runs it as the rock's user; nobody else can choose.
        hostname: the name of the machine that it takes itself to be on.

    Returns:
        The words of the command line.
    """
    mounts = [
        *(Mount(accounts / name, Path("/etc", name)) for name in ("passwd", "group")),
        *mounts,
    ]
    own_bin = any(mount.target == Path("/bin") for mount in mounts)
    words = [*_NAMESPACES, "--hostname", hostname, *_privileges()]
    for name, value in {**_ENVIRONMENT, **(environment or {})}.items():
        words += ["--setenv", name, value]
    words += _system(("lib", "lib64", "sbin") if own_bin else ("bin", "lib", "lib64", "sbin"))
    for mount in mounts:
        words += _bind(mount)
    if as_user and os.geteuid() == 0:
        ids = [f"--reuid={rock.USER_ID}", f"--regid={rock.USER_ID}", "--clear-groups"]
        words += ["--", "setpriv", *ids]
    return [*words, "--", *(str(word) for word in program)]


def write_accounts(folder: Path) -> Path:
    """Write the `passwd` and `group` files that name root and the rock's user.

    Args:
        folder: where to write them.

    Returns:
        The same path.
    """
    folder.mkdir(parents=True, exist_ok=True)
    number = user_id()
    group = number if os.geteuid() == 0 else os.getegid()
    users = [f"{rock.USER}:x:{number}:{group}::/nonexistent:/usr/sbin/nologin"]
    groups = [f"{rock.USER}:x:{group}:"]
    if os.geteuid() == 0:
        users.insert(0, "root:x:0:0:root:/root:/bin/sh")
        groups.insert(0, "root:x:0:")
    (folder / "passwd").write_text("\n".join(users) + "\n")
    (folder / "group").write_text("\n".join(groups) + "\n")
    return folder


def _privileges() -> list[str]:
    if os.geteuid() != 0:
        return []
    return [word for name in _CAPABILITIES for word in ("--cap-add", name)]


def _system(links: Iterable[str]) -> list[str]:
    """The machine's programs and libraries, and the folders that every root has."""
    words = ["--ro-bind", "/usr", "/usr", "--proc", "/proc", "--dev", "/dev"]
    for shared in ("/tmp", "/dev/shm"):  # noqa: S108
        words += ["--perms", "1777", "--tmpfs", shared]
    words += ["--ro-bind-try", "/sys/fs/cgroup", "/sys/fs/cgroup"]
    for name in links:
        words += ["--symlink", f"usr/{name}", f"/{name}"]
    for name in _ETC:
        words += [*_parents(Path("/etc", name)), "--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    return [*words, *_parents(Path("/run/x"))]


def _bind(mount: Mount) -> list[str]:
    bind = "--bind" if mount.writable else "--ro-bind"
    return [*_parents(mount.target), bind, str(mount.source), str(mount.target)]


def _parents(target: Path) -> list[str]:
    """Make the folders above a mount point, which bubblewrap would make for their owner alone."""
    parents = reversed(target.parents[:-1])
    return [word for parent in parents for word in ("--perms", "755", "--dir", str(parent))]
