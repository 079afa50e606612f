"""Photos are verified and stripped before they are kept; keys cannot be guessed."""

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

import bot.staff.tables  # noqa: F401
from bot.conversations.media import PHOTO_SIDE, MediaStore, NotAPhoto, UnknownMedia, clean_photo
from knowledge.storage.database import Base, Database

ORIENTATION, MODEL = 0x0112, 0x0110


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[MediaStore]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'media.db'}")
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield MediaStore(database, tmp_path / "media")
    await database.close()


def photo(size: tuple[int, int] = (80, 40), kind: str = "JPEG", mode: str = "RGB") -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION], exif[MODEL] = 6, "Grandmother's phone"
    exif.get_ifd(0x8825)[2] = (30.0, 15.0, 0.0)
    out = BytesIO()
    Image.new(mode, size).save(out, kind, exif=exif)
    return out.getvalue()


def test_a_photo_is_turned_upright_and_says_nothing_of_its_place() -> None:
    dirty = photo()
    assert b"Grandmother" in dirty
    clean = clean_photo(dirty)
    with Image.open(BytesIO(clean)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (40, 80), {})
    assert b"Grandmother" not in clean


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("PNG", "L"), ("WEBP", "RGBA")])
def test_other_kinds_become_jpeg(kind: str, mode: str) -> None:
    with Image.open(BytesIO(clean_photo(photo(kind=kind, mode=mode)))) as picture:
        assert (picture.format, picture.mode) == ("JPEG", "RGB")


def test_a_big_photo_is_made_smaller() -> None:
    with Image.open(BytesIO(clean_photo(photo((5000, 2500))))) as picture:
        assert max(picture.size) == PHOTO_SIDE


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"<svg/>", photo()[:200], photo(kind="PNG")[:60], b"%PDF-1.7"],
    ids=["nothing", "text", "svg", "half a jpeg", "half a png", "pdf"],
)
def test_what_is_no_photo_is_refused(data: bytes) -> None:
    with pytest.raises(NotAPhoto, match="照片"):
        clean_photo(data)


def test_a_decompression_bomb_is_refused_unopened() -> None:
    out = BytesIO()
    Image.new("1", (12_000, 12_000)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000
    with pytest.raises(NotAPhoto):
        clean_photo(out.getvalue())


async def test_what_was_saved_is_loaded(store: MediaStore) -> None:
    number = await store.save(photo(), "image/png")
    data, mime = await store.load(number)
    assert (data[:2], mime) == (b"\xff\xd8", "image/jpeg")
    key = await store.key_of(number)
    path, mime = await store.path_of_key(key)
    assert (len(key), path.read_bytes(), mime) == (32, data, "image/jpeg")


async def test_a_sound_is_kept_as_it_came(store: MediaStore) -> None:
    number = await store.save(b"#!AMR", "audio/amr")
    assert await store.load(number) == (b"#!AMR", "audio/amr")


async def test_unknown_numbers_and_keys(store: MediaStore) -> None:
    for attempt in (store.load(7), store.key_of(7), store.path_of_key("../../etc/passwd")):
        with pytest.raises(UnknownMedia):
            await attempt


async def test_a_refused_photo_leaves_nothing_behind(store: MediaStore, tmp_path: Path) -> None:
    with pytest.raises(NotAPhoto):
        await store.save(b"hello", "image/jpeg")
    assert not (tmp_path / "media").exists()
