"""Volunteers (能人): who offers which help, and who was matched to what."""
