"""The container of a unit: a root that looks like the rock, and the real Pebble in it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from devstack import mail, network, rock, sandbox
from devstack.paths import BIN, CELERY_EXPORTER_ENVIRONMENT, HOME, PLUGINS, ROCK_ENVIRONMENT
from devstack.sandbox import Mount

#: Where the unit finds the certificates of the machine and that of the stack's mail servers.
CERTIFICATES = Path("/ca-certificates.crt")

_PEBBLE = Path("/var/lib/pebble/default")
_SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")

#: What of the unit's root is kept on the machine: its place in the unit's folder and in the root.
_WRITABLE = {
    "flask": Path("/flask"),
    "tmp": Path("/tmp"),  # noqa: S108
    "log": Path("/var/log"),
    "pebble": _PEBBLE,
}

#: The programs of Python packages that the plan or an operator calls, in the rock's /bin.
_SCRIPTS = ("celery", "gunicorn", "indico")

#: The machine's programs that the rock has in /bin too, where its base has them.
_SYSTEM = ("bash", "cat", "env", "sh")


@dataclass(frozen=True)
class Unit:
    """A unit's container.

    Attributes:
        number: the number of the unit.
    """

    number: int

    @property
    def name(self) -> str:
        """The name of its service on the machine, and of its folder."""
        return f"unit-{self.number}"

    @property
    def folder(self) -> Path:
        """Where the machine keeps what is the unit's."""
        return HOME / self.name

    @property
    def socket(self) -> Path:
        """The socket of its Pebble."""
        return self.folder / "pebble" / ".pebble.socket"

    def prepare(self) -> None:
        """Lay out what the root is made of; a new pod has nothing of an earlier one's."""
        for name in _WRITABLE:
            shutil.rmtree(self.folder / name, ignore_errors=True)
            (self.folder / name).mkdir(parents=True)
        (self.folder / "tmp").chmod(0o1777)
        for folder in rock.owned_folders():
            shutil.rmtree(self.folder / folder, ignore_errors=True)
            sandbox.own(self.folder / folder)
        layers = self.folder / "pebble" / "layers"
        layers.mkdir()
        (layers / "001-indico-app.yaml").write_text(rock.layer())
        (self.folder / "statsd-mapping.conf").write_text(rock.statsd_mapping())
        _write_certificates(self.folder / CERTIFICATES.name)
        _write_bin(self.folder / "bin")
        sandbox.write_accounts(self.folder / "accounts")

    def command(self) -> list[str]:
        """Make the command line of its Pebble, run as Kubernetes would: it starts nothing.

        Returns:
            Its words.
        """
        pebble = sandbox.command(
            ["/bin/pebble", "run", "--create-dirs", "--hold"],
            self._mounts(),
            self.folder / "accounts",
            environment={"PEBBLE": str(_PEBBLE), "SSL_CERT_FILE": str(CERTIFICATES)},
            as_user=False,
            hostname=f"indico-{self.number}",
        )
        return network.command(self.number, pebble)

    def _mounts(self) -> list[Mount]:
        return [
            Mount(self.folder / "bin", Path("/bin")),
            Mount(self.folder / "statsd-mapping.conf", Path("/statsd-mapping.conf")),
            Mount(self.folder / CERTIFICATES.name, CERTIFICATES),
            Mount(CELERY_EXPORTER_ENVIRONMENT, Path("/opt/celery-exporter")),
            *(Mount(self.folder / name, at, writable=True) for name, at in _WRITABLE.items()),
            *(Mount(self.folder / at, "/" / at, writable=True) for at in rock.owned_folders()),
            *(Mount(source, "/" / target) for target, source in rock.files().items()),
            # These come last: the checkout may lie below a folder mounted above, such as /tmp.
            *(Mount(path, path) for path in _environment_roots()),
        ]


def _environment_roots() -> list[Path]:
    """The folders that are at their own paths: Python's environments, programs and plugins."""
    base = Path((ROCK_ENVIRONMENT / "bin" / "python3").resolve()).parents[1]
    roots = [ROCK_ENVIRONMENT, BIN, PLUGINS]
    return roots if base.is_relative_to("/usr") else [*roots, base]


def _write_certificates(file: Path) -> None:
    mail.load()
    trusted = [path for path in (_SYSTEM_CERTIFICATES, mail.AUTHORITY) if path.exists()]
    file.write_text("\n".join(path.read_text() for path in trusted))


def _write_bin(folder: Path) -> None:
    """Fill /bin as the rock has it: its interpreter and programs under the names of the plan."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    python = folder / "python3"
    python.write_text(f'#!/usr/bin/sh\nexec {ROCK_ENVIRONMENT}/bin/python3 "$@"\n')
    python.chmod(0o755)
    for name in _SCRIPTS:
        (folder / name).symlink_to(ROCK_ENVIRONMENT / "bin" / name)
    for name in _SYSTEM:
        (folder / name).symlink_to(Path("/usr/bin", name))
    for program in BIN.iterdir():
        (folder / program.name).symlink_to(program)
