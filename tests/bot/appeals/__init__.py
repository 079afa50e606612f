"""The gateway's own tasks for appeals."""
