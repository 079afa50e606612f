"""SQL tables of communities, grids, buildings, parties and the QR codes of places."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.storage.database import Base


class CommunityRow(Base):
    """A residential community (小区) and its type (社区类型, for 分类施策)."""

    __tablename__ = "communities"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(40))
    aliases: Mapped[list[str]] = mapped_column(JSON, default=list)


class GridRow(Base):
    """A grid (网格): the smallest unit of community governance, with its grid worker."""

    __tablename__ = "grids"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    worker: Mapped[str] = mapped_column(String(80), default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    # Corners as [latitude, longitude], in order around the grid.
    outline: Mapped[list[list[float]]] = mapped_column(JSON, default=list)


class BuildingRow(Base):
    """A building (栋) and the grid it belongs to."""

    __tablename__ = "buildings"
    __table_args__ = (Index(None, "community_id", "name", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    grid_id: Mapped[int] = mapped_column(ForeignKey("grids.id"))
    name: Mapped[str] = mapped_column(String(40))
    units: Mapped[int] = mapped_column(default=1)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]


class PartyRow(Base):
    """A party (责任主体) that can solve something: community, owners' committee, property firm …"""

    __tablename__ = "parties"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(80))
    handles: Mapped[list[str]] = mapped_column(JSON, default=list)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class PlaceCodeRow(Base):
    """The code on a poster (二维码): who scans it need not say where the building or lift is."""

    __tablename__ = "place_codes"

    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    # building, grid, lift or spot.
    kind: Mapped[str] = mapped_column(String(16))
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"), index=True)
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grids.id"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("buildings.id"))
    unit: Mapped[str] = mapped_column(String(40), default="")
    label: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime]
