"""Signatures and the AES box of WeChat's safe mode (消息加解密).

Source: developers.weixin.qq.com, 公众号 → 消息加解密说明 and 接入指南. An EncodingAESKey is 43 base64
characters without the last `=`; the box is AES-256-CBC with the key's first 16 bytes as IV, PKCS#7
to 32-byte blocks, over 16 random bytes, a four-byte length, the XML and the AppID.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
import struct
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_AES_KEY = re.compile(r"[A-Za-z0-9+/]{43}\Z")
_AES_BLOCK = 16
_PADDED_TO = 32
_HEAD = 20


class InvalidSecret(ValueError):
    """The EncodingAESKey is not 43 base64 characters."""


class CannotDecrypt(ValueError):
    """An encrypted message is malformed, damaged or meant for another account."""


def sign(token: str, *parts: str) -> str:
    """The SHA-1 signature (signature, msg_signature) over the token and the parts, sorted."""
    text = "".join(sorted((token, *parts)))
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def is_signed(signature: str, token: str, *parts: str) -> bool:
    """Whether the signature is right, compared in constant time."""
    return hmac.compare_digest(sign(token, *parts).encode(), signature.encode())


class SafeBox:
    """Encrypts and decrypts messages of one account (安全模式)."""

    def __init__(
        self, aes_key: str, app_id: str, random_bytes: Callable[[int], bytes] = os.urandom
    ) -> None:
        """Raises `InvalidSecret`."""
        if not _AES_KEY.match(aes_key):
            raise InvalidSecret("an EncodingAESKey has 43 letters, digits, + or /")
        key = base64.b64decode(aes_key + "=")
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:_AES_BLOCK]))
        self._app_id = app_id.encode()
        self._random = random_bytes

    def encrypt(self, xml: bytes) -> str:
        """The base64 text for the field Encrypt."""
        plain = self._random(16) + struct.pack("!I", len(xml)) + xml + self._app_id
        missing = _PADDED_TO - len(plain) % _PADDED_TO
        encryptor = self._cipher.encryptor()
        sealed = encryptor.update(plain + bytes([missing]) * missing) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def decrypt(self, encrypted: str) -> bytes:
        """The XML inside the field Encrypt.

        Raises `CannotDecrypt` for whatever is wrong: callers must not tell a stranger what.
        """
        try:
            sealed = base64.b64decode(encrypted.encode("ascii"), validate=True)
        except (binascii.Error, UnicodeEncodeError) as error:
            raise CannotDecrypt("not base64") from error
        if not sealed or len(sealed) % _AES_BLOCK:
            raise CannotDecrypt("not whole AES blocks")
        decryptor = self._cipher.decryptor()
        plain = _unpadded(decryptor.update(sealed) + decryptor.finalize())
        if len(plain) < _HEAD:
            raise CannotDecrypt("too short")
        (length,) = struct.unpack("!I", plain[16:_HEAD])
        xml, app_id = plain[_HEAD : _HEAD + length], plain[_HEAD + length :]
        if len(xml) != length:
            raise CannotDecrypt("shorter than its length says")
        if not hmac.compare_digest(app_id, self._app_id):
            raise CannotDecrypt("meant for another AppID")
        return xml


def _unpadded(plain: bytes) -> bytes:
    missing = plain[-1]
    if not 1 <= missing <= _PADDED_TO or plain[-missing:] != bytes([missing]) * missing:
        raise CannotDecrypt("wrong padding")
    return plain[:-missing]
