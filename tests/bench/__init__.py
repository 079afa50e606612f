"""Measures the whole way of a message against bare Rasa and a stock Rasa pipeline, in one run."""
