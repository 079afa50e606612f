"""Figures for the community (指标), each traced to the records behind it."""
