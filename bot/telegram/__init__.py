"""The Telegram channel: the only place that knows the Bot API."""

import os

# the library's documented opt-in to time spans as timedelta; without it every 429 raises a deprecation warning
os.environ.setdefault("PTB_TIMEDELTA", "true")
