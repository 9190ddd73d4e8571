"""The Dockerfile and compose.yaml against the program that they run: no engine is needed to find what has parted."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fnmatch import fnmatch
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette

from bot.health import Health
from bot.metrics import Metrics
from bot.settings import SECRETS, Settings
from bot.store.database import Store

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
IGNORED = [
    line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] not in ("#", "")
]

KNOWN = {name.upper() for name in Settings.model_fields} | {f"{name.upper()}_FILE" for name in SECRETS}
OF_PYTHON = {"PATH", "PYTHONUNBUFFERED"}


def instructions(name: str) -> list[str]:
    """Return what follows an instruction of the Dockerfile, each time it stands there."""
    joined = re.sub(r"\\\n\s*", "", DOCKERFILE)
    return [line.removeprefix(f"{name} ") for line in joined.splitlines() if line.startswith(f"{name} ")]


def block(name: str, within: str = COMPOSE) -> str:
    """Return what is indented under a key of compose.yaml, at the key's first place."""
    found = re.search(rf"^( *){re.escape(name)}:.*\n((?:\1 +.*\n|\n)+)", within, re.MULTILINE)
    assert found is not None, f"no {name} in compose.yaml"
    return found[2]


def keys(text: str) -> list[str]:
    """Return the keys of the outermost level."""
    depth = min(len(line) - len(line.lstrip()) for line in text.splitlines() if line.strip())
    return re.findall(rf"^ {{{depth}}}([\w-]+):", text, re.MULTILINE)


# -- the image ------------------------------------------------------------------------------------------------


def test_everything_that_is_copied_into_the_image_is_there_and_not_ignored() -> None:
    sources = [source for line in instructions("COPY") if "--from" not in line for source in line.split()[:-1]]

    assert sources
    for source in sources:
        assert (ROOT / source).exists()
        assert f"!{source}" in IGNORED


def test_nothing_else_is_let_into_the_image() -> None:
    assert IGNORED[0] == "*"
    let_in = {line[1:] for line in IGNORED if line.startswith("!")}
    assert not [
        name for name in (".env", "secrets", "survey.db", ".git", "tests") if any(fnmatch(name, p) for p in let_in)
    ]
    assert "models/*/versions" in IGNORED[len(let_in) :]


def test_the_image_installs_pinned_versions_and_runs_as_nobody_special() -> None:
    [install] = [line for line in instructions("RUN") if "pip install" in line]

    assert "-c constraints.txt" in install
    assert instructions("USER") == ["bot"]
    assert DOCKERFILE.index("\nUSER ") < DOCKERFILE.index("\nENTRYPOINT ")


def test_every_variable_of_the_image_is_a_setting() -> None:
    named = {word.split("=")[0] for line in instructions("ENV") for word in shlex.split(line)}

    assert named - OF_PYTHON <= KNOWN


@asynccontextmanager
async def served(store: Store, model: str | None = "v1") -> AsyncIterator[int]:
    """Serve a bot's health on a free port."""
    app = Starlette(routes=Health(store, Metrics(), lambda: model).routes())
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off"))
    task = asyncio.create_task(server.serve())
    async with asyncio.timeout(30):
        while not server.started:  # noqa: ASYNC110  # the library has no event for that
            await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await task


def health_check(port: int) -> int:
    """Run the image's own command and return its exit code."""
    [given] = instructions("HEALTHCHECK")
    command = [sys.executable, *re.findall(r'"([^"]*)"', given.partition("CMD ")[2])[1:]]
    return subprocess.run(command, env={**os.environ, "PORT": str(port)}, capture_output=True, check=False).returncode


async def test_the_image_is_healthy_while_the_bot_is_and_only_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'answers.db'}")
    async with served(store) as port:
        assert await asyncio.to_thread(health_check, port) == 0
        monkeypatch.setattr("bot.health.PATIENCE_SECONDS", 0)
        assert await asyncio.to_thread(health_check, port) != 0
    store.close()
    assert await asyncio.to_thread(health_check, port) != 0


# -- the services ---------------------------------------------------------------------------------------------


def test_every_variable_of_the_workers_is_a_setting() -> None:
    named = set(keys(block("environment", block("x-bot"))))

    assert {"BOT_TOKEN_FILE", "DATABASE_URL_FILE", "WEBHOOK_URL"} <= named
    assert named <= KNOWN


def test_every_variable_that_the_operator_gives_is_a_setting_or_the_domain() -> None:
    given = set(re.findall(r"\$\{(\w+)", COMPOSE))

    assert given - {"BOT_DOMAIN"} <= KNOWN
    assert "BOT_DOMAIN=" in COMPOSE.partition("\nx-bot:")[0]


@pytest.mark.parametrize(
    ("service", "secrets"), [("x-bot", ["bot_token", "database_url", "data_key"]), ("database", ["database_password"])]
)
def test_every_secret_that_is_read_is_handed_over_and_declared(service: str, secrets: list[str]) -> None:
    part = block(service, COMPOSE if service == "x-bot" else block("services"))

    assert re.findall(r"/run/secrets/(\w+)", part) == secrets
    assert re.findall(r"secrets: \[(.*)\]", part) == [", ".join(secrets)]
    for secret in secrets:
        assert f"  {secret}:\n    file: ./secrets/{secret}\n" in COMPOSE


def test_two_workers_have_names_and_folders_of_models_of_their_own() -> None:
    services = block("services")
    workers = [block(name, services) for name in keys(services) if name.startswith("bot-")]

    assert len(workers) == 2
    for pattern in (r"hostname: (\S+)", r"\"(models-\d):/models\""):
        assert len({re.findall(pattern, worker)[0] for worker in workers}) == 2


def test_the_proxy_lets_telegrams_posts_through_to_every_worker_and_nothing_else() -> None:
    caddyfile, services = block("content"), block("services")
    [path] = re.findall(r"WEBHOOK_URL: https://\$\{BOT_DOMAIN[^}]*\}(/\S+)", COMPOSE)
    port = Settings.model_fields["port"].default

    assert caddyfile.lstrip().startswith("${BOT_DOMAIN} {")
    [let_through] = re.findall(r"handle (/\S+) \{", caddyfile)
    [upstreams] = re.findall(r"reverse_proxy ([^{]+) \{", caddyfile)
    assert let_through == path
    assert upstreams.split() == [f"{name}:{port}" for name in keys(services) if name.startswith("bot-")]
    assert re.search(r"handle \{\s+respond 404\s+\}", caddyfile)
    assert instructions("EXPOSE") == [str(port)]
    assert caddyfile.count("{") == caddyfile.count("}")


def test_only_the_proxy_is_reached_from_outside() -> None:
    services = block("services")

    assert [name for name in keys(services) if "ports:" in block(name, services)] == ["proxy"]


def test_every_volume_that_is_mounted_is_declared() -> None:
    mounted = {
        volume for line in re.findall(r"volumes: \[(.*)\]", COMPOSE) for volume in re.findall(r'"([\w-]+):', line)
    }

    assert mounted == set(keys(COMPOSE[COMPOSE.index("\nvolumes:\n") :].partition("volumes:\n")[2]))
