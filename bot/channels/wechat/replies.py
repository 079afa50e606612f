"""Writes what WeChat shows a resident: texts, their pieces, and passive replies (被动回复).

Source: developers.weixin.qq.com, 公众号 → 被动回复用户消息, 消息加解密说明. A text may have 2,048 bytes.
"""

import re
from collections.abc import Sequence

from bot.channels.wechat.crypto import SafeBox, sign
from bot.channels.wechat.messages import WeChatMessage
from bot.conversations.contract import Outgoing

# Below WeChat's limit, so that a few bytes of theirs never cost a message.
MAX_BYTES = 1900

_NOT_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SENTENCE_END = re.compile(r"(?<=[。！？!?；;…\n])")


def render(outgoing: Outgoing) -> str:
    """The text with its buttons as numbered lines; empty where only a picture is sent."""
    lines = [f"{number}. {button.title}" for number, button in enumerate(outgoing.buttons, 1)]
    if lines:
        lines.insert(0, "回复数字选择：")
    body = "\n".join(lines)
    return "\n\n".join(part for part in (outgoing.text.strip(), body) if part)


def split(text: str, limit: int = MAX_BYTES) -> list[str]:
    """The text in pieces of at most `limit` UTF-8 bytes, cut behind sentences where possible."""
    pieces: list[str] = []
    current = ""
    for sentence in _SENTENCE_END.split(text):
        for part in _cut(sentence, limit):
            if _size(current) + _size(part) > limit:
                pieces.append(current)
                current = ""
            current += part
    pieces.append(current)
    return [piece.strip() for piece in pieces if piece.strip()]


def carried(replies: Sequence[Outgoing]) -> tuple[list[Outgoing], str]:
    """The first replies that one passive reply can carry, and their merged text.

    Later ones must not overtake earlier ones, so the first picture or overflow ends the carrying.
    """
    taken: list[Outgoing] = []
    text = ""
    for reply in replies:
        merged = "\n\n".join(part for part in (text, render(reply)) if part)
        if reply.media_id is not None or not merged or _size(merged) > MAX_BYTES:
            break
        taken.append(reply)
        text = merged
    return taken, text


def text_reply(message: WeChatMessage, text: str, now: int) -> bytes:
    """The plain XML that answers a message with a text."""
    return (
        "<xml>"
        f"<ToUserName>{_cdata(message.from_user)}</ToUserName>"
        f"<FromUserName>{_cdata(message.to_user)}</FromUserName>"
        f"<CreateTime>{now}</CreateTime>"
        "<MsgType><![CDATA[text]]></MsgType>"
        f"<Content>{_cdata(text)}</Content>"
        "</xml>"
    ).encode()


def sealed_reply(xml: bytes, box: SafeBox, token: str, nonce: str, now: int) -> bytes:
    """A plain reply encrypted and signed for safe mode (安全模式)."""
    encrypted = box.encrypt(xml)
    return (
        "<xml>"
        f"<Encrypt>{_cdata(encrypted)}</Encrypt>"
        f"<MsgSignature>{_cdata(sign(token, str(now), nonce, encrypted))}</MsgSignature>"
        f"<TimeStamp>{now}</TimeStamp>"
        f"<Nonce>{_cdata(nonce)}</Nonce>"
        "</xml>"
    ).encode()


def _cdata(text: str) -> str:
    """Text that cannot leave its CDATA section, without characters that XML does not know."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"<![CDATA[{_NOT_XML.sub('', lines).replace(']]>', ']]]]><![CDATA[>')}]]>"


def _size(text: str) -> int:
    return len(text.encode(errors="replace"))


def _cut(sentence: str, limit: int) -> list[str]:
    """A sentence that is itself too long, cut between characters; others whole."""
    parts: list[str] = []
    while _size(sentence) > limit:
        end = len(sentence.encode(errors="replace")[:limit].decode(errors="ignore"))
        parts.append(sentence[:end])
        sentence = sentence[end:]
    return [*parts, sentence]
