"""Conversations: the inbox, the owner of each conversation, the outbox."""
