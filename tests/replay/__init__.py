"""Plays residents' messages through the WeChat simulator against the running service."""
