"""Figures: what those who run the bot are told about how it does, as numbers, in words and as pictures."""
