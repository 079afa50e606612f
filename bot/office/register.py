"""Makes the office's pages known to NiceGUI."""

from bot.office import account_page, entry_page, list_page, misses_page, staff_page
from bot.office.services import OfficeServices


def register_office(services: OfficeServices) -> None:
    """Define every page under /office; call it once, before `ui.run_with`."""
    for page in (list_page, entry_page, misses_page, account_page, staff_page):
        page.register(services)
