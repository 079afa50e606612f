"""Knowledge entries (知识条目): what the community can tell a resident, with versions."""
