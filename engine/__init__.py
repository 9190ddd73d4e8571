"""The science: surveys, tables and models. Knows nothing of a chat.

Start from `load`, `train`, `score` and `report`. Importing this package is cheap: what is heavy is imported by whoever
needs it.
"""

from engine.api import load, report, score, train
from engine.errors import EngineError

__all__ = ["EngineError", "load", "report", "score", "train"]
