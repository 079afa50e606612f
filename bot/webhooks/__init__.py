"""Outgoing webhooks: signed notices of appeals to other systems."""
