"""What the assistant does: appeals (诉求), hand-off requests (转人工), the rasa-sdk action server."""
