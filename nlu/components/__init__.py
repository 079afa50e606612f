"""Rasa components of ours: a light intent classifier, a fact extractor, a danger detector."""
