"""Search over published entries: what a resident asks, answered, offered as choices, or unknown."""
