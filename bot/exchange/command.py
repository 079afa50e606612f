"""`python -m bot import-appeals FILE`: the same import as over REST, beside a running gateway."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from actions.appeals.repository import Appeals
from actions.clock.deadlines import WorkingDeadlines
from actions.dispatch.dispatch import Dispatch
from bot.exchange.importing import Imported, Importer
from bot.exchange.reading import BadTable
from bot.supervisor.errors import CannotStart
from knowledge.settings import Settings
from knowledge.storage.database import Database

ACTOR = "import-appeals"


def import_file(settings: Settings, source: Path) -> Imported:
    """Import a table into the database of these settings; raises `CannotStart` with the reason."""
    return asyncio.run(_import(settings, source.name, source.read_bytes()))


async def _import(settings: Settings, name: str, data: bytes) -> Imported:
    database = Database(settings.sql_url)
    zone = ZoneInfo(settings.timezone)
    appeals = Appeals(database, _now, zone, WorkingDeadlines(zone))
    importer = Importer(database, appeals, Dispatch.on(database, _now), _now)
    try:
        return await importer.run(name, data, ACTOR)
    except BadTable as error:
        raise CannotStart(str(error)) from error
    finally:
        await database.close()


def _now() -> datetime:
    return datetime.now(UTC)
