"""A stand-in for WeChat's side, written from its public protocol; imports nothing of ours."""

from tests.simulators.wechat.inbox import Received
from tests.simulators.wechat.platform import ProtocolViolation, Refused, WeChatPlatform

__all__ = ["ProtocolViolation", "Received", "Refused", "WeChatPlatform"]
