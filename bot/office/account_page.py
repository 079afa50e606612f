"""/office/account: one's own account and password."""

from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from bot import theme
from bot.office import link_words, words
from bot.office.services import OfficeServices
from bot.staff.member import Role, StaffError, StaffMember

PATH = "/office/account"


def register(services: OfficeServices) -> None:
    @ui.page(PATH, title=words.ACCOUNT)
    async def account(request: Request) -> Response | None:
        member = await services.enter(request, PATH)
        if not isinstance(member, StaffMember):
            return member
        with theme.page(member.name, f"{member.username} · {member.role.label}") as actions:
            if member.role.reaches(Role.ADMIN):
                with actions:
                    theme.quiet_button(
                        link_words.LINKS, lambda: ui.navigate.to("/office/links"), icon="link"
                    )
                    theme.quiet_button(
                        words.MANAGE_STAFF, lambda: ui.navigate.to("/office/staff"), icon="group"
                    )
            with theme.card(words.PASSWORD_TITLE) as sheet:
                sheet.classes("of-narrow")
                _password_form(services, member)
        return None


def _password_form(services: OfficeServices, member: StaffMember) -> None:
    with ui.element("form") as form:
        ui.label(words.PASSWORD_NOTE).classes("mh-note of-form-note")
        old = password_input(words.OLD_PASSWORD, "current-password")
        new = password_input(words.NEW_PASSWORD, "new-password")
        again = password_input(words.AGAIN, "new-password")
        ui.button(words.CHANGE_PASSWORD).props("unelevated type=submit")

    async def change() -> None:
        again.error = words.NOT_THE_SAME if new.value != again.value else None
        if again.error:
            return
        try:
            await services.accounts.change_password(member.id, old.value or "", new.value or "")
        except StaffError as error:
            theme.tell(str(error), "negative")
            return
        ui.navigate.to("/signin?changed")

    form.on("submit.prevent", change)


def password_input(label: str, purpose: str) -> ui.input:
    """A labelled password field; `purpose` tells password managers what it is."""
    with ui.element("div").classes("mh-field"):
        with ui.element("label").classes("mh-label") as heading:
            ui.label(label)
        field = ui.input(password=True, password_toggle_button=True)
        field.props(f'outlined dense autocomplete={purpose} aria-label="{label}"')
        heading.props(f"for={field.html_id}")
    return field
