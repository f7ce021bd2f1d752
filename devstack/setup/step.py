"""A step of set-up: skipped when nothing that it depends on has changed."""

import hashlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, STDOUT

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
        after: the names of the steps that have to be done before.
    """

    name: str
    title: str
    action: Callable[[], None]
    inputs: tuple[Path, ...] = ()
    outputs: tuple[Path, ...] = ()
    after: tuple[str, ...] = ()

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
    """Do what has to be done, side by side what does not depend on each other.

    Args:
        steps: each comes behind those that it depends on.

    Raises:
        SetupError: if a step cannot be done; those that run then are brought to their end.
    """
    running: dict[str, Future[None]] = {}
    with ThreadPoolExecutor(len(steps)) as pool:
        for number, step in enumerate(steps, 1):
            before = [running[name] for name in step.after]
            running[step.name] = pool.submit(_run, step, f"[{number}/{len(steps)}]", before)
    for done in running.values():
        done.result()


def _run(step: Step, position: str, before: Iterable[Future[None]]) -> None:
    for other in before:
        other.result()
    step.run(position)


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
    done = subprocess.run(
        words, cwd=cwd, env=env, text=True, stdout=PIPE, stderr=STDOUT, check=False
    )
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("a") as log:
        log.write(f"$ {' '.join(words)}\n{done.stdout}")
    if done.returncode:
        if show_failure:
            sys.stderr.writelines(done.stdout.splitlines(keepends=True)[-_LINES_SHOWN:])
        raise SetupError(f"{words[0]} failed with status {done.returncode}: see above and {LOG}")
