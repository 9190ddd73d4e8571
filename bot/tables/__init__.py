"""Answers out and in: exports, imports, and the table that a training learns from."""
