"""The sentence encoder (句向量): ours in student/, any other by name or folder."""
