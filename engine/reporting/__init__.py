"""The analysis report: what a table says, computed, drawn and put on one page."""
