"""Questions that were answered with choices stand beside those without an answer, with the taps."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TABLE = "knowledge_misses"


def upgrade() -> None:
    for column in (
        sa.Column("kind", sa.String(length=16), nullable=False, server_default="unknown"),
        sa.Column("offered", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("taps", sa.JSON(), nullable=False, server_default="{}"),
    ):
        op.add_column(TABLE, column)
    op.create_index(op.f("ix_knowledge_misses_text"), TABLE, ["text"], unique=False)


def downgrade() -> None:
    # The version before would take them for questions without an answer.
    op.execute("DELETE FROM knowledge_misses WHERE kind <> 'unknown'")
    op.drop_index(op.f("ix_knowledge_misses_text"), table_name=TABLE)
    for name in ("taps", "offered", "kind"):
        op.drop_column(TABLE, name)
