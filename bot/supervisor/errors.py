"""What stops a start: each carries the sentence that the operator reads on the console."""


class CannotStart(Exception):
    """The product cannot start as it is set up; the message is in plain Chinese."""
