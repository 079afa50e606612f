"""The action server: rasa-sdk's Sanic app around actions that are built here, once."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
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
    rating_actions,
)
from actions.answering import Answering, Search, utc_now
from actions.appeals.casework import Casework
from actions.appeals.desk import AppealDesk
from actions.appeals.repository import Appeals
from actions.beside import Beside
from actions.clock.calendar import WorkingCalendar
from actions.clock.deadlines import WorkingDeadlines
from actions.dispatch.dispatch import Dispatch
from actions.elsewhere import Elsewhere
from actions.following import Following
from actions.likeness.assembly import Neighbours
from actions.likeness.finder import Encode
from actions.matters import load_matters
from actions.offering import PATIENCE_S, Offering
from actions.voices import Voices
from actions.volunteers.repository import Volunteers
from actions.volunteers.sign_up import SignUp
from knowledge.entries.repository import EntryRepository
from knowledge.logs import set_up_logging
from knowledge.places.repository import PlaceRepository
from knowledge.search.assembly import build_search
from knowledge.settings import Settings
from knowledge.storage.database import Database

log = logging.getLogger(__name__)

App = Sanic[Any, Any]


@dataclass(frozen=True, slots=True)
class Services:
    """What actions are made of."""

    answering: Answering
    appeals: Appeals
    casework: Casework
    desk: AppealDesk
    neighbours: Neighbours
    voices: Voices
    volunteers: Volunteers
    sign_up: SignUp
    clock: Callable[[], datetime]
    calendar: WorkingCalendar


def build_services(
    database: Database,
    search: Search,
    entries: EntryRepository,
    encode: Encode,
    clock: Callable[[], datetime],
    zone: ZoneInfo,
) -> Services:
    """Everything that actions need, on one database; `encode` gives the vector of a text or None."""
    deadlines = WorkingDeadlines(zone)
    appeals = Appeals(database, clock, zone, deadlines)
    casework = Casework(database, clock, deadlines)
    volunteers = Volunteers(database, clock)
    return Services(
        answering=Answering(search, entries, clock),
        appeals=appeals,
        casework=casework,
        desk=AppealDesk(appeals, casework, Dispatch.on(database, clock)),
        neighbours=Neighbours.on(database, casework, deadlines, encode, clock),
        voices=Voices(database, clock),
        volunteers=volunteers,
        sign_up=SignUp(volunteers, PlaceRepository(database)),
        clock=clock,
        calendar=deadlines.calendar,
    )


def build_executor(services: Services, patience_s: float = PATIENCE_S) -> ActionExecutor:
    """Every action of the assistant, by its name; `patience_s` bounds looking for neighbours."""
    answering, appeals, desk = services.answering, services.appeals, services.desk
    matters = load_matters()
    elsewhere = Elsewhere(matters)
    amend = amending_actions.Amend(appeals, desk, services.clock)
    offering = Offering(desk, services.neighbours, patience_s)
    following = Following(services.neighbours.joining, appeals, services.clock, services.calendar)
    on_appeal = (
        appeals,
        services.casework,
        elsewhere,
        services.clock,
        services.calendar,
        following,
    )
    progress = appeal_actions.Progress(*on_appeal)
    executor = ActionExecutor()
    for action in (
        question_actions.AnswerQuestion(answering, elsewhere),
        question_actions.FollowUp(answering, elsewhere, progress),
        question_actions.Choose(answering, elsewhere),
        question_actions.Chat(answering, elsewhere, amend),
        filing_actions.ValidateAppealForm(Beside(answering), elsewhere, matters, amend),
        filing_actions.AskWhat(),
        filing_actions.AskWhere(),
        filing_actions.AskConfirmed(offering),
        filing_actions.SubmitAppeal(desk, offering),
        filing_actions.DropAppeal(),
        filing_actions.LooseFacts(amend, services.sign_up),
        progress,
        appeal_actions.Urge(*on_appeal),
        appeal_actions.Withdraw(*on_appeal),
        appeal_actions.AddToAppeal(*on_appeal),
        rating_actions.Rate(*on_appeal),
        amend,
        people_actions.HandOff(elsewhere, matters),
        people_actions.Emergency(),
        people_actions.KeepVoice(services.voices, services.sign_up),
    ):
        executor.register_action(action)
    return executor


def build_app(settings: Settings) -> App:
    """The Sanic app with every action registered; the encoder is loaded before it serves."""
    database = Database(settings.sql_url)
    entries = EntryRepository(database, utc_now)
    search = build_search(settings, entries)
    services = build_services(
        database, search, entries, search.vector, utc_now, ZoneInfo(settings.timezone)
    )

    app: App = create_app(build_executor(services))

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
