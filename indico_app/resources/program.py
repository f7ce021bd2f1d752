"""Runs the programs that fetch, with no more of the environment than they need."""

import base64
import os
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

import certifi

from indico_app.resources.resource import FetchError

#: Seconds after which fetching is given up; the charm waits a little longer.
TIMEOUT = 180

_PASSED = ("PATH", "TMPDIR", "http_proxy", "https_proxy", "no_proxy")
_USER = re.compile(r"(?<=://)[^/\s@]*@")
_FRAME = re.compile(r"^\s*(error|fatal|cause|warning):", re.MULTILINE)
_LONGEST = 500


def run(
    command: Sequence[str | Path], environ: Mapping[str, str], extra: Mapping[str, str]
) -> str:
    """Run a program that fetches.

    Args:
        command: its command line, which others can read.
        environ: the environment that the charm gives its services; the program, and what it runs
            of other people's, are given the proxies and none of the secrets.
        extra: what it is given besides.

    Returns:
        What it prints.

    Raises:
        FetchError: if it fails, with what it says; users and passwords in addresses are left out.
    """
    names = {*_PASSED, *(name.upper() for name in _PASSED)}
    env = {name: value for name, value in environ.items() if name in names}
    try:
        done = subprocess.run(
            command,
            env={**env, "LANG": "C.UTF-8", **extra},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT,
        )
    except subprocess.TimeoutExpired:
        raise FetchError(f"not done within {TIMEOUT} seconds") from None
    if done.returncode:
        raise FetchError(_reason(done.stderr))
    return done.stdout


def without_user(url: str) -> str:
    """Leave the user and the password out of an address."""
    return _USER.sub("", url)


def git_environment(urls: Iterable[str]) -> dict[str, str]:
    """Tell git what it may not ask for, and the users and passwords of repositories.

    Args:
        urls: addresses, of which some may have a user and a password.

    Returns:
        Environment variables, as git-config(1) has them: a command line could be read by others.
    """
    entries = [_header(url) for url in urls if "@" in urlsplit(url).netloc]
    counted = {
        f"GIT_CONFIG_{part}_{number}": text
        for number, entry in enumerate(entries)
        for part, text in zip(("KEY", "VALUE"), entry, strict=True)
    }
    return {
        "GIT_ALLOW_PROTOCOL": "file:http:https",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_COUNT": str(len(entries)),
        "GIT_SSL_CAINFO": certifi.where(),
        "GIT_TERMINAL_PROMPT": "0",
        **counted,
    }


def _header(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    user = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    token = base64.b64encode(user.encode()).decode()
    server = f"{parts.scheme.removeprefix('git+')}://{parts.netloc.rpartition('@')[2]}/"
    return f"http.{server}.extraHeader", f"Authorization: Basic {token}"


def _reason(stderr: str) -> str:
    """What a program says of its failure, in one line and without what frames it."""
    text = " ".join(_FRAME.sub("", stderr).split())
    return without_user(text)[:_LONGEST].rstrip(".") or "no reason is given"
