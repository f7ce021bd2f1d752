"""A step of set-up: skipped when nothing that it depends on has changed."""

import hashlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from devstack.paths import BUILD, ROOT

LOG = BUILD / "setup.log"

_LINES_SHOWN = 15


class SetupError(Exception):
    """Set-up cannot go on; the message says why and what to do."""


@dataclass(frozen=True)
class Step:
    """Something to be done once, and again when what it depends on changes.

    Attributes:
        name: what names the step's stamp.
        title: what the user reads while it runs.
        action: does it.
        inputs: the files whose content the result depends on.
        outputs: what must be there for the result to be; if one is gone, the step runs again.
    """

    name: str
    title: str
    action: Callable[[], None]
    inputs: tuple[Path, ...] = ()
    outputs: tuple[Path, ...] = ()

    def run(self, position: str) -> None:
        """Do it, unless it has been done.

        Args:
            position: what number this step has, for the user to see.

        Raises:
            SetupError: if it cannot be done.
        """
        stamp = BUILD / "stamps" / self.name
        digest = self._digest()
        if (
            stamp.exists()
            and stamp.read_text() == digest
            and all(o.exists() for o in self.outputs)
        ):
            return
        print(f"{position} {self.title} …", flush=True)
        started = time.monotonic()
        self.action()
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(digest)
        print(f"{position} {self.title}: done in {time.monotonic() - started:.0f} s", flush=True)

    def _digest(self) -> str:
        digest = hashlib.sha256(str(ROOT).encode())
        for path in self.inputs:
            digest.update(path.read_bytes())
        return digest.hexdigest()


def run_all(steps: Sequence[Step]) -> None:
    """Do what has to be done, in order.

    Raises:
        SetupError: at the first step that cannot be done.
    """
    for number, step in enumerate(steps, 1):
        step.run(f"[{number}/{len(steps)}]")


def execute(
    command: Iterable[str | Path],
    *,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
    show_failure: bool = True,
) -> None:
    """Run a command, with its output in the log of set-up.

    Args:
        command: the program and its arguments.
        cwd: where to run it.
        env: its environment, this process's unless given.
        show_failure: whether the user is to see the last lines of what it wrote when it fails.

    Raises:
        SetupError: if it fails.
    """
    words = [str(word) for word in command]
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("a+") as log:
        print(f"$ {' '.join(words)}", file=log, flush=True)
        start = log.tell()
        status = subprocess.run(
            words, cwd=cwd, env=env, stdout=log, stderr=log, check=False
        ).returncode
        if status:
            log.seek(start)
            if show_failure:
                sys.stderr.writelines(log.readlines()[-_LINES_SHOWN:])
            raise SetupError(f"{words[0]} failed with status {status}: see above and {LOG}")
