"""What the Pebble check of the Celery worker says."""

import os
from pathlib import Path

import pytest

from indico_app.worker_check import PATIENCE, problem

LAST_HEARTBEAT = 1_000_000


@pytest.fixture
def heartbeat(tmp_path: Path) -> Path:
    file = tmp_path / "heartbeat"
    file.touch()
    os.utime(file, (LAST_HEARTBEAT, LAST_HEARTBEAT))
    return file


def test_problem_before_the_first_heartbeat_says_not_started(tmp_path: Path):
    assert "has not started yet" in str(problem(tmp_path / "heartbeat", LAST_HEARTBEAT))


@pytest.mark.parametrize("silence", [0, 2, PATIENCE])
def test_problem_with_a_recent_heartbeat_is_none(heartbeat: Path, silence: int):
    assert problem(heartbeat, LAST_HEARTBEAT + silence) is None


def test_problem_after_a_long_silence_says_how_long(heartbeat: Path):
    assert "for 75 s" in str(problem(heartbeat, LAST_HEARTBEAT + 75))


def test_problem_just_after_patience_is_over_is_told(heartbeat: Path):
    assert problem(heartbeat, LAST_HEARTBEAT + PATIENCE + 0.1) is not None
