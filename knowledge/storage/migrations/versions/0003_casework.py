"""Casework: an appeal's whole life, helpers, followers, QR codes, rules, volunteers, webhooks."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from knowledge.storage.database import UTCDateTime

revision = "0003"
down_revision = "0002"

_WORDS = (
    ("kind", 16, "help"),
    ("title", 80, ""),
    ("official_category", 40, ""),
    ("contact_name", 40, ""),
    ("place_code", 16, ""),
    ("need", 16, ""),
    ("called_back_by", 80, ""),
    ("call_back_result", 24, ""),
)
_LISTS = ("official_path", "tags", "weak")
_COUNTS = (
    "escalation_level",
    "supervision",
    "returns",
    "reopened",
    "extended",
    "urged",
    "call_back_attempts",
)
_TIMES = (
    "dispatched_at",
    "signed_at",
    "contacted_at",
    "sign_due_at",
    "contact_due_at",
    "due_at",
    "done_at",
    "called_back_at",
    "closed_at",
    "suspended_until",
    "urged_at",
)
_INDEXES = (
    ["status", "due_at"],
    ["lead_party_id", "status"],
    ["community_id", "status"],
    ["duplicate_of"],
)
_NEW_TABLES = (
    "webhook_deliveries",
    "webhooks",
    "volunteer_matches",
    "help_requests",
    "volunteers",
    "dispatch_rules",
    "place_codes",
    "appeal_alarms",
    "appeal_news",
    "appeal_followers",
    "appeal_helpers",
)

# Until now every change of status was an event "status"; now it carries the name of its move.
_NAME_EVENTS = """
UPDATE appeal_events SET kind = CASE
    WHEN kind = 'status' AND from_status = 'done' AND to_status = 'in_progress' THEN 'reopen'
    WHEN kind = 'status' AND to_status = 'dispatched' THEN 'dispatch'
    WHEN kind = 'status' AND to_status = 'in_progress' THEN 'start'
    WHEN kind = 'status' AND to_status = 'done' THEN 'answer'
    WHEN kind = 'status' AND to_status = 'withdrawn' THEN 'withdraw'
    WHEN kind = 'status' AND to_status = 'closed' THEN 'close'
    WHEN kind = 'dispatched' THEN 'dispatch'
    WHEN kind = 'urged' THEN 'urge'
    WHEN kind = 'added' THEN 'add'
    WHEN kind = 'rated' THEN 'rate'
    ELSE kind END
"""
_FILL_IN = """
UPDATE appeals SET
    title = substr(content, 1, 40),
    dispatched_at = (SELECT max(at) FROM appeal_events AS e
        WHERE e.appeal_id = appeals.id AND e.kind = 'dispatch'),
    signed_at = (SELECT min(at) FROM appeal_events AS e
        WHERE e.appeal_id = appeals.id AND e.kind = 'start'),
    done_at = (SELECT max(at) FROM appeal_events AS e
        WHERE e.appeal_id = appeals.id AND e.kind = 'answer'),
    closed_at = (SELECT max(at) FROM appeal_events AS e
        WHERE e.appeal_id = appeals.id AND e.kind = 'close'),
    urged_at = (SELECT max(at) FROM appeal_events AS e
        WHERE e.appeal_id = appeals.id AND e.kind = 'urge'),
    urged = (SELECT count(*) FROM appeal_events AS e
        WHERE e.appeal_id = appeals.id AND e.kind = 'urge'),
    reopened = (SELECT count(*) FROM appeal_events AS e
        WHERE e.appeal_id = appeals.id AND e.kind = 'reopen'),
    answer = coalesce((SELECT note FROM appeal_events AS e
        WHERE e.appeal_id = appeals.id AND e.kind = 'answer'
        ORDER BY sequence DESC LIMIT 1), ''),
    version = (SELECT count(*) FROM appeal_events AS e WHERE e.appeal_id = appeals.id)
