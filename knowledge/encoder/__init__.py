"""The sentence encoder (句向量): built from a wheel at set-up, loaded by name or folder."""
