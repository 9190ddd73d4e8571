"""What every picture is drawn with: theme, fonts of any script, typesetting and a small palette canvas."""
