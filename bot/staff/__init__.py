"""Staff accounts: who may sign in, as what, and the proof of it."""
