"""What a browser may say over the socket: two frames, validated before anything else."""

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


FRAME: TypeAdapter[Hello | Say] = TypeAdapter(Annotated[Hello | Say, Field(discriminator="type")])
