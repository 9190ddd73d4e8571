"""The science: surveys, tables and models. Knows nothing of a chat.

Start from `load`, `train` and `score`. Importing this package is cheap: what is heavy is imported by whoever needs it.
"""

from engine.api import load, score, train
from engine.errors import EngineError

__all__ = ["EngineError", "load", "score", "train"]
