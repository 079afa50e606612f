"""Makes the office's pages known to NiceGUI."""

from bot.office import (
    account_page,
    codes_page,
    entry_page,
    list_page,
    misses_page,
    rules_page,
    staff_page,
)
from bot.office.place_services import PlaceServices
from bot.office.services import OfficeServices


def register_office(services: OfficeServices) -> None:
    """Define every page under /office; call it once, before `ui.run_with`."""
    for page in (list_page, entry_page, misses_page, account_page, staff_page):
        page.register(services)


def register_places(services: PlaceServices) -> None:
    """Define the pages of dispatch rules and QR codes; call it once, before `ui.run_with`."""
    for page in (rules_page, codes_page):
        page.register(services)
