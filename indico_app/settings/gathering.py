"""Makes settings piece by piece, so that all problems are named at once and not only the first."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from indico_app.settings.environment import SettingsError

_LONGEST = 400
_MORE = "and {} more: see the log of the unit"


class SeveralSettingsError(SettingsError):
    """Several environment variables from which no settings can be made; the first one's name."""

    def __init__(self, problems: Iterable[SettingsError]):
        """Gather what is wrong.

        Args:
            problems: at least one, the worst first.
        """
        self._problems = tuple(problems)
        ValueError.__init__(self, summary([str(problem) for problem in self._problems]))
        self.variable = self._problems[0].variable

    @property
    def problems(self) -> tuple[SettingsError, ...]:
        """What is wrong with each variable."""
        return self._problems


class Gathering[T]:
    """Settings that are made one after the other, and what is wrong with those that cannot be.

    Attributes:
        settings: what could be made so far.
    """

    def __init__(self):
        self.settings: dict[str, T] = {}
        self._problems: dict[str, SettingsError] = {}

    def add(self, make: Callable[[], Mapping[str, T]]) -> None:
        """Make some settings; what is said twice of a variable is kept once."""
        try:
            self.settings |= make()
        except SettingsError as exc:
            self._problems |= {str(problem): problem for problem in exc.problems}

    def result(self) -> dict[str, T]:
        """Tell the settings.

        Raises:
            SettingsError: if some could not be made.
        """
        match list(self._problems.values()):
            case []:
                return self.settings
            case [problem]:
                raise problem
            case problems:
                raise SeveralSettingsError(problems)


def each[T](
    environ: Mapping[str, str], readers: Mapping[str, Callable[[Mapping[str, str]], T]]
) -> dict[str, T]:
    """Make settings that have a reader each.

    Args:
        environ: the environment.
        readers: what makes each of them, by their names.

    Returns:
        The settings.

    Raises:
        SettingsError: if variables are missing or unusable. It names all of them.
    """
    gathering = Gathering[T]()
    for name, read in readers.items():
        gathering.add(partial(_one, name, read, environ))
    return gathering.result()


def _one[T](
    name: str, read: Callable[[Mapping[str, str]], T], environ: Mapping[str, str]
) -> dict[str, T]:
    return {name: read(environ)}


def summary(problems: list[str]) -> str:
    """Write problems in one line that a status can show.

    Args:
        problems: one line each, the worst first.

    Returns:
        As many of them as fit, and the number of the others; the first one in any case, cut off
        where it alone is too long.
    """
    shown = [_cut(problems[0])]
    for problem in problems[1:]:
        if len("; ".join([*shown, problem])) > _LONGEST:
            break
        shown.append(problem)
    hidden = len(problems) - len(shown)
    return "; ".join([*shown, _MORE.format(hidden)] if hidden else shown)


def _cut(problem: str) -> str:
    return problem if len(problem) <= _LONGEST else f"{problem[:_LONGEST]}… (see the log)"
