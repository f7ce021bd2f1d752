"""What the background does by itself: periodic tasks, cleaning, and mail that was given up."""

import mailbox
import os
import time
from pathlib import Path

from devstack import backing, machine
from devstack.unit import Unit
from tests.functional import in_unit
from tests.functional.stack import Stack, eventually

_DATA = Unit(0).folder / "srv" / "indico"


def test_periodic_task_that_was_due_while_beat_was_away_is_done(stack: Stack):
    in_unit.client().stop_services(["celery-beat-scheduler"])
    in_unit.run("missed_task.py", TASK="temp_cleanup")
    old, new = _file("cache/old", days=2), _file("cache/new", days=0)

    in_unit.client().start_services(["celery-beat-scheduler"])

    eventually(lambda: not old.exists())
    assert new.exists()


def test_worker_that_starts_cleans_its_own_disk(stack: Stack):
    old, new = _file("tmp/old", days=2), _file("tmp/new", days=0)

    in_unit.client().restart_services(["celery-worker"])

    eventually(lambda: not old.exists())
    assert new.exists()


def test_mail_that_was_given_up_is_kept_and_can_be_sent_again(stack: Stack):
    machine.client().stop_services(["mail"])
    process = in_unit.start("failed_mail.py")
    assert process.stdout is not None
    name = process.stdout.readline().strip()
    assert name.startswith("failed-email-")
    assert not (_DATA / "tmp" / name).exists()

    machine.client().start_services(["mail"])

    assert process.stdout.readline().strip() == "[]"
    process.wait()
    assert [m["To"] for m in mailbox.Maildir(backing.MAILDIR) if m["Subject"] == "Kept"] == [
        "user@example.org"
    ]


def test_task_that_was_cut_off_does_not_lock_itself_out(stack: Stack):
    output, _ = in_unit.run("locked_task.py")

    assert output == "None\n"


def _file(name: str, *, days: int) -> Path:
    """Make a file such as Indico leaves behind."""
    path = _DATA / name
    path.write_text("temporary")
    os.chown(path, _DATA.stat().st_uid, _DATA.stat().st_gid)
    then = time.time() - days * 86400
    os.utime(path, (then, then))
    return path