"""


def upgrade() -> None:
    _widen_appeals()
    op.execute(_NAME_EVENTS)
    op.execute(_FILL_IN)
    _widen_places_and_staff()
    _beside_appeals()
    _codes_and_rules()
    _volunteers()
    _webhooks()


def downgrade() -> None:
    """The schema of 0002; moves that it does not know stay in the history by their names."""
    for table in _NEW_TABLES:
        op.drop_table(table)
    with op.batch_alter_table("staff") as batch:
        batch.drop_constraint(op.f("fk_staff_party_id_parties"), type_="foreignkey")
        batch.drop_column("party_id")
    for table, columns in (
        ("buildings", ("latitude", "longitude")),
        ("grids", ("latitude", "longitude", "outline")),
    ):
        with op.batch_alter_table(table) as batch:
            for name in columns:
                batch.drop_column(name)
    with op.batch_alter_table("appeals") as batch:
        for index in _INDEXES:
            batch.drop_index(op.f(f"ix_appeals_{'_'.join(index)}"))
        batch.drop_constraint(op.f("fk_appeals_duplicate_of_appeals"), type_="foreignkey")
        batch.drop_constraint(op.f("uq_appeals_external_number"), type_="unique")
        for column in _appeal_columns():
            batch.drop_column(column.name)
        batch.create_index(op.f("ix_appeals_status"), ["status"])
        batch.create_index(op.f("ix_appeals_community_id"), ["community_id"])


def _appeal_columns() -> list[sa.Column[Any]]:
    return [
        *(_filled(name, sa.String(length), default) for name, length, default in _WORDS),
        *(_filled(name, sa.JSON(), "[]") for name in _LISTS),
        *(_filled(name, sa.Integer(), "0") for name in _COUNTS),
        *(sa.Column(name, UTCDateTime(), nullable=True) for name in _TIMES),
        _filled("on_behalf", sa.JSON(), "{}"),
        _filled("confidential", sa.Boolean(), sa.false()),
        _filled("anonymous", sa.Boolean(), sa.false()),
        _filled("answer", sa.Text(), ""),
        sa.Column("official_confidence", sa.Double(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.Column("duplicate_of", sa.Integer(), nullable=True),
        sa.Column("external_number", sa.String(64), nullable=True),
    ]


def _widen_appeals() -> None:
    with op.batch_alter_table("appeals") as batch:
        batch.drop_index(op.f("ix_appeals_status"))
        batch.drop_index(op.f("ix_appeals_community_id"))
        for column in _appeal_columns():
            batch.add_column(column)
        batch.create_foreign_key(
            op.f("fk_appeals_duplicate_of_appeals"), "appeals", ["duplicate_of"], ["id"]
        )
        batch.create_unique_constraint(op.f("uq_appeals_external_number"), ["external_number"])
        for columns in _INDEXES:
            batch.create_index(op.f(f"ix_appeals_{'_'.join(columns)}"), columns)


def _widen_places_and_staff() -> None:
    for table in ("grids", "buildings"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("latitude", sa.Double(), nullable=True))
            batch.add_column(sa.Column("longitude", sa.Double(), nullable=True))
            if table == "grids":
                batch.add_column(_filled("outline", sa.JSON(), "[]"))
    with op.batch_alter_table("staff") as batch:
        batch.add_column(sa.Column("party_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_staff_party_id_parties"), "parties", ["party_id"], ["id"])


def _beside_appeals() -> None:
    op.create_table(
        "appeal_helpers",
        sa.Column("appeal_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        _refers("appeal_helpers", "appeal_id", "appeals"),
        _refers("appeal_helpers", "party_id", "parties"),
        sa.PrimaryKeyConstraint("appeal_id", "party_id", name=op.f("pk_appeal_helpers")),
    )
    _index("appeal_helpers", "party_id")
    op.create_table(
        "appeal_followers",
        _id(),
        sa.Column("appeal_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("joined_at", UTCDateTime(), nullable=False),
        sa.Column("place_text", sa.Text(), nullable=False),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        _refers("appeal_followers", "appeal_id", "appeals"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal_followers")),
        _unique("appeal_followers", "appeal_id", "resident_id"),
    )
    _index("appeal_followers", "resident_id")
    op.create_table(
        "appeal_news",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        _refers("appeal_news", "event_id", "appeal_events"),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_appeal_news")),
    )
    op.create_table(
        "appeal_alarms",
        _id(),
        sa.Column("appeal_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("raised_at", UTCDateTime(), nullable=False),
        _refers("appeal_alarms", "appeal_id", "appeals"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal_alarms")),
        _unique("appeal_alarms", "appeal_id", "kind", "due_at"),
    )


def _codes_and_rules() -> None:
    op.create_table(
        "place_codes",
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("grid_id", sa.Integer(), nullable=True),
        sa.Column("building_id", sa.Integer(), nullable=True),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("label", sa.String(80), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        _refers("place_codes", "community_id", "communities"),
        _refers("place_codes", "grid_id", "grids"),
        _refers("place_codes", "building_id", "buildings"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_place_codes")),
    )
    _index("place_codes", "community_id")
    op.create_table(
        "dispatch_rules",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_dispatch_rules")),
    )


def _volunteers() -> None:
    op.create_table(
        "volunteers",
        _id(),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("times", sa.JSON(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        _refers("volunteers", "community_id", "communities"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteers")),
        _unique("volunteers", "resident_id"),
    )
    _index("volunteers", "community_id")
    op.create_table(
        "help_requests",
        _id(),
        sa.Column("appeal_id", sa.Integer(), nullable=True),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("skill", sa.String(40), nullable=False),
        sa.Column("wanted_at", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        _refers("help_requests", "appeal_id", "appeals"),
        _refers("help_requests", "community_id", "communities"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_requests")),
    )
    _index("help_requests", "appeal_id")
    _index("help_requests", "status")
    op.create_table(
        "volunteer_matches",
        _id(),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("thanks", sa.Text(), nullable=False),
        sa.Column("thanked_at", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        _refers("volunteer_matches", "request_id", "help_requests"),
        _refers("volunteer_matches", "volunteer_id", "volunteers"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_matches")),
        _unique("volunteer_matches", "request_id", "volunteer_id"),
    )
    _index("volunteer_matches", "volunteer_id")


def _webhooks() -> None:
    op.create_table(
        "webhooks",
        _id(),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.String(80), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_table(
        "webhook_deliveries",
        _id(),
        sa.Column("webhook_id", sa.Integer(), nullable=True),
        sa.Column("party_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", UTCDateTime(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        _refers("webhook_deliveries", "webhook_id", "webhooks"),
        _refers("webhook_deliveries", "party_id", "parties"),
        _refers("webhook_deliveries", "event_id", "appeal_events"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
        _unique("webhook_deliveries", "webhook_id", "event_id"),
        _unique("webhook_deliveries", "party_id", "event_id"),
    )
    _index("webhook_deliveries", "status", "next_at")


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), nullable=False)


def _filled(
    name: str, kind: sa.types.TypeEngine[Any], default: str | sa.ColumnElement[Any]
) -> sa.Column[Any]:
    """A column that rows from before get a value for."""
    return sa.Column(name, kind, nullable=False, server_default=default)


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
