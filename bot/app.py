"""The gateway: one FastAPI app around the parts of `bot.parts`."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from nicegui import ui

from actions.appeals.record import Record
from actions.clock.deadlines import WorkingDeadlines
from actions.dispatch.dispatch import Dispatch
from actions.dispatch.versions import DispatchRules
from actions.likeness.joining import Joining
from bot.api.appeals import appeals_api
from bot.api.desk import desk_api
from bot.api.dispatch import dispatch_api
from bot.api.health import health_api
from bot.api.knowledge import knowledge_api
from bot.api.places import places_api
from bot.api.volunteers import volunteers_api
from bot.appeals.mine import MyAppeals
from bot.channels.web.mine import MineParts
from bot.channels.web.routes import web_router
from bot.channels.web.wechat_door import WeChatDoor
from bot.channels.wechat.routes import wechat_routes
from bot.desk.cases import Cases
from bot.desk.pages import register_desk
from bot.desk.residents import Residents
from bot.desk.service import DeskServices
from bot.interfaces import interfaces
from bot.office.codes_page import poster_router
from bot.office.dispatching import DispatchEditing
from bot.office.editing import KnowledgeEditing
from bot.office.links_page import LinkServices
from bot.office.links_page import register as register_links
from bot.office.place_services import PlaceServices
from bot.office.posters import Posters
from bot.office.register import register_office, register_places
from bot.office.services import OfficeServices
from bot.office.volunteering import Volunteering
from bot.office.volunteers_page import VolunteerServices
from bot.office.volunteers_page import register as register_volunteers
from bot.parts import Parts, build_parts
from bot.party.api import work_api
from bot.party.page import work_pages
from bot.party.work import PartyWork
from bot.settings import GatewaySettings
from bot.staff.guard import OwnOriginOnly
from bot.staff.routes import staff_router
from knowledge.logs import set_up_logging
from knowledge.places.codes import PlaceCodes

TITLE = "民呼我应"


def create_app() -> FastAPI:
    """The gateway with settings from the environment."""
    settings = GatewaySettings()
    set_up_logging(settings.log_level)
    return build_app(build_parts(settings))


def build_app(parts: Parts) -> FastAPI:
    """The gateway around parts that are built already."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await parts.start(stack)
            yield

    settings = parts.settings
    app = FastAPI(title=TITLE, version="0.1.0", lifespan=lifespan)
    app.add_middleware(
        OwnOriginOnly, public_url=settings.public_url, exempt=("/wechat", "/open311")
    )
    app.router.routes.extend(wechat_routes(parts.wechat))
    app.include_router(health_api(parts))
    app.include_router(
        web_router(
            parts.conversations,
            parts.mailbox,
            parts.media,
            parts.live,
            parts.secret_key,
            settings.secure_cookies,
            settings.public_url,
            _mine(parts),
        )
    )
    app.include_router(
        staff_router(parts.accounts, parts.guard, secure_cookies=settings.secure_cookies)
    )
    editing = KnowledgeEditing(
        entries=parts.entries,
        accounts=parts.accounts,
        live=parts.live,
        try_search=parts.search.search,
        rehearse=parts.search.rehearse,
    )
    app.include_router(knowledge_api(editing, parts.guard))
    dispatch = Dispatch.on(parts.database, parts.clock)
    desk = DeskServices(
        guard=parts.guard,
        handoffs=parts.handoffs,
        appeals=parts.appeals,
        casework=parts.casework,
        residents=Residents(parts.database),
        dispatch=dispatch,
        media=parts.media,
        live=parts.live,
        clock=parts.clock,
        zone=parts.zone,
    )
    for router in interfaces(parts, dispatch):
        app.include_router(router)
    app.include_router(desk_api(desk))
    app.include_router(appeals_api(desk))
    register_desk(Cases(desk, parts.neighbours, parts.places, WorkingDeadlines(parts.zone)))
    office = OfficeServices(editing, parts.guard, parts.clock, parts.zone)
    register_office(office)
    places = _place_services(parts, office, dispatch)
    app.include_router(dispatch_api(places.dispatching, parts.guard))
    app.include_router(places_api(places.dispatching, places.posters, parts.guard))
    app.include_router(poster_router(places))
    register_places(places)
    register_links(LinkServices(office, parts.webhooks))
    volunteering = Volunteering.on(
        parts.database,
        parts.appeals,
        parts.live,
        parts.clock,
        parts.conversations.outbox_has_work.set,
    )
    app.include_router(volunteers_api(volunteering, parts.guard))
    register_volunteers(VolunteerServices(office, volunteering, parts.places))
    work = _party_work(parts)
    app.include_router(work_api(work, parts.guard, parts.secret_key))
    app.include_router(work_pages(work, parts.guard))
    ui.run_with(app, title=TITLE, storage_secret=parts.secret_key, language="zh-CN", tailwind=False)
    return app


def _mine(parts: Parts) -> MineParts:
    """The parts of 我的诉求: the web page's own, and WeChat's word for who opens it."""
    settings, deadlines = parts.settings, WorkingDeadlines(parts.zone)
    joining = Joining(parts.database, parts.casework, Record(parts.clock, deadlines))
    mine = MyAppeals(parts.database, parts.casework, joining, parts.clock, deadlines.calendar)
    door = WeChatDoor(
        parts.wechat_api,
        settings.wechat_app_id,
        settings.wechat_open_base,
        settings.public_url,
        parts.secret_key,
        settings.secure_cookies,
    )
    return MineParts(mine, door, parts.media, parts.live)


def _party_work(parts: Parts) -> PartyWork:
    """The parts of the responsible parties' phone page."""
    return PartyWork(
        database=parts.database,
        appeals=parts.appeals,
        casework=parts.casework,
        media=parts.media,
        live=parts.live,
        clock=parts.clock,
        calendar=WorkingDeadlines(parts.zone).calendar,
    )


def _place_services(parts: Parts, office: OfficeServices, dispatch: Dispatch) -> PlaceServices:
    """The office's parts for dispatch rules and QR codes; WeChat's codes where it is connected."""
    dispatching = DispatchEditing(
        rules=DispatchRules(parts.database, parts.clock),
        dispatch=dispatch,
        places=parts.places,
        codes=PlaceCodes(parts.database, parts.clock),
        accounts=parts.accounts,
    )
    return PlaceServices(office, dispatching, Posters(parts.scenes, parts.settings.public_url))
