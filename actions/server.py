"""The action server: rasa-sdk's Sanic app around actions that are built here, once."""

import logging
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic

from actions import (
    amending_actions,
    appeal_actions,
    filing_actions,
    people_actions,
    question_actions,
)
from actions.answering import Answering, utc_now
from actions.appeals.desk import AppealDesk
from actions.appeals.dispatch import Dispatch
from actions.appeals.repository import Appeals
from actions.beside import Beside
from actions.elsewhere import Elsewhere
from actions.matters import load_matters
from actions.voices import Voices
from knowledge.entries.repository import EntryRepository
from knowledge.logs import set_up_logging
from knowledge.places.repository import PlaceRepository
from knowledge.search.assembly import build_search
from knowledge.settings import Settings
from knowledge.storage.database import Database

log = logging.getLogger(__name__)

App = Sanic[Any, Any]


def build_app(settings: Settings) -> App:
    """The Sanic app with every action registered; the encoder is loaded before it serves."""
    zone = ZoneInfo(settings.timezone)
    database = Database(settings.sql_url)
    entries = EntryRepository(database, utc_now)
    search = build_search(settings, entries)
    answering = Answering(search, entries, utc_now)
    appeals = Appeals(database, utc_now, zone)
    desk = AppealDesk(appeals, Dispatch(PlaceRepository(database)))
    matters = load_matters()
    elsewhere = Elsewhere(matters)
    amend = amending_actions.Amend(appeals, desk, utc_now)
    progress = appeal_actions.Progress(appeals, zone, elsewhere)

    executor = ActionExecutor()
    for action in (
        question_actions.AnswerQuestion(answering, elsewhere),
        question_actions.FollowUp(answering, elsewhere, progress),
        question_actions.Choose(answering, elsewhere),
        question_actions.Chat(answering, elsewhere, amend),
        filing_actions.ValidateAppealForm(Beside(answering), elsewhere, matters, amend),
        filing_actions.AskWhat(),
        filing_actions.AskWhere(),
        filing_actions.AskConfirmed(),
        filing_actions.SubmitAppeal(desk),
        filing_actions.DropAppeal(),
        filing_actions.LooseFacts(amend),
        progress,
        appeal_actions.Urge(appeals, zone, elsewhere),
        appeal_actions.Withdraw(appeals, zone, elsewhere),
        appeal_actions.AddToAppeal(appeals, zone, elsewhere),
        appeal_actions.Rate(appeals, zone, elsewhere),
        amend,
        people_actions.HandOff(elsewhere, matters),
        people_actions.Emergency(),
        people_actions.KeepVoice(Voices(database, utc_now)),
    ):
        executor.register_action(action)

    app: App = create_app(executor)

    async def _warm_up(app: App) -> None:
        await search.warm_up()
        log.info("action server ready")

    async def _close(app: App) -> None:
        await search.close()
        await database.close()

    app.register_listener(_warm_up, "before_server_start")
    app.register_listener(_close, "after_server_stop")
    return app


class ActionSettings(Settings):
    """Settings of the action server."""

    actions_url: str = "http://127.0.0.1:5055"


def main() -> None:
    """Serve in this process until stopped, at the address of `ACTIONS_URL`."""
    settings = ActionSettings()
    set_up_logging(settings.log_level)
    address = urlsplit(settings.actions_url)
    app = build_app(settings)
    app.run(
        host=address.hostname,
        port=address.port,
        single_process=True,
        access_log=False,
        motd=False,
    )
