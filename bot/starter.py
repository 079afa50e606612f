"""Starter content: loaded once into an empty database, then owned by the office."""

from datetime import UTC, datetime

from actions.dispatch.versions import DispatchRules
from bot.settings import GatewaySettings
from bot.staff.accounts import StaffAccounts
from bot.supervisor.errors import CannotStart
from knowledge.entries.loader import load_entries
from knowledge.entries.repository import EntryRepository
from knowledge.places.loader import load_places
from knowledge.places.repository import PlaceRepository
from knowledge.settings import PROJECT_ROOT
from knowledge.storage.database import Database

CONTENT = PROJECT_ROOT / "knowledge" / "content"


async def load_starter(settings: GatewaySettings) -> str | None:
    """Load entries, places and dispatch rules where there are none; returns the first admin's new password."""
    database = Database(settings.sql_url)
    try:
        await EntryRepository(database, _now).load_starter(load_entries(CONTENT / "entries"))
        await PlaceRepository(database).load(load_places(CONTENT / "places"))
        await DispatchRules(database, _now).load_starter()
        return await StaffAccounts(database, _now).ensure_admin()
    finally:
        await database.close()


async def new_password(settings: GatewaySettings, username: str) -> str:
    """A new password for an account, for whoever can reach the machine; raises `CannotStart`."""
    database = Database(settings.sql_url)
    accounts = StaffAccounts(database, _now)
    try:
        for member in await accounts.list():
            if member.username == username.strip().casefold():
                return await accounts.reset_password(member.id)
        raise CannotStart(f"没有账号 {username}。")
    finally:
        await database.close()


def _now() -> datetime:
    return datetime.now(UTC)
