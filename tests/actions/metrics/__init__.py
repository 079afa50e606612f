"""Figures, on histories made by hand."""
