"""SQL table of the dispatch rules (分类施策) in all their versions."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.storage.database import Base


class DispatchRulesRow(Base):
    """One version of the rules as YAML text; the highest version is the one in force."""

    __tablename__ = "dispatch_rules"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
