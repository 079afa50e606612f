"""What the assistant knows: knowledge entries (知识条目), search over them, places, the database base."""
