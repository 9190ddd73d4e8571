"""The desk: what those who run the bot ask of it in its chat."""
