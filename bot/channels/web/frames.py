"""What a browser may say over the socket: three frames, validated before anything else."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

FRAME_CHARS = 40_000
TEXT_CHARS = 2_000


class Hello(BaseModel):
    """Show me everything newer than the last message that I have seen (0: none yet)."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["hello"]
    after: int = Field(0, ge=0, le=2**53)


class Say(BaseModel):
    """A message; `id` is the page's own random id, the same whenever it is sent again.

    `payload` comes from a tapped button, `media_id` is the ticket of a photo uploaded before.
    """

    model_config = ConfigDict(extra="forbid")

    type: Literal["say"]
    id: str = Field(pattern=r"^[0-9A-Za-z-]{8,64}$")
    text: str = ""
    payload: str | None = Field(None, max_length=1_000)
    media_id: str | None = Field(None, max_length=400)


class Scan(BaseModel):
    """The page was opened by a place's QR code (`/?c=CODE`); `id` as for a message."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["scan"]
    id: str = Field(pattern=r"^[0-9A-Za-z-]{8,64}$")
    code: str = Field(min_length=1, max_length=16)


Frame = Hello | Say | Scan
FRAME: TypeAdapter[Frame] = TypeAdapter(Annotated[Frame, Field(discriminator="type")])
