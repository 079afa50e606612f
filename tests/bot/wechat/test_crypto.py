"""The safe-mode box, with wechatpy as an independent witness."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature

from bot.channels.wechat.crypto import CannotDecrypt, InvalidSecret, SafeBox, is_signed, sign

TOKEN, APP_ID = "my-token", "wx0123456789abcdef"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
BOX = SafeBox(KEY, APP_ID)
ORACLE = WeChatCrypto(TOKEN, KEY, APP_ID)


def test_our_signature_satisfies_wechatpy() -> None:
    check_signature(TOKEN, sign(TOKEN, "1700000000", "nonce"), "1700000000", "nonce")


@pytest.mark.parametrize("wrong", ["", "0" * 40, "签名", sign(TOKEN, "1", "b")[:-1]])
def test_a_wrong_signature_is_seen(wrong: str) -> None:
    assert not is_signed(wrong, TOKEN, "1", "b")


@pytest.mark.parametrize("text", ["", "你好", "x" * 31, "x" * 32, "]]>😀" * 500])
def test_wechatpy_reads_what_we_seal(text: str) -> None:
    xml = f"<xml><Content><![CDATA[{text}]]></Content></xml>" if "]]>" not in text else "<xml/>"
    sealed = BOX.encrypt(xml.encode())
    signature = sign(TOKEN, "1700000000", "n", sealed)
    outer = f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    assert ORACLE.decrypt_message(outer, signature, "1700000000", "n") == xml


@pytest.mark.parametrize("text", ["", "你好", "x" * 31, "x" * 32, "😀" * 500])
def test_we_read_what_wechatpy_seals(text: str) -> None:
    sealed = ORACLE.encrypt_message(text, "n", "1700000000")
    inside = sealed.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
    assert BOX.decrypt(inside).decode() == text


@given(st.binary(max_size=300))
def test_what_is_sealed_comes_back(xml: bytes) -> None:
    assert BOX.decrypt(BOX.encrypt(xml)) == xml


@given(st.one_of(st.text(max_size=200), st.binary(max_size=200).map(base64.b64encode)))
def test_whatever_else_comes_is_refused_by_one_error(junk: str | bytes) -> None:
    text = junk.decode() if isinstance(junk, bytes) else junk
    with pytest.raises(CannotDecrypt):
        BOX.decrypt(text)


@given(st.integers(0, 127), st.integers(1, 255))
def test_a_flipped_byte_is_never_a_crash(place: int, flip: int) -> None:
    sealed = bytearray(base64.b64decode(BOX.encrypt(b"<xml>hello</xml>" * 3)))
    sealed[place % len(sealed)] ^= flip
    try:
        BOX.decrypt(base64.b64encode(bytes(sealed)).decode())
    except CannotDecrypt:
        return


def sealed_as_is(plain: bytes) -> str:
    encryptor = BOX._cipher.encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def test_wrong_padding_and_wrong_lengths_are_refused() -> None:
    head, app_id = b"r" * 16, APP_ID.encode()
    padded_by_48 = head + bytes(4) + app_id + bytes([48]) * (64 - 20 - len(app_id))
    uneven_pad = head + bytes(4) + app_id + b"x" * (64 - 21 - len(app_id)) + bytes([26])
    with pytest.raises(CannotDecrypt, match="padding"):
        BOX.decrypt(sealed_as_is(padded_by_48))
    with pytest.raises(CannotDecrypt, match="padding"):
        BOX.decrypt(sealed_as_is(uneven_pad))
    too_long = head + (10**6).to_bytes(4, "big") + b"<xml/>" + bytes([6]) * 6
    with pytest.raises(CannotDecrypt, match="length"):
        BOX.decrypt(sealed_as_is(too_long))


def test_a_message_for_another_account_is_refused() -> None:
    with pytest.raises(CannotDecrypt, match="another AppID"):
        BOX.decrypt(SafeBox(KEY, "wx-other").encrypt(b"<xml/>"))


@pytest.mark.parametrize("key", ["", KEY[:-1], KEY + "=", KEY[:-1] + "!", KEY + "\n"])
def test_a_wrong_encoding_aes_key_is_named(key: str) -> None:
    with pytest.raises(InvalidSecret):
        SafeBox(key, APP_ID)
