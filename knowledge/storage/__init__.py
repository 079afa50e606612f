"""The database base that every room's tables build on."""
