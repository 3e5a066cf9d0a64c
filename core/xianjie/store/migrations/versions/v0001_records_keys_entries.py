"""Records with their keys, the entries of the chains, and what the store notes of itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSON

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    text = sa.String(collation="C")
    op.create_table(
        "xianjie_records",
        sa.Column("collection", text, primary_key=True),
        sa.Column("id", text, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("body", JSON, nullable=False),
    )
    op.create_table(
        "xianjie_keys",
        sa.Column("collection", text, primary_key=True),
        sa.Column("path", text, primary_key=True),
        sa.Column("key", text, primary_key=True),
        sa.Column("id", text, primary_key=True),
        sa.Column("single", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(
            ["collection", "id"], ["xianjie_records.collection", "xianjie_records.id"], ondelete="CASCADE"
        ),
    )
    op.create_index("xianjie_keys_record", "xianjie_keys", ["collection", "id"])
    op.create_index(
        "xianjie_keys_single",
        "xianjie_keys",
        ["collection", "path", "key"],
        unique=True,
        postgresql_where=sa.text("single"),
    )
    op.create_table(
        "xianjie_entries",
        sa.Column("chain", text, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", text, nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("previous", text, nullable=False),
        sa.Column("hash", text, nullable=False),
    )
    op.create_table(
        "xianjie_facts",
        sa.Column("name", text, primary_key=True),
        sa.Column("value", text, nullable=False),
    )


def downgrade() -> None:
    """Remove the tables with all that is in them."""
    for name in ("xianjie_facts", "xianjie_entries", "xianjie_keys", "xianjie_records"):
        op.drop_table(name)
