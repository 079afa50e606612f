"""The honest clock, on dates counted by hand."""
