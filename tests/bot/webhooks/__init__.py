"""Outgoing webhooks and robots."""
