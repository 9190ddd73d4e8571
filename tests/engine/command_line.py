"""Runs ``python -m engine …`` as it is typed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def run_engine(
    *arguments: object, versions: Path | None = None, room: int | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with a registry of its own, and with no ``room`` for any file beyond so many bytes."""
    environment = {**os.environ, "PYTHONUTF8": "1"}
    if versions:
        environment["MODELS_DIR"] = str(versions)

    def limit() -> None:
        import resource

        assert room is not None
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    return subprocess.run(
        [sys.executable, "-m", "engine", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        preexec_fn=limit if room is not None else None,
        check=False,
    )
