"""An Indico with the plugin, on a database that the environment names and that is empty."""

import os
from collections.abc import Callable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import Any, ClassVar, override

os.environ["INDICO_CONFIG"] = os.devnull

import pytest
from indico.core import signals
from indico.core.db import db
from indico.core.db.sqlalchemy.util.management import create_all_tables, delete_all_tables
from indico.core.storage import Storage
from indico.core.storage.backend import FileSystemStorage, get_storage
from indico.web.flask.app import configure_db, make_app

#: Indico's own name for it. The role has to be the owner of the database.
DATABASE = os.environ["INDICO_TEST_DATABASE_URI"]


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("indico")
    made = make_app(testing=True, config_override=configuration(folder))
    made.config["SQLALCHEMY_DATABASE_URI"] = DATABASE
    configure_db(made)
    with made.app_context():
        for extension in ("pg_trgm", "unaccent"):
            db.engine.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
        create_all_tables(db)
    yield made
    with made.app_context():
        db.session.remove()
        delete_all_tables(db)


@pytest.fixture(autouse=True)
def app_context(app: Any) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.remove()


@pytest.fixture
def storage() -> Storage:
    return get_storage("postgresql")


class Watched(FileSystemStorage):
    """Indico's own, where something can happen whenever a file is opened."""

    name = "watched"
    on_open: ClassVar[Callable[[], None]]

    @override
    def open(self, file_id: str) -> BufferedReader:
        type(self).on_open()
        return super().open(file_id)


@signals.core.get_storage_backends.connect
def _on_get_storage_backends(_sender: object, **_: object) -> type[Storage]:
    return Watched


@pytest.fixture
def watched() -> type[Watched]:
    Watched.on_open = lambda: None
    return Watched


def configuration(folder: Path) -> dict[str, object]:
    """Indico's settings, with files in the database and in a folder."""
    return {
        "BASE_URL": "http://localhost",
        "SECRET_KEY": os.urandom(16),
        "SMTP_SERVER": ("localhost", 0),
        "NO_REPLY_EMAIL": "noreply@example.org",
        "SQLALCHEMY_DATABASE_URI": DATABASE,
        "TEMP_DIR": str(folder),
        "CACHE_DIR": str(folder),
        "STATIC_FILE_METHOD": ("xaccelredirect", {str(folder): "/internal"}),
        "PLUGINS": {"storage_postgresql"},
        "ATTACHMENT_STORAGE": "postgresql",
        "STORAGE_BACKENDS": {
            "postgresql": "postgresql:cache=8",
            "disk": f"fs:{folder / 'archive'}",
            "watched": f"watched:{folder / 'watched'}",
        },
    }
