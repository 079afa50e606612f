"""The WeChat official account channel (微信公众号): messages in, passive and later replies out."""
