"""How the assistant talks: channels, conversations, the staff desk, the admin office."""
