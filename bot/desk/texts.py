"""What the desk tells staff in whole sentences: why nothing may be sent now."""

UNSUBSCRIBED = "居民已取消关注公众号，微信不再允许发消息。请改用电话联系。"
WINDOW_PAST = "超过 48 小时没有收到居民的新消息，微信不允许再发。请改用电话联系，或等居民再次来信。"
WINDOW_USED_UP = "居民上次来信后可回复的条数已用完，等居民再发一条消息就能接着回复。"
PHOTO_TOO_BIG = "照片超过 8 MB，请换一张小一些的。"
