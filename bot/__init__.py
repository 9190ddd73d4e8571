"""The chatbot service: everything that talks."""
