"""/office/codes: QR codes of places (二维码), and the poster page to print them."""

from pathlib import Path

from fastapi import APIRouter
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from nicegui import ui
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot import theme
from bot.office import dispatch_words as words
from bot.office.dispatching import REFUSALS
from bot.office.place_services import PlaceServices
from bot.staff.member import StaffMember
from knowledge.places.codes import CodeKind, PlaceCode
from knowledge.places.place import Community
from knowledge.places.repository import UnknownPlace

PATH = "/office/codes"


def register(services: PlaceServices) -> None:
    @ui.page(PATH, title=words.CODES)
    async def codes(request: Request, community: int = 0) -> Response | None:
        member = await services.office.enter(request, PATH)
        if not isinstance(member, StaffMember):
            return member
        communities = await services.dispatching.places.communities()
        with theme.page(words.CODES, words.CODES_LEAD):
            if not communities:
                theme.nothing(words.NO_COMMUNITIES, "qr_code_2")
                return None
            chosen = next((each for each in communities if each.id == community), communities[0])
            ui.select(
                {each.id: each.name for each in communities},
                value=chosen.id,
                on_change=lambda event: ui.navigate.to(f"{PATH}?community={event.value}"),
            ).props(f'outlined dense aria-label="{words.COMMUNITY}"').classes("of-community")
            await CodeList(services, member, chosen).build()
        return None


def poster_router(services: PlaceServices) -> APIRouter:
    """The page to print: plain HTML, so that nothing but the posters comes out of the printer."""
    router = APIRouter(include_in_schema=False)
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    template = templates.get_template("poster.html")

    @router.get(f"{PATH}/{{community_id}}/posters")
    async def posters(
        request: Request, community_id: int, kind: CodeKind | None = None
    ) -> Response:
        member = await services.office.guard.admit(request)
        if not isinstance(member, StaffMember):
            return member
        try:
            community = await services.dispatching.places.community(community_id)
        except UnknownPlace as error:
            return HTMLResponse(str(error), 404)
        codes = await services.dispatching.codes.of_community(community_id)
        wanted = [code for code in codes if kind in (None, code.kind)]
        sheet = await services.posters.sheet(wanted, str(request.base_url))
        html = template.render(
            words=words, community=community.name, community_id=community_id, sheet=sheet
        )
        return HTMLResponse(html, headers={"Cache-Control": "no-store"})

    return router


class CodeList:
    """What a community has codes for, and the buttons that make more."""

    def __init__(self, services: PlaceServices, member: StaffMember, community: Community) -> None:
        self._editing = services.dispatching
        self._may_edit = services.office.may_edit(member)
        self._member = member
        self._community = community

    async def build(self) -> None:
        with ui.element("div").classes("mh-two"):
            with theme.card(words.COUNTED):
                self._list = ui.element("div").classes("of-codes")
            with ui.element("aside"):
                if self._may_edit:
                    with theme.card(words.WHICH, words.MAKE_NOTE):
                        self._maker()
                    with theme.card(words.SPOT):
                        await self._spot_form()
        await self._show()

    def _maker(self) -> None:
        kinds = [kind for kind in CodeKind if kind is not CodeKind.SPOT]
        with ui.element("div").classes("of-kinds"):
            boxes = {kind: ui.checkbox(kind.label, value=True) for kind in kinds}

        async def make() -> None:
            wanted = frozenset(kind for kind, box in boxes.items() if box.value)
            before = len(await self._editing.codes.of_community(self._community.id))
            try:
                codes = await self._editing.make_codes(self._member, self._community.id, wanted)
            except REFUSALS as error:
                theme.tell(str(error), "negative")
                return
            theme.tell(words.made(len(codes) - before))
            await self._show()

        ui.button(words.MAKE, icon="qr_code_2", on_click=make).props("unelevated")

    async def _spot_form(self) -> None:
        grids = await self._editing.places.grids(self._community.id)
        with ui.element("form").classes("of-who") as form:
            label = ui.input(words.SPOT, placeholder=words.SPOT_HINT)
            label.props(f'outlined dense maxlength=40 aria-label="{words.SPOT}"')
            grid = ui.select({each.id: each.name for each in grids}, label=words.SPOT_GRID)
            grid.props(f'outlined dense clearable aria-label="{words.SPOT_GRID}"')
            ui.button(words.ADD_SPOT).props("unelevated type=submit")

        async def add() -> None:
            try:
                await self._editing.add_spot(
                    self._member, self._community.id, label.value or "", grid.value
                )
            except REFUSALS as error:
                theme.tell(str(error), "negative")
                return
            label.value = ""
            await self._show()

        form.on("submit.prevent", add)

    async def _show(self) -> None:
        codes = await self._editing.codes.of_community(self._community.id)
        self._list.clear()
        with self._list:
            if not codes:
                theme.nothing(words.NO_CODES, "qr_code_2")
                return
            posters = f"{PATH}/{self._community.id}/posters"
            with ui.element("div").classes("of-choices of-posters"):
                _poster_link(words.PRINT_ALL, posters)
                for kind in CodeKind:
                    number = sum(code.kind is kind for code in codes)
                    if number:
                        _poster_link(f"{kind.label} {number}", f"{posters}?kind={kind.value}")
            for code in codes:
                _row(code)


def _poster_link(text: str, path: str) -> None:
    ui.link(text, path, new_tab=True).classes("of-do of-poster")


def _row(code: PlaceCode) -> None:
    with ui.element("div").classes("of-code-row"):
        ui.label(code.label)
        ui.label(code.kind.label).classes("mh-note")
        ui.label(code.code).classes("of-code")
