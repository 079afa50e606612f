"""The action server: rasa-sdk's Sanic app around actions that are built here, once."""

import logging
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic

from actions import appeal_actions, filing_actions, people_actions, question_actions
from actions.answering import Answering
from actions.appeals.desk import AppealDesk
from actions.appeals.dispatch import Dispatch
from actions.appeals.repository import Appeals
from actions.voices import Voices
from knowledge.entries.repository import EntryRepository
from knowledge.logs import set_up_logging
from knowledge.places.repository import PlaceRepository
from knowledge.search.assembly import build_search
from knowledge.settings import Settings
from knowledge.storage.database import Database

log = logging.getLogger(__name__)

App = Sanic[Any, Any]


def utc_now() -> datetime:
    return datetime.now(UTC)


def build_app(settings: Settings) -> App:
    """The Sanic app with every action registered; the encoder is loaded before it serves."""
    zone = ZoneInfo(settings.timezone)
    database = Database(settings.sql_url)
    entries = EntryRepository(database, utc_now)
    search = build_search(settings, entries)
    answering = Answering(search, entries)
    appeals = Appeals(database, utc_now, zone)

    executor = ActionExecutor()
    for action in (
        question_actions.AnswerQuestion(answering),
        question_actions.FollowUp(answering),
        question_actions.Choose(answering),
        question_actions.Chat(),
        filing_actions.ValidateAppealForm(),
        filing_actions.AskWhat(),
        filing_actions.AskWhere(),
        filing_actions.AskConfirmed(),
        filing_actions.SubmitAppeal(AppealDesk(appeals, Dispatch(PlaceRepository(database)))),
        filing_actions.DropAppeal(),
        filing_actions.LooseFacts(),
        appeal_actions.Progress(appeals, zone),
        appeal_actions.Urge(appeals, zone),
        appeal_actions.Withdraw(appeals, zone),
        appeal_actions.AddToAppeal(appeals, zone),
        appeal_actions.Rate(appeals, zone),
        people_actions.HandOff(),
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
