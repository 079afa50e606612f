"""Settings of the gateway process."""

from pydantic import Field

from knowledge.settings import Settings


class GatewaySettings(Settings):
    """What the gateway needs beyond the shared settings; read once at its start."""

    host: str = Field("127.0.0.1", description="address the gateway listens on")
    port: int = Field(8000, description="its port; the next free one if taken and not set")
    public_url: str = Field("", description="address that residents see, for links and QR codes")
    secret_key: str = Field("", description="signs cookies; empty: made once, kept in data_dir")
    secure_cookies: bool = Field(False, description="true behind HTTPS")

    rasa_url: str = "http://127.0.0.1:5005"
    rasa_token: str = ""
    rasa_timeout: float = Field(10.0, description="seconds for one turn")
    actions_url: str = "http://127.0.0.1:5055"

    wechat_token: str = ""
    wechat_app_id: str = ""
    wechat_app_secret: str = ""
    wechat_aes_key: str = ""
    wechat_api_base: str = "https://api.weixin.qq.com"
    wechat_template_id: str = Field("", description="template message outside the 48 hours")
    wechat_template_fields: str = Field(
        "character_string1:number thing2:matter phrase3:status time4:at",
        description="its fields and what each shows: number, matter, status, party, at, due",
    )
    wechat_open_base: str = Field(
        "https://open.weixin.qq.com", description="where WeChat tells who opens a page"
    )
    wechat_passive_deadline: float = Field(4.5, description="seconds until `success` is answered")

    webhook_allow_private: bool = Field(
        False, description="let webhooks and robots go to private addresses, for a net of one's own"
    )
    open311_keys: str = Field("", description="who may create: name:key,name:key; empty: nobody")
    open311_jurisdiction: str = Field("", description="our jurisdiction_id of GeoReport v2")

    session_idle_minutes: int = Field(30, description="a matter left this long starts afresh")
    misses_before_handoff: int = 2
