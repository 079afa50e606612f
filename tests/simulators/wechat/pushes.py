"""The XML that the platform pushes: one function a message type, as in its documents."""

from xml.sax.saxutils import escape

Fields = dict[str, str | int | float]


def text(content: str, menu_id: str = "") -> Fields:
    fields: Fields = {"MsgType": "text", "Content": content}
    return fields | {"bizmsgmenuid": menu_id} if menu_id else fields


def image(media_id: str) -> Fields:
    address = f"http://mmbiz.qpic.cn/mmbiz_jpg/{media_id}/0"
    return {"MsgType": "image", "PicUrl": address, "MediaId": media_id}


def voice(media_id: str, recognition: str | None = None) -> Fields:
    fields: Fields = {"MsgType": "voice", "MediaId": media_id, "Format": "amr"}
    return fields if recognition is None else fields | {"Recognition": recognition}


def video(media_id: str, short: bool = False) -> Fields:
    kind = "shortvideo" if short else "video"
    return {"MsgType": kind, "MediaId": media_id, "ThumbMediaId": f"{media_id}-thumb"}


def location(latitude: float, longitude: float, label: str) -> Fields:
    return {
        "MsgType": "location",
        "Location_X": latitude,
        "Location_Y": longitude,
        "Scale": 15,
        "Label": label,
    }


def link(title: str, description: str, url: str) -> Fields:
    return {"MsgType": "link", "Title": title, "Description": description, "Url": url}


def event(name: str, key: str | None = None, **more: str) -> Fields:
    fields: Fields = {"MsgType": "event", "Event": name}
    if key is not None:
        fields["EventKey"] = key
    return fields | more


def elements(fields: Fields) -> str:
    """Numbers bare, texts in CDATA, as the platform writes them."""
    return "\n".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields.items())


def _value(value: str | int | float) -> str:
    if isinstance(value, int | float):
        return str(value)
    if "]]>" in value:
        return escape(value)
    return f"<![CDATA[{value}]]>"
