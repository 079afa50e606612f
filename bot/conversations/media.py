"""Photos and sounds that people sent: verified, stripped of what they betray, kept in one folder."""

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps
from sqlalchemy import select

from bot.conversations.tables import MediaRow
from knowledge.storage.database import Database

PHOTO_MIME = "image/jpeg"
PHOTO_SIDE = 2048
PHOTO_PIXELS = 60_000_000
PHOTO_QUALITY = 85
# Phones write JPEG (its many-picture form MPO is opened as JPEG); the rest comes from albums.
PHOTO_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")


class NotAPhoto(ValueError):
    """The bytes are no picture that we can show; its text is Chinese and meant for the sender."""


class UnknownMedia(LookupError):
    """No photo or sound has this number or key, or its bytes have not come yet."""


class MediaStore:
    """Save and load by number; browsers see only random 128-bit keys."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        new_key: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        self._database = database
        self._folder = folder
        self._now = now
        self._new_key = new_key
        # A decoded photo takes up to 180 MB: never more than two at a time.
        self._cleaning = asyncio.Semaphore(2)

    async def save(self, data: bytes, mime: str) -> int:
        """Keep the bytes and return their number; a picture is cleaned first, and may be refused.

        Raises `NotAPhoto` where `mime` promises a picture and the bytes are none.
        """
        data, mime = await self._cleaned(data, mime)
        key = self._new_key()
        path = self._path(key)
        await asyncio.to_thread(_write, path, data)
        row = MediaRow(key=key, mime=mime, size=len(data), created_at=self._now())
        try:
            async with self._database.write() as session:
                session.add(row)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return row.id

    def reserve(self) -> MediaRow:
        """A row for bytes that are still to come, so that they can be spoken of already."""
        return MediaRow(key=self._new_key(), mime="", size=0, created_at=self._now())

    async def fill(self, media_id: int, data: bytes, mime: str) -> None:
        """Bring the bytes of a reserved row; raises `NotAPhoto` and `UnknownMedia`."""
        data, mime = await self._cleaned(data, mime)
        path = self._path(await self.key_of(media_id))
        await asyncio.to_thread(_write, path, data)
        async with self._database.write() as session:
            row = await session.get_one(MediaRow, media_id)
            row.mime, row.size = mime, len(data)

    async def _cleaned(self, data: bytes, mime: str) -> tuple[bytes, str]:
        if not mime.startswith("image/"):
            return data, mime
        async with self._cleaning:
            return await asyncio.to_thread(clean_photo, data), PHOTO_MIME

    async def load(self, media_id: int) -> tuple[bytes, str]:
        """The bytes and their MIME type; raises `UnknownMedia`."""
        async with self._database.read() as session:
            row = await session.get(MediaRow, media_id)
        if row is None or not row.size:
            raise UnknownMedia(media_id)
        return await asyncio.to_thread(self._path(row.key).read_bytes), row.mime

    async def key_of(self, media_id: int) -> str:
        """The key that stands in an address; raises `UnknownMedia`."""
        async with self._database.read() as session:
            row = await session.get(MediaRow, media_id)
        if row is None:
            raise UnknownMedia(media_id)
        return row.key

    async def path_of_key(self, key: str) -> tuple[Path, str]:
        """The file of a key and its MIME type; raises `UnknownMedia`."""
        async with self._database.read() as session:
            row = await session.scalar(select(MediaRow).where(MediaRow.key == key))
        if row is None or not row.size:
            raise UnknownMedia(key)
        return self._path(row.key), row.mime

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key


def clean_photo(data: bytes) -> bytes:
    """The same picture as an upright JPEG of at most 2048 px, without EXIF (place, time, device).

    Raises `NotAPhoto`. Works on the CPU for some tenths of a second: call it off the event loop.
    """
    try:
        with Image.open(BytesIO(data), formats=PHOTO_FORMATS) as picture:
            if picture.width * picture.height > PHOTO_PIXELS:
                raise NotAPhoto("这张照片太大了，请截小一些或重新拍一张。")
            picture.draft("RGB", (PHOTO_SIDE, PHOTO_SIDE))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((PHOTO_SIDE, PHOTO_SIDE))
            flat = _on_white(upright)
    except NotAPhoto:
        raise
    except Exception as error:
        # Decoders raise whatever they like on hostile bytes.
        raise NotAPhoto("这个文件不是照片，或者已经损坏，请换一张。") from error
    out = BytesIO()
    flat.save(out, "JPEG", quality=PHOTO_QUALITY, optimize=True)
    return out.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    """Fresh pixels without any of the file's notes; what was transparent becomes white."""
    layer = picture.convert("RGBA")
    flat = Image.new("RGB", layer.size, "white")
    flat.paste(layer, mask=layer.getchannel("A"))
    return flat


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()
