"""Create the tables

Revision ID: 7d3f0a51c2e4
Revises:
Create Date: 2026-11-23 20:40:00
"""

import sqlalchemy as sa
from alembic import op
from indico.core.db.sqlalchemy import UTCDateTime
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.ddl import CreateSchema, DropSchema

# revision identifiers, used by Alembic.
revision = "7d3f0a51c2e4"
down_revision = None
branch_labels = None
depends_on = None

_SCHEMA = "plugin_storage_postgresql"


def upgrade() -> None:
    """Make the tables as models/files.py has them."""
    op.execute(CreateSchema(_SCHEMA))
    op.create_table(
        "files",
        sa.Column("id", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("md5", sa.String(), nullable=False),
        sa.Column("created_dt", UTCDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
        schema=_SCHEMA,
    )
    op.create_table(
        "chunks",
        sa.Column("file_id", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], [f"{_SCHEMA}.files.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("file_id", "start"),
        schema=_SCHEMA,
    )
    op.execute(f"ALTER TABLE {_SCHEMA}.chunks ALTER COLUMN content SET STORAGE EXTERNAL")
    op.create_table(
        "moves",
        sa.Column("storage_backend", sa.String(), nullable=False),
        sa.Column("storage_file_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since_dt", UTCDateTime, nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("storage_backend", "storage_file_id"),
        schema=_SCHEMA,
    )


def downgrade() -> None:
    """Throw the tables away, with every file in them."""
    op.drop_table("moves", schema=_SCHEMA)
    op.drop_table("chunks", schema=_SCHEMA)
    op.drop_table("files", schema=_SCHEMA)
    op.execute(DropSchema(_SCHEMA))
