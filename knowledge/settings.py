"""Settings that every process of the product shares, read once at its start."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parent.parent
SHIPPED_ENCODER = PROJECT_ROOT / "knowledge" / "encoder" / "student"


class Settings(BaseSettings):
    """Values come from the environment or from a `.env` file at the project's root."""

    model_config = SettingsConfigDict(env_file=PROJECT_ROOT / ".env", extra="ignore")

    data_dir: Path = Field(PROJECT_ROOT / "var", description="database, models, photos, logs")
    database_url: str = Field("", description="empty: SQLite in data_dir; else PostgreSQL")
    redis_url: str = Field("", description="empty: an embedded redis-server that `make run` starts")
    encoder: str = Field(
        "", description="sentence-transformers name or folder; empty: the shipped one"
    )
    encoder_threads: int = Field(1, ge=1, description="CPU threads for one encoding")
    timezone: str = Field("Asia/Shanghai", description="the clock that residents and staff read")
    log_level: str = "INFO"

    @property
    def sql_url(self) -> str:
        """SQLAlchemy's URL with the asynchronous driver of the chosen database."""
        if not self.database_url:
            return f"sqlite+aiosqlite:///{self.data_dir / 'minhu.db'}"
        scheme, _, rest = self.database_url.partition("://")
        if scheme in ("postgres", "postgresql"):
            return f"postgresql+asyncpg://{rest}"
        return self.database_url

    @property
    def encoder_path(self) -> str:
        return self.encoder or str(SHIPPED_ENCODER)

    @property
    def media_dir(self) -> Path:
        return self.data_dir / "media"
