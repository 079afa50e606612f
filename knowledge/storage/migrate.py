"""Brings the database to the newest schema."""

from alembic import command
from alembic.config import Config

from knowledge.settings import PROJECT_ROOT, Settings


def alembic_config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(PROJECT_ROOT / "knowledge/storage/migrations"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(settings: Settings) -> None:
    """Apply every migration that is missing; does nothing where there is none."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade_url(settings.sql_url)


def upgrade_url(url: str) -> None:
    """The same for a database that is named by its URL."""
    command.upgrade(alembic_config(url), "head")
