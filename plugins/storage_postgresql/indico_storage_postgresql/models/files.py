"""The tables in which files are kept: one row for each file, and one for each piece of it."""

from indico.core.db import db
from indico.core.db.sqlalchemy import UTCDateTime
from sqlalchemy import DDL
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.event import listen

SCHEMA = "plugin_storage_postgresql"

files = db.Table(
    "files",
    # What is stored under a number never changes, so that it can name a file in a cache.
    db.Column("id", UUID(as_uuid=True), primary_key=True),
    db.Column("name", db.String, nullable=False, unique=True),
    db.Column("size", db.BigInteger, nullable=False),
    db.Column("md5", db.String, nullable=False),
    db.Column("created_dt", UTCDateTime, nullable=False),
    schema=SCHEMA,
)

chunks = db.Table(
    "chunks",
    db.Column(
        "file_id",
        UUID(as_uuid=True),
        db.ForeignKey(f"{SCHEMA}.files.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    # The place of its first byte in the file, by which any part of a file is found at once.
    db.Column("start", db.BigInteger, primary_key=True, autoincrement=False),
    db.Column("content", db.LargeBinary, nullable=False),
    db.Column("sha256", db.LargeBinary, nullable=False),
    schema=SCHEMA,
)

# What migrate-storage has to remember of a file at its old place.
moves = db.Table(
    "moves",
    db.Column("storage_backend", db.String, primary_key=True),
    db.Column("storage_file_id", db.String, primary_key=True),
    # moved: still there, to be deleted; kept: still there, to stay; failed: not moved yet.
    db.Column("state", db.String, nullable=False),
    db.Column("since_dt", UTCDateTime, nullable=False),
    db.Column("error", db.String, nullable=True),
    schema=SCHEMA,
)

# Most of what is uploaded is compressed already: PostgreSQL need not try.
listen(
    chunks,
    "after_create",
    DDL("ALTER TABLE %(fullname)s ALTER COLUMN content SET STORAGE EXTERNAL"),
)
