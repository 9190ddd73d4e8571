"""What those who run the bot asked for, and people of their own data, made when it is sent."""
