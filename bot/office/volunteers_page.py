"""/office/volunteers: who offers help (能人), what help is wanted, matching and thanks (志愿者)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from actions.volunteers.reading import offers
from actions.volunteers.volunteer import (
    MATCH_STEPS,
    HelpRequest,
    Match,
    MatchStatus,
    RequestStatus,
    Volunteer,
    VolunteerError,
)
from bot import theme
from bot.office import volunteer_words as words
from bot.office.help_dialogs import ask_agreement, ask_request, ask_thanks
from bot.office.services import OfficeServices
from bot.office.volunteering import Volunteering
from bot.staff.member import Role, StaffError, StaffMember
from knowledge.places.repository import PlaceRepository

PATH = "/office/volunteers"
_LIVE = (RequestStatus.OPEN, RequestStatus.MATCHED)
_REFUSALS = (VolunteerError, StaffError)


@dataclass(frozen=True, slots=True)
class VolunteerServices:
    """Built once by the process, passed to the page."""

    office: OfficeServices
    work: Volunteering
    places: PlaceRepository


def register(services: VolunteerServices) -> None:
    """Define the page; call it once, before `ui.run_with`."""

    @ui.page(PATH, title=words.VOLUNTEERS)
    async def volunteers(request: Request) -> Response | None:
        member = await services.office.enter(request, PATH)
        if not isinstance(member, StaffMember):
            return member
        with theme.page(words.VOLUNTEERS, words.LEAD) as actions:
            board = _Board(services, member)
            with actions:
                ui.button(words.NEW, icon="add", on_click=board.ask).props("unelevated")
            await board.build()
        return None


class _Board:
    """Requests at the left, people at the right; a change redraws the list that it is in."""

    def __init__(self, services: VolunteerServices, member: StaffMember) -> None:
        self._work = services.work
        self._accounts = services.office.accounts
        self._member = member
        self._places = services.places
        self._skill, self._community = "", 0
        self._live = True

    async def build(self) -> None:
        self._communities = {each.id: each.name for each in await self._places.communities()}
        # Outside the lists: what stands here outlives the row whose button opened it.
        self._front = ui.element("div")
        with ui.element("div").classes("mh-two"):
            with theme.card(words.REQUESTS, words.REQUESTS_NOTE):
                ui.switch(words.SHOW_ALL, on_change=lambda event: self._show_all(event.value))
                self._requests = ui.element("div").classes("of-people")
            with ui.element("aside"), theme.card(words.PEOPLE, words.PEOPLE_NOTE):
                self._filters()
                self._people = ui.element("div").classes("of-people")
        await self._show_requests()
        await self._show_people()

    def _filters(self) -> None:
        skills = {"": words.ALL_SKILLS} | {each: each for each in offers().skills}
        communities = {0: words.ALL_COMMUNITIES} | self._communities
        with ui.element("div").classes("of-who"):
            ui.select(
                skills, value="", on_change=lambda event: self._choose(skill=event.value)
            ).props(f'outlined dense aria-label="{words.SKILL}"')
            ui.select(
                communities, value=0, on_change=lambda event: self._choose(community=event.value)
            ).props(f'outlined dense aria-label="{words.COMMUNITY}"')

    async def _choose(self, skill: str | None = None, community: int | None = None) -> None:
        self._skill = self._skill if skill is None else skill
        self._community = self._community if community is None else community
        await self._show_people()

    async def _show_all(self, everything: bool) -> None:
        self._live = not everything
        await self._show_requests()

    async def _show_people(self) -> None:
        found = await self._work.volunteers.list(self._skill, self._community or None)
        self._people.clear()
        with self._people:
            if not found:
                theme.nothing(words.NO_PEOPLE, "volunteer_activism")
            for each in found:
                with ui.element("div").classes("of-person"):
                    with ui.element("div").classes("of-person-main"):
                        _about(each)
                    _flat(words.WITHDRAW, lambda each=each: self._withdraw(each), "accent")

    async def _show_requests(self) -> None:
        found = await self._work.requests.list(live=self._live)
        self._requests.clear()
        with self._requests:
            if not found:
                theme.nothing(words.NO_REQUESTS, "handshake")
            for each in found:
                self._request(each)

    def _request(self, request: HelpRequest) -> None:
        with ui.element("div").classes("of-help"):
            with ui.element("div").classes("of-person"):
                with ui.element("div").classes("of-person-main"):
                    with ui.element("div").classes("of-person-name"):
                        ui.label(request.skill)
                        theme.chip(*words.REQUEST[request.status])
                    ui.label(request.text)
                    number = words.appeal(request.appeal_number) if request.appeal_number else ""
                    facts = [request.wanted_at, request.community, number, request.created_by]
                    ui.label(" · ".join(each for each in facts if each)).classes("mh-note")
                if request.status in _LIVE:
                    _flat(words.FIND, lambda: self._find(request))
                    _flat(words.CANCEL_REQUEST, lambda: self._cancel(request), "accent")
            for match in request.matches:
                self._match(match, request.status in _LIVE)

    def _match(self, match: Match, live: bool) -> None:
        with ui.element("div").classes("of-person of-match"):
            with ui.element("div").classes("of-person-main"):
                with ui.element("div").classes("of-person-name"):
                    ui.label(_name(match.volunteer))
                    theme.chip(*words.MATCH[match.status])
                    if match.thanked_at:
                        theme.chip(words.THANKS_SAID, "pine")
                ui.label(match.thanks or match.volunteer.phone).classes("mh-note")
            for to, label in words.STEPS.items():
                if live and match.status in MATCH_STEPS[to]:
                    _flat(label, lambda to=to: self._step(match, to))
            if match.status is MatchStatus.DONE and not match.thanked_at:
                _flat(words.THANK, lambda: self._thank(match))

    async def ask(self) -> None:
        """Write down what help is wanted."""
        with self._front:
            wanted = await ask_request(self._communities, offers().skills)
        if wanted is not None:
            await self._do(lambda by: self._work.ask(wanted.help, wanted.number, by), words.CREATED)

    async def _find(self, request: HelpRequest) -> None:
        """Who fits, each with a button that notes that they were asked."""
        found = await self._work.requests.proposals(request.id)
        with (
            self._front,
            ui.dialog(value=True).props(f'aria-label="{words.FITTING}"') as dialog,
            ui.card().classes("mh-dialog"),
        ):
            ui.label(words.FITTING).classes("mh-h1")
            ui.label(words.FITTING_NOTE).classes("mh-note")
            if not found:
                theme.nothing(words.NOBODY_FITS, "person_search")
            for each in found:

                async def propose(volunteer_id: int = each.volunteer.id) -> None:
                    dialog.close()
                    await self._do(
                        lambda _: self._work.requests.propose(request.id, volunteer_id),
                        words.PROPOSED,
                    )

                with ui.element("div").classes("of-person"):
                    with ui.element("div").classes("of-person-main"):
                        _about(each.volunteer)
                        with ui.element("div").classes("of-person-name"):
                            if each.same_community:
                                theme.chip(words.SAME_COMMUNITY, "pine")
                            fits = words.HAS_TIME if each.has_time else words.TIME_UNKNOWN
                            theme.chip(fits, "pine" if each.has_time else "ochre")
                    _flat(words.PROPOSE, propose)
            with ui.element("div").classes("mh-dialog-actions"):
                theme.quiet_button(words.CLOSE, dialog.close)
        dialog.on("hide", dialog.delete)

    async def _step(self, match: Match, to: MatchStatus) -> None:
        await self._do(lambda _: self._work.requests.step(match.id, to))

    async def _thank(self, match: Match) -> None:
        with self._front:
            text = await ask_thanks(_name(match.volunteer))
        if text:
            await self._do(lambda _: self._work.thank(match.id, text), words.THANKED)

    async def _cancel(self, request: HelpRequest) -> None:
        with self._front:
            agreed = await ask_agreement(words.CANCEL_REQUEST, words.CANCEL_TEXT)
        if agreed:
            await self._do(lambda _: self._work.requests.cancel(request.id), words.CANCELLED)

    async def _withdraw(self, volunteer: Volunteer) -> None:
        with self._front:
            agreed = await ask_agreement(words.WITHDRAW, words.WITHDRAW_TEXT)
        if agreed:
            await self._do(lambda _: self._work.volunteers.withdraw(volunteer.id), words.WITHDRAWN)

    async def _do(self, change: Callable[[str], Awaitable[object]], told: str = "") -> None:
        """Make a change as far as the right holds now; what is refused is told."""
        with self._front:
            try:
                member = await self._accounts.acting(self._member, Role.STAFF)
                await change(member.signature)
                if told:
                    theme.tell(told)
            except _REFUSALS as error:
                theme.tell(str(error), "negative")
        await self._show_requests()
        await self._show_people()


def _name(volunteer: Volunteer) -> str:
    return volunteer.name or words.nameless(volunteer.resident_id)


def _about(volunteer: Volunteer) -> None:
    with ui.element("div").classes("of-person-name"):
        ui.label(_name(volunteer))
        if volunteer.helped:
            theme.chip(words.helped(volunteer.helped), "pine")
    ui.label("、".join(volunteer.skills) or words.NO_SKILLS)
    facts = ["、".join(volunteer.times) or words.NO_TIMES, volunteer.community, volunteer.phone]
    ui.label(" · ".join(each for each in facts if each)).classes("mh-note")


def _flat(text: str, on_click: Callable[..., object], color: str = "primary") -> None:
    ui.button(text, on_click=on_click, color=color).props("flat dense")
