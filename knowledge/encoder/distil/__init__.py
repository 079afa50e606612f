"""Trains our own small encoder (蒸馏) from the teacher that knowledge.encoder.build makes."""
