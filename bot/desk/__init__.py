"""What those who run the bot can do in its chat: campaigns, figures, tables, models, and who may do so."""
