"""The pure core of the conversation: survey + session + event + now -> new session + effects."""
