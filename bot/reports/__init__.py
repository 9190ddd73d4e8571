"""What those who run the bot asked for, made when it is sent."""
