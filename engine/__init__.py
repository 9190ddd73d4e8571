"""The science: surveys, tables and models. Knows nothing of a chat."""
