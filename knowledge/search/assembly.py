"""Puts the search of a process together from its settings."""

from collections.abc import Sequence

from knowledge.encoder.late import LateEncoder
from knowledge.entries.repository import EntryRepository
from knowledge.search.kept_vectors import KeptVectors
from knowledge.search.rows import Indexed
from knowledge.search.service import KnowledgeSearch
from knowledge.settings import Settings


def build_search(settings: Settings, entries: EntryRepository) -> KnowledgeSearch:
    """Search over the published entries; by words alone where the encoder cannot be loaded."""

    async def published() -> Sequence[Indexed]:
        return [Indexed(*entry) for entry in await entries.published()]

    encoder = LateEncoder(settings.encoder_path, settings.encoder_threads)
    kept = KeptVectors(settings.data_dir / "search", settings.encoder_path)
    return KnowledgeSearch(published, entries.revision, encoder, kept=kept)
