"""Group robots (群机器人) of WeCom, DingTalk and Feishu: what each wants to be sent, and answers.

Sources: the vendors' public documents of custom group robots (企业微信 群机器人配置说明, 钉钉
自定义机器人安全设置, 飞书 自定义机器人使用指南).
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, ValidationError

# WeCom takes 4096 bytes of Markdown; a little is left for its own marks.
_MOST_BYTES = 3800


class RobotKind(StrEnum):
    """Whose robot it is: 企业微信, 钉钉, 飞书."""

    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"


ROBOT_WORDS = {RobotKind.WECOM: "企业微信", RobotKind.DINGTALK: "钉钉", RobotKind.FEISHU: "飞书"}


class Robot(BaseModel):
    """A robot as it stands in a party's `details.robot`; WeCom knows no secret."""

    model_config = ConfigDict(str_strip_whitespace=True, frozen=True)

    kind: RobotKind
    url: str = Field(min_length=1, max_length=500)
    secret: str = Field("", max_length=200)


@dataclass(frozen=True, slots=True)
class Posting:
    """A request that is ready to be posted."""

    url: str
    body: bytes


def robot_of(details: Mapping[str, Any]) -> Robot | None:
    """The robot of a party; None where it has none, or none that could be used."""
    try:
        return Robot.model_validate(details["robot"])
    except (KeyError, ValidationError):
        return None


def posting(robot: Robot, text: str, at: float) -> Posting:
    """What to post so that the robot says a text; `at` is the Unix time that is signed."""
    text = _shortened(text)
    match robot.kind:
        case RobotKind.WECOM:
            return Posting(robot.url, _json({"msgtype": "markdown", "markdown": {"content": text}}))
        case RobotKind.DINGTALK:
            body = _json({"msgtype": "text", "text": {"content": text}})
            return Posting(robot.url + _dingtalk_sign(robot, round(at * 1000)), body)
        case RobotKind.FEISHU:
            message: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
            if robot.secret:
                second = str(int(at))
                # Feishu signs nothing with time and secret as the key.
                key = f"{second}\n{robot.secret}".encode()
                message = {"timestamp": second, "sign": _base64(key, b""), **message}
            return Posting(robot.url, _json(message))


def refusal(body: bytes) -> str:
    """Why a robot that answered 200 did not say it all the same; empty where it did."""
    try:
        answer = json.loads(body)
    except ValueError:
        return "机器人的回答看不懂"
    if not isinstance(answer, dict):
        return "机器人的回答看不懂"
    code = answer.get("errcode", answer.get("code", answer.get("StatusCode")))
    if code == 0:
        return ""
    words = answer.get("errmsg") or answer.get("msg") or ""
    return f"机器人没有接受（{code}）：{words}"[:300]


def _dingtalk_sign(robot: Robot, millisecond: int) -> str:
    if not robot.secret:
        return ""
    sign = _base64(robot.secret.encode(), f"{millisecond}\n{robot.secret}".encode())
    joint = "&" if "?" in robot.url else "?"
    return f"{joint}timestamp={millisecond}&sign={quote(sign, safe='')}"


def _base64(key: bytes, message: bytes) -> str:
    return base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode("ascii")


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _shortened(text: str) -> str:
    encoded = text.encode()
    return text if len(encoded) <= _MOST_BYTES else encoded[:_MOST_BYTES].decode(errors="ignore")
