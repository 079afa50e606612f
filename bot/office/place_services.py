"""What the pages of dispatch rules and QR codes are built from."""

from dataclasses import dataclass

from bot.office.dispatching import DispatchEditing
from bot.office.posters import Posters
from bot.office.services import OfficeServices


@dataclass(frozen=True, slots=True)
class PlaceServices:
    """Built once by the process, passed to every page."""

    office: OfficeServices
    dispatching: DispatchEditing
    posters: Posters
