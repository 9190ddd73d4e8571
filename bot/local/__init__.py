"""A Bot API server on loopback and a chat page: try a bot in a browser without a token.

It knows the Bot API and nothing of our bot, and is the real HTTP counterpart in tests. `bot.local.server.LocalServer`
runs it; `bot.local.person.Person` is somebody in the chat.
"""
