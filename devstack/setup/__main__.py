"""Usage: python3 -m devstack.setup {run,test}: get ready to run the stack, or to test it too."""

import sys

from devstack import paths
from devstack.setup import debian, environments, gobin, libraries
from devstack.setup.step import SetupError, Step, run_all

PACKAGES = {"run": debian.RUN, "test": debian.RUN + debian.TEST}

#: What the stack runs without.
_FOR_TESTS = {"integration", "plugin-tests"}


def _steps(purpose: str) -> list[Step]:
    return [
        Step(f"debian-{purpose}", "Debian packages", lambda: debian.install(PACKAGES[purpose])),
        Step(
            "tools",
            "uv",
            environments.make_tools,
            inputs=(environments.SETUP_REQUIREMENTS,),
            outputs=(environments.UV,),
            after=(f"debian-{purpose}",),
        ),
        Step(
            "development",
            "the charm's and the tests' packages",
            environments.make_development,
            inputs=(environments.DEVELOPMENT_REQUIREMENTS,),
            outputs=(environments.LAUNCHER,),
            after=("tools",),
        ),
        Step(
            "rock",
            "Indico (about 200 MB)",
            environments.make_rock,
            inputs=(
                environments.ROCK_REQUIREMENTS,
                environments.ROCK_COMPRESSION,
                *environments.PLUGIN_PROJECTS,
            ),
            outputs=(paths.ROCK_ENVIRONMENT / "bin" / "indico",),
            after=("tools",),
        ),
        Step(
            "plugin-tests",
            "the test runner of the plugins",
            environments.make_plugin_tests,
            inputs=(environments.PLUGIN_TESTS_REQUIREMENTS,),
            outputs=(paths.PLUGIN_TESTS / "pytest",),
            after=("rock",),
        ),
        Step(
            "celery-exporter",
            "the Celery exporter",
            environments.make_celery_exporter,
            inputs=(environments.CELERY_EXPORTER_REQUIREMENTS,),
            outputs=(paths.CELERY_EXPORTER_ENVIRONMENT / "bin" / "python3",),
            after=("tools",),
        ),
        Step(
            "charmcraft",
            "charmcraft",
            environments.make_charmcraft,
            inputs=(environments.CHARMCRAFT_REQUIREMENTS,),
            outputs=(paths.CHARMCRAFT_ENVIRONMENT / "bin" / "charmcraft",),
            after=("tools",),
        ),
        Step(
            "integration",
            "the integration tests' packages",
            environments.make_integration,
            inputs=(environments.INTEGRATION_REQUIREMENTS,),
            outputs=(paths.INTEGRATION_ENVIRONMENT / "bin" / "pytest",),
            after=("tools",),
        ),
        Step(
            "libraries",
            "the charm's libraries",
            libraries.fetch,
            inputs=(paths.CHARM / "charmcraft.yaml", environments.CHARM_LIBS_REQUIREMENTS),
            outputs=(libraries.FOLDER,),
            after=("charmcraft",),
        ),
        Step(
            "gobin",
            "Pebble and two exporters, from their source",
            gobin.build,
            inputs=(gobin.SOURCE / "go.mod", gobin.SOURCE / "go.sum"),
            outputs=gobin.PROGRAMS,
            after=("tools",),
        ),
    ]


def main() -> int:
    """Set up for the purpose that the command line names.

    Returns:
        The exit status.
    """
    purpose = sys.argv[1] if len(sys.argv) == 2 else ""
    if purpose not in PACKAGES:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        run_all([s for s in _steps(purpose) if purpose == "test" or s.name not in _FOR_TESTS])
    except SetupError as exc:
        print(f"set-up: {exc}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("set-up: stopped; it goes on where it was next time", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
