"""What an official account's operator must tell us to connect it (公众号接入配置)."""

from dataclasses import dataclass

API_BASE = "https://api.weixin.qq.com"


@dataclass(frozen=True, slots=True)
class WeChatConfig:
    """Values from 设置与开发 → 开发接口管理 of the account; an empty token switches the channel off.

    With an `aes_key` only encrypted messages are taken (safe or compatible mode): the signature of
    a plain message does not cover its body. `original_id` (gh_…), where given, must be the one a
    message is addressed to. `passive_deadline` is in seconds from a message's arrival; WeChat hangs
    up at five.
    """

    token: str = ""
    app_id: str = ""
    app_secret: str = ""
    aes_key: str = ""
    passive_deadline: float = 4.5
    api_base: str = API_BASE
    original_id: str = ""
    # Template messages (模板消息) for notices outside the window; none without an id.
    template_id: str = ""
    template_fields: str = ""
