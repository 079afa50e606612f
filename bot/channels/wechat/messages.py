"""What WeChat pushes to us, from bytes to a checked message (接收普通消息, 接收事件推送).

Source: developers.weixin.qq.com, 公众号 → 接收普通消息, 接收事件推送.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.channels.wechat.fields import MalformedMessage, read_fields

Account = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_\-@.]{1,64}$")]
Short = Annotated[str, StringConstraints(max_length=512)]

_REQUIRED = {
    "text": ("Content",),
    "image": ("MediaId",),
    "voice": ("MediaId",),
    "video": ("MediaId",),
    "shortvideo": ("MediaId",),
    "location": ("Location_X", "Location_Y"),
    "link": ("Title", "Url"),
    "event": ("Event",),
}


class WeChatMessage(BaseModel):
    """A pushed message or event as WeChat names its fields; what a type lacks is empty."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    to_user: Account = Field(alias="ToUserName")
    from_user: Account = Field(alias="FromUserName")
    # Ten digits: a second until the year 2286.
    created: int = Field(alias="CreateTime", ge=0, lt=10**10)
    type: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{1,40}$")] = Field(
        alias="MsgType"
    )
    msg_id: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,20}$")] | None = Field(
        None, alias="MsgId"
    )
    content: str = Field("", alias="Content")
    menu_id: Short = Field("", alias="bizmsgmenuid", description="set: a menu message was tapped")
    media_id: Short = Field("", alias="MediaId")
    pic_url: str = Field("", alias="PicUrl")
    format: Short = Field("", alias="Format")
    recognition: str = Field("", alias="Recognition")
    latitude: float | None = Field(None, alias="Location_X", ge=-90, le=90)
    longitude: float | None = Field(None, alias="Location_Y", ge=-180, le=180)
    label: str = Field("", alias="Label")
    title: str = Field("", alias="Title")
    description: str = Field("", alias="Description")
    url: str = Field("", alias="Url")
    event: Short = Field("", alias="Event")
    event_key: str = Field("", alias="EventKey")


def parse_message(body: bytes) -> WeChatMessage:
    """A plain or decrypted message. Raises `MalformedMessage`."""
    return message_from(read_fields(body))


def message_from(fields: dict[str, str]) -> WeChatMessage:
    """Checks fields already read. Raises `MalformedMessage`, naming the field but not its value."""
    kind = fields.get("MsgType", "")
    needed = _REQUIRED.get(kind, ())
    if kind != "event":
        needed = (*needed, "MsgId")
    missing = [name for name in needed if name not in fields]
    if missing:
        raise MalformedMessage(f"missing {', '.join(missing)}")
    try:
        return WeChatMessage.model_validate(_trimmed(fields))
    except ValidationError as error:
        wrong = sorted({str(part) for detail in error.errors() for part in detail["loc"]})
        raise MalformedMessage(f"wrong or missing {', '.join(wrong)}") from None


def _trimmed(fields: dict[str, str]) -> dict[str, Any]:
    """WeChat's own examples break lines around some values; only what a person typed is kept so."""
    typed = ("Content", "Recognition")
    return {name: text if name in typed else text.strip() for name, text in fields.items()}


def scene_of(message: WeChatMessage) -> str:
    """The scene of a QR code (场景值); the one of a follow carries a prefix."""
    return message.event_key.removeprefix("qrscene_")
