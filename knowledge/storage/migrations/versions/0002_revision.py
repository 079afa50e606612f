"""One row that counts publications, so that asking for it stays cheap however long the history."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "knowledge_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_revision")),
    )
    op.execute(
        "INSERT INTO knowledge_revision (id, number) SELECT 1, count(*) FROM knowledge_versions"
    )


def downgrade() -> None:
    op.drop_table("knowledge_revision")
