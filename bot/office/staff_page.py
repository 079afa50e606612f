"""/office/staff: the administrator's list of accounts."""

import secrets

from nicegui import ui
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot import theme
from bot.office import words
from bot.office.services import OfficeServices
from bot.staff.member import Role, StaffError, StaffMember

PATH = "/office/staff"
_ROLES = {role.value: role.label for role in Role}


def register(services: OfficeServices) -> None:
    @ui.page(PATH, title=words.STAFF)
    async def staff(request: Request) -> Response | None:
        member = await services.enter(request, "/office/account")
        if not isinstance(member, StaffMember):
            return member
        if not member.role.reaches(Role.ADMIN):
            return RedirectResponse("/office/account", 303)
        people = StaffList(services, member)
        back = (words.ACCOUNT, "/office/account")
        with theme.page(words.STAFF, words.STAFF_LEAD, back=back) as actions:
            with actions:
                ui.button(words.NEW_STAFF, icon="person_add", on_click=people.open_new).props(
                    "unelevated"
                )
            with theme.card():
                await people.build()
        return None


class StaffList:
    """One row a person; a change redraws that row alone."""

    def __init__(self, services: OfficeServices, admin: StaffMember) -> None:
        self._services = services
        self._accounts = services.accounts
        self._admin = admin

    async def build(self) -> None:
        self._parties = await self._accounts.parties()
        self._list = ui.element("div").classes("of-people")
        with self._list:
            for member in await self._accounts.list():
                self._person(member)

    def _person(self, member: StaffMember) -> None:
        with ui.element("div").classes("of-person") as row:
            self._fill(row, member)

    def _fill(self, row: ui.element, member: StaffMember) -> None:
        row.clear()
        with row:
            ui.label(member.name[:1]).classes("of-face").props("aria-hidden=true")
            with ui.element("div").classes("of-person-main"):
                with ui.element("div").classes("of-person-name"):
                    ui.label(member.name)
                    if member.id == self._admin.id:
                        theme.chip(words.YOURSELF, "pine")
                    if not member.active:
                        theme.chip(words.INACTIVE, "seal")
                seen = member.last_seen_at
                if member.party_id is not None:
                    ui.label(self._parties.get(member.party_id, ""))
                ui.label(
                    f"{member.username} · "
                    + (words.last_seen(self._services.when(seen)) if seen else words.NEVER_SEEN)
                ).classes("mh-note")
            ui.select(
                _ROLES,
                value=member.role.value,
                on_change=lambda event: self._set_role(row, member, Role(event.value)),
            ).props(f'outlined dense aria-label="{words.ROLE}"').classes("of-role")
            ui.button(words.RESET, on_click=lambda: self._reset(member)).props("flat dense")
            ui.button(
                words.DEACTIVATE if member.active else words.ACTIVATE,
                color="accent" if member.active else "primary",
                on_click=lambda: self._set_active(row, member, not member.active),
            ).props("flat dense")

    async def _set_role(self, row: ui.element, member: StaffMember, role: Role) -> None:
        if role is member.role:
            return
        party_id = await self._ask_party() if role is Role.PARTY else None
        if role is Role.PARTY and party_id is None:
            self._fill(row, member)
            return
        try:
            await self._accounts.acting(self._admin, Role.ADMIN)
            member = await self._accounts.set_role(member.id, role, party_id)
            theme.tell(words.ROLE_CHANGED)
        except StaffError as error:
            theme.tell(str(error), "negative")
        self._fill(row, member)

    async def _ask_party(self) -> int | None:
        """The party that somebody works for from now on; None where nobody chose one."""
        with (
            ui.dialog().props(f'aria-label="{words.PARTY_TITLE}"') as dialog,
            ui.card().classes("mh-dialog"),
        ):
            ui.label(words.PARTY_TITLE).classes("mh-h1")
            ui.label(words.PARTY_TEXT)
            party = self._party_select()
            with ui.element("div").classes("mh-dialog-actions"):
                theme.quiet_button(words.CANCEL, dialog.close)
                ui.button(words.PARTY_CHOOSE, on_click=lambda: dialog.submit(party.value)).props(
                    "unelevated"
                )
        answer = await dialog
        dialog.delete()
        return answer if isinstance(answer, int) else None

    def _party_select(self) -> ui.select:
        if not self._parties:
            ui.label(words.NO_PARTIES).classes("mh-note")
        select = ui.select(self._parties, with_input=True)
        select.props(f'outlined dense aria-label="{words.PARTY}"')
        return select

    async def _set_active(self, row: ui.element, member: StaffMember, active: bool) -> None:
        try:
            await self._accounts.acting(self._admin, Role.ADMIN)
            member = await self._accounts.set_active(member.id, active)
        except StaffError as error:
            theme.tell(str(error), "negative")
            return
        self._fill(row, member)

    async def _reset(self, member: StaffMember) -> None:
        try:
            await self._accounts.acting(self._admin, Role.ADMIN)
            password = await self._accounts.reset_password(member.id)
        except StaffError as error:
            theme.tell(str(error), "negative")
            return
        self._show_once(member.name, password)

    def _show_once(self, name: str, password: str) -> None:
        with (
            ui.dialog(value=True).props(f'persistent aria-label="{words.RESET_TITLE}"') as dialog,
            ui.card().classes("mh-dialog"),
        ):
            ui.label(words.RESET_TITLE).classes("mh-h1")
            ui.label(f"{name}：{words.RESET_TEXT}")
            ui.label(password).classes("of-secret")
            with ui.element("div").classes("mh-dialog-actions"):
                ui.button(words.CLOSE, on_click=dialog.close).props("unelevated")
        dialog.on("hide", dialog.delete)

    def open_new(self) -> None:
        with (
            ui.dialog(value=True).props(f'aria-label="{words.NEW_STAFF}"') as dialog,
            ui.card().classes("mh-dialog"),
        ):
            ui.label(words.NEW_STAFF).classes("mh-h1")
            name = _labelled(words.NAME)
            username = _labelled(words.USERNAME)
            password = _labelled(words.FIRST_PASSWORD, secrets.token_urlsafe(9))
            role = ui.radio(
                {role.value: f"{role.label}：{words.ROLE_MEANING[role]}" for role in Role},
                value=Role.STAFF.value,
            )
            with ui.element("div").classes("mh-field") as field:
                party = self._party_select()
            field.bind_visibility_from(role, "value", value=Role.PARTY.value)

            async def create() -> None:
                try:
                    await self._accounts.acting(self._admin, Role.ADMIN)
                    member = await self._accounts.create(
                        username.value or "",
                        name.value or "",
                        Role(role.value),
                        password.value or "",
                        party.value,
                    )
                except StaffError as error:
                    theme.tell(str(error), "negative")
                    return
                dialog.close()
                with self._list:
                    self._person(member)
                theme.tell(words.CREATED)

            with ui.element("div").classes("mh-dialog-actions"):
                theme.quiet_button(words.CANCEL, dialog.close)
                ui.button(words.CREATE, on_click=create).props("unelevated")
        dialog.on("hide", dialog.delete)


def _labelled(label: str, value: str = "") -> ui.input:
    with ui.element("div").classes("mh-field"):
        with ui.element("label").classes("mh-label") as heading:
            ui.label(label)
        field = ui.input(value=value).props(f'outlined dense aria-label="{label}"')
        field.props("autocomplete=off")
        heading.props(f"for={field.html_id}")
    return field
