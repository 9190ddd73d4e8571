"""The way from any earlier database to today's tables, one numbered step a file."""
