"""Puts the search of a process together from its settings."""

import logging
from collections.abc import Sequence

from knowledge.encoder.encoder import Encoder, UnusableEncoder
from knowledge.entries.repository import EntryRepository
from knowledge.search.rows import Indexed
from knowledge.search.service import KnowledgeSearch
from knowledge.settings import Settings

log = logging.getLogger(__name__)


def build_search(settings: Settings, entries: EntryRepository) -> KnowledgeSearch:
    """Search over the published entries; by words alone where the encoder cannot be loaded."""

    async def published() -> Sequence[Indexed]:
        return [Indexed(*entry) for entry in await entries.published()]

    encoder: Encoder | None = None
    try:
        encoder = Encoder.load(settings.encoder_path, threads=settings.encoder_threads)
    except UnusableEncoder as error:
        log.error("encoder unusable, search goes on with words alone: %s", error)
    return KnowledgeSearch(published, entries.revision, encoder)
