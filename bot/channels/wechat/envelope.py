"""Opens and closes WeChat's three kinds of envelopes (明文模式, 兼容模式, 安全模式).

Source: developers.weixin.qq.com, 公众号 → 接入指南, 消息加解密说明.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.channels.wechat.config import WeChatConfig
from bot.channels.wechat.crypto import CannotDecrypt, SafeBox, is_signed
from bot.channels.wechat.fields import MalformedMessage, read_fields
from bot.channels.wechat.messages import WeChatMessage, message_from, parse_message
from bot.channels.wechat.replies import sealed_reply, text_reply


class WrongSignature(ValueError):
    """A request that WeChat did not sign: refuse it, and tell the caller nothing more."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A verified message and whether its answer must be encrypted."""

    message: WeChatMessage
    sealed: bool


class Envelope:
    """Verifies and decrypts what comes, writes and encrypts what goes, for one account."""

    def __init__(
        self,
        config: WeChatConfig,
        clock: Callable[[], float] = time.time,
        nonce: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        """Raises `InvalidSecret` for a wrong EncodingAESKey."""
        self._config = config
        self._box = SafeBox(config.aes_key, config.app_id) if config.aes_key else None
        self._clock = clock
        self._nonce = nonce

    def check_address(self, query: Mapping[str, str]) -> None:
        """Judges by the address alone, before a body is read. Raises `WrongSignature`."""
        self._check(query, "signature")

    def open(self, query: Mapping[str, str], body: bytes) -> Opened:
        """The message inside. Raises `WrongSignature` or `MalformedMessage`."""
        fields = read_fields(body)
        if self._box is None:
            if "MsgType" not in fields and "Encrypt" in fields:
                raise MalformedMessage("encrypted, but no EncodingAESKey is configured")
            opened = Opened(message_from(fields), sealed=False)
        else:
            opened = Opened(self._decrypted(self._box, query, fields), sealed=True)
        if self._config.original_id not in ("", opened.message.to_user):
            raise MalformedMessage("addressed to another account")
        return opened

    def close(self, opened: Opened, text: str) -> bytes:
        """The passive reply that carries a text."""
        now = int(self._clock())
        xml = text_reply(opened.message, text, now)
        if not opened.sealed or self._box is None:
            return xml
        return sealed_reply(xml, self._box, self._config.token, self._nonce(), now)

    def _decrypted(
        self, box: SafeBox, query: Mapping[str, str], fields: Mapping[str, str]
    ) -> WeChatMessage:
        encrypted = fields.get("Encrypt", "").strip()
        if not encrypted:
            # The signature of a plain message does not cover its body: no way around the key.
            raise WrongSignature("not encrypted, but an EncodingAESKey is configured")
        self._check(query, "msg_signature", encrypted)
        try:
            return parse_message(box.decrypt(encrypted))
        except CannotDecrypt as error:
            raise MalformedMessage(f"cannot decrypt: {error}") from error

    def _check(self, query: Mapping[str, str], name: str, *more: str) -> None:
        signed = (query.get("timestamp", ""), query.get("nonce", ""), *more)
        if not is_signed(query.get(name, ""), self._config.token, *signed):
            raise WrongSignature(f"wrong {name}")
