"""A process that starts again encodes no entry a second time."""

from pathlib import Path

import pytest

from knowledge.encoder.encoder import Encoder
from knowledge.search.kept_vectors import KeptVectors
from knowledge.search.rows import Indexed
from knowledge.search.service import KnowledgeSearch
from tests.knowledge.search.test_service import Published, WatchedEncoder


def started(published: Published, encoder: WatchedEncoder, folder: Path) -> KnowledgeSearch:
    kept = KeptVectors(folder, "the encoder")
    return KnowledgeSearch(published.load, published.revision, encoder, kept=kept)


def spoil(folder: Path) -> None:
    (file,) = folder.glob("*.npz")
    file.write_bytes(b"not an archive")


@pytest.fixture
def published(few: list[Indexed]) -> Published:
    return Published(few)


async def test_the_second_start_encodes_the_question_alone(
    published: Published, encoder: Encoder, tmp_path: Path
) -> None:
    first, second = WatchedEncoder(encoder), WatchedEncoder(encoder)
    search = started(published, first, tmp_path)
    before = await search.search("高龄津贴怎么申请")
    await search.close()
    search = started(published, second, tmp_path)
    after = await search.search("高龄津贴怎么申请")
    await search.close()
    assert sum(first.passes) > 1
    assert sum(second.passes) == 1
    assert [hit.entry_id for hit in after.hits] == [hit.entry_id for hit in before.hits]


async def test_a_broken_file_is_written_anew(
    published: Published, encoder: Encoder, tmp_path: Path
) -> None:
    search = started(published, WatchedEncoder(encoder), tmp_path)
    await search.search("低保")
    await search.close()
    spoil(tmp_path)
    watched = WatchedEncoder(encoder)
    search = started(published, watched, tmp_path)
    assert (await search.search("低保")).hits
    await search.close()
    assert sum(watched.passes) > 1
    lines, leads = KeptVectors(tmp_path, "the encoder").load()
    assert lines.texts and leads.texts
    assert lines.matrix.shape == (len(lines.texts), encoder.dimensions)


def test_another_encoder_has_another_file(tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"one")
    kept = KeptVectors(tmp_path / "kept", str(tmp_path))
    weights.write_bytes(b"another")
    assert KeptVectors(tmp_path / "kept", str(tmp_path))._path != kept._path
