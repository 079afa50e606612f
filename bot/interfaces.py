"""What other systems use (对外接口): tables, duplicates, rates, webhooks and Open311."""

from fastapi import APIRouter

from actions.dispatch.dispatch import Dispatch
from actions.metrics.rates import Rates
from bot.api.exchange import exchange_api
from bot.api.likeness import likeness_api
from bot.api.rates import rates_api
from bot.api.webhooks import webhooks_api
from bot.exchange.importing import Importer
from bot.exchange.writing import Exports
from bot.open311.requests import Keys, ServiceRequests
from bot.open311.routes import open311_router
from bot.parts import Parts


def interfaces(parts: Parts, dispatch: Dispatch) -> list[APIRouter]:
    """Routers to include before that of appeals, whose ids would take names like export.csv."""
    database, clock, settings = parts.database, parts.clock, parts.settings
    exports = Exports(database, clock, parts.zone)
    importer = Importer(database, parts.appeals, dispatch, clock)
    requests = ServiceRequests(database, parts.appeals, dispatch, clock)
    keys = Keys.read(settings.open311_keys, settings.open311_jurisdiction)
    return [
        exchange_api(exports, importer, parts.guard),
        likeness_api(parts.neighbours, parts.guard, parts.live),
        rates_api(Rates(database), parts.guard, clock, parts.zone),
        webhooks_api(parts.webhooks, parts.guard),
        open311_router(requests, keys),
    ]
