"""Measures what the models are worth."""
