"""A herald that is killed after its messages are written and before its transaction ends."""

import asyncio
import os
import signal
import sys

from sqlalchemy.ext.asyncio import AsyncSession

from actions.appeals.appeal import Appeal, AppealEvent
from knowledge.storage.database import Database
from tests.bot.appeals.village import Village
from tests.databases import Clock


async def die(session: AsyncSession, event: AppealEvent, appeal: Appeal) -> None:
    if event.kind == "start":
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    url = sys.argv[1]
    asyncio.run(Village(url, Database(url), Clock(), 1, 2).herald(die).tell_due())
