"""The platform's own signatures and encryption, written apart from the gateway's."""

import base64
import hashlib
import os

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7


def signature(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


class PlatformBox:
    """AES-256-CBC as the document 消息加解密说明 describes it."""

    def __init__(self, encoding_aes_key: str, app_id: str) -> None:
        self._key = base64.b64decode(encoding_aes_key + "=")
        self._app_id = app_id.encode()

    def seal(self, xml: bytes) -> str:
        padder = PKCS7(256).padder()
        content = os.urandom(16) + len(xml).to_bytes(4, "big") + xml + self._app_id
        encryptor = self._cipher().encryptor()
        padded = padder.update(content) + padder.finalize()
        return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()

    def unseal(self, text: str) -> bytes:
        """Raises ValueError for a wrong padding, length or AppID."""
        decryptor = self._cipher().decryptor()
        padded = decryptor.update(base64.b64decode(text, validate=True)) + decryptor.finalize()
        unpadder = PKCS7(256).unpadder()
        content = unpadder.update(padded) + unpadder.finalize()
        end = 20 + int.from_bytes(content[16:20], "big")
        if content[end:] != self._app_id:
            raise ValueError("reply sealed for another AppID")
        return content[20:end]

    def _cipher(self) -> "Cipher[modes.CBC]":
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))
