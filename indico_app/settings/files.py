"""Where Indico keeps its files and writes its log."""

from pathlib import Path

#: Where Indico keeps its files. The rock makes it; everything below is made when it is needed.
DATA = Path("/srv/indico")

#: What nginx calls DATA when Indico asks it to send a file; nginx.conf has the other half.
X_ACCEL_LOCATION = "/.xsf/indico"

_LOGGING = Path(__file__).parents[1] / "logging.yaml"


def files() -> dict[str, object]:
    """Settings that are the same everywhere: the paths of the rock."""
    return {
        "CACHE_DIR": str(DATA / "cache"),
        "TEMP_DIR": str(DATA / "tmp"),
        "LOG_DIR": str(DATA / "log"),
        "LOGGING_CONFIG_FILE": str(_LOGGING),
        "STATIC_FILE_METHOD": ("xaccelredirect", {str(DATA): X_ACCEL_LOCATION}),
    }
