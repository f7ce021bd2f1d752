"""The servers that a unit is integrated with, all real: PostgreSQL, Redis, mail and S3."""

import json
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from devstack import network, sandbox
from devstack.errors import DevstackError
from devstack.paths import HOME
from devstack.sandbox import Mount

#: Where mail that Indico sends ends up, as a Maildir.
MAILDIR = HOME / "mail"

#: The endpoints that are integrated only when the user says so.
OPTIONAL = frozenset({"s3"})

#: The bucket for Indico's files.
BUCKET = "indico"

_RECORD = HOME / "backing.json"
_POSTGRESQL = HOME / "postgresql"
_REDIS = HOME / "redis"
_ACCOUNTS = HOME / "accounts"
_DATABASE = "indico"


@dataclass(frozen=True)
class Relation:
    """The other side of a relation.

    Attributes:
        application: the name of the other application.
        app_data: its databag.
        unit_data: the databag of its unit 0.
        secrets: what it has granted us, by the numbers of the secrets.
    """

    application: str
    app_data: dict[str, str] = field(default_factory=dict[str, str])
    unit_data: dict[str, str] = field(default_factory=dict[str, str])
    secrets: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    def with_values(self, values: dict[str, str]) -> "Relation":
        """Change values of whichever databag this application writes."""
        if self.unit_data:
            return replace(self, unit_data=self.unit_data | values)
        return replace(self, app_data=self.app_data | values)


@dataclass(frozen=True)
class Backing:
    """Where the servers are and how to log in.

    Attributes:
        postgresql_port: PostgreSQL's TCP port.
        redis_port: Redis's.
        mail_port: the mail server's.
        s3_port: the S3 server's.
        superuser_password: the password of PostgreSQL's `postgres`.
        password: the password of Indico's role, `indico`, which owns its database.
    """

    postgresql_port: int
    redis_port: int
    mail_port: int
    s3_port: int
    superuser_password: str
    password: str

    def superuser_dsn(self, database: str) -> str:
        """The connection string of PostgreSQL's superuser.

        Args:
            database: the name of the database.

        Returns:
            The string, with the password.
        """
        return make_conninfo(
            host=network.host(),
            port=self.postgresql_port,
            user="postgres",
            password=self.superuser_password,
            dbname=database,
        )

    def provision(self) -> None:
        """Make Indico's role and database where they are missing: the postgresql charm's work."""
        with psycopg.connect(self.superuser_dsn("postgres"), autocommit=True) as connection:
            found = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", (_DATABASE,)
            ).fetchone()
            if found:
                return
            role = sql.Identifier(_DATABASE)
            password = sql.Literal(self.password)
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(role, password))
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(role, role))

    def relations(self) -> dict[str, Relation]:
        """What the charms of these servers would write for us, by our endpoints."""
        postgresql = {
            "database": _DATABASE,
            "endpoints": f"{network.host()}:{self.postgresql_port}",
            "username": _DATABASE,
            "password": self.password,
        }
        redis = {"hostname": network.host(), "port": str(self.redis_port)}
        smtp = {
            "host": network.host(),
            "port": str(self.mail_port),
            "auth_type": "none",
            "transport_security": "none",
        }
        s3 = {
            "access-key": _DATABASE,
            "secret-key": self.password,
            "bucket": BUCKET,
            "endpoint": f"http://{network.host()}:{self.s3_port}",
            "region": "us-east-1",
            "s3-uri-style": "path",
        }
        return {
            "postgresql": Relation("postgresql-k8s", app_data=postgresql),
            "redis": Relation("redis-k8s", unit_data=redis),
            "s3": Relation("s3-integrator", app_data=s3),
            "smtp": Relation("smtp-integrator", app_data=smtp),
        }

    def services(self) -> dict[str, list[str]]:
        """The command lines of the servers, by the names of their applications."""
        return {
            "postgresql": _sandboxed(
                [
                    _postgresql("postgres"),
                    *("-D", "/data"),
                    *("-p", str(self.postgresql_port)),
                    *("-c", "unix_socket_directories="),
                    *("-c", f"listen_addresses={network.host()}"),
                ],
                _POSTGRESQL,
            ),
            "redis": _sandboxed(
                [
                    "redis-server",
                    *("--bind", network.host()),
                    *("--protected-mode", "no"),
                    *("--port", str(self.redis_port)),
                    *("--dir", "/data"),
                    *("--appendonly", "yes"),
                ],
                _REDIS,
            ),
            "mail": [sys.executable, "-m", "devstack.mail", str(self.mail_port), str(MAILDIR)],
            "s3": [sys.executable, "-m", "devstack.s3", str(self.s3_port), BUCKET],
        }


def load() -> Backing:
    """Read where the servers of this stack are; the first time, choose and set them up.

    Raises:
        DevstackError: if the database cannot be made.
    """
    if _RECORD.exists():
        return _read()
    postgresql, redis, mail, s3 = free_ports(4)
    passwords = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
    backing = Backing(postgresql, redis, mail, s3, *passwords)
    _make_cluster(backing.superuser_password)
    # initdb lets nobody in but this machine, and units may have networks of their own.
    (_POSTGRESQL / "pg_hba.conf").write_text("host all all samenet scram-sha-256\n")
    sandbox.own(_REDIS)
    _RECORD.touch(0o600)
    _RECORD.write_text(json.dumps(asdict(backing)))
    return backing


def free_ports(count: int) -> list[int]:
    """Find TCP ports on 127.0.0.1 that nothing listens on.

    Args:
        count: how many.

    Returns:
        Their numbers.
    """
    sockets = [socket.socket() for _ in range(count)]
    try:
        for opened in sockets:
            opened.bind(("127.0.0.1", 0))
        return [opened.getsockname()[1] for opened in sockets]
    finally:
        for opened in sockets:
            opened.close()


def _read() -> Backing:
    try:
        return Backing(**json.loads(_RECORD.read_text()))
    except TypeError:
        raise DevstackError(
            f"{HOME} is of another version of the stack: start anew with `devstack up --reset`"
        ) from None


def _make_cluster(password: str) -> None:
    shutil.rmtree(_POSTGRESQL, ignore_errors=True)
    folder = sandbox.own(_POSTGRESQL)
    folder.chmod(0o700)
    sandbox.write_accounts(_ACCOUNTS)
    secret = sandbox.own(HOME / "initdb") / "password"
    secret.write_text(password)
    initdb = [_postgresql("initdb"), "-D", "/data", "--username=postgres", "--encoding=UTF8"]
    initdb += ["--locale=C.UTF-8", "--auth=scram-sha-256", "--pwfile=/initdb/password"]
    mount = Mount(secret.parent, Path("/initdb"))
    made = subprocess.run(
        _sandboxed(initdb, _POSTGRESQL, mount), capture_output=True, text=True, check=False
    )
    shutil.rmtree(secret.parent)
    if made.returncode:
        reason = (made.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise DevstackError(f"the database cannot be made: {reason}")


def _sandboxed(program: Iterable[str | Path], data: Path, *mounts: Mount) -> list[str]:
    return sandbox.command(
        program, [Mount(data, Path("/data"), writable=True), *mounts], _ACCOUNTS
    )


def _postgresql(program: str) -> Path:
    """The newest PostgreSQL of the machine; Debian keeps them apart by their version."""
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda p: int(p.parts[4])
    )
    if not found:
        raise DevstackError("PostgreSQL is not installed: run `python3 -m devstack.setup run`")
    return found[-1]
