"""WeChat's error codes as named errors (全局返回码): which to try again, which never.

Source: developers.weixin.qq.com, 公众号 → 全局返回码.
"""

from bot.conversations.contract import Undeliverable

_PERMANENT = {
    40003: "微信不认识这位居民的账号，消息无法送达。",
    43004: "居民没有关注公众号，消息无法送达。",
    45002: "消息太长，微信拒绝发送，请分成几条再发。",
    45015: "超过 48 小时没有收到居民的新消息，或居民已取消关注，微信不允许再发送。请改用电话联系。",
    43101: "居民不接收这类通知，无法主动告知。",
    45047: "居民上次来信后可回复的条数已用完，要等居民再次发来消息才能发送。请改用电话联系。",
    48001: "公众号没有客服消息权限（需要已认证的公众号），无法主动发送消息。",
}
TOKEN_INVALID = 40001
TOKEN_EXPIRED = 42001
_MEDIA_GONE = 40007


class WeChatError(RuntimeError):
    """A call to WeChat failed for now: network, rate limit, their side, or our settings."""

    def __init__(self, message: str, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class TokenRejected(WeChatError):
    """WeChat does not take the access token: 40001 (invalid) or 42001 (expired)."""


class MediaUnavailable(WeChatError):
    """A photo or sound cannot be had: expired (after 3 days), unknown or too large."""


def check(answer: dict[str, object]) -> None:
    """Raises the error that a JSON answer tells of.

    Raises `Undeliverable` (permanent), `TokenRejected`, `MediaUnavailable` or `WeChatError`.
    """
    code = answer.get("errcode", 0)
    if code == 0:
        return
    if not isinstance(code, int):
        raise WeChatError("an answer without a number as errcode")
    message = f"WeChat says {code}: {str(answer.get('errmsg', ''))[:200]}"
    if code in _PERMANENT:
        raise Undeliverable(_PERMANENT[code])
    if code in (TOKEN_INVALID, TOKEN_EXPIRED):
        raise TokenRejected(message, code)
    if code == _MEDIA_GONE:
        raise MediaUnavailable(message, code)
    raise WeChatError(message, code)
