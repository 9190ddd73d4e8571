"""Every setting, read once at start from the environment or .env; .env.example lists them all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.errors import UserError

REPOSITORY = Path(__file__).resolve().parent.parent
HOME_SURVEY = Path("models/mobile_money")
DATA_KEY_LENGTH = 16
"""Characters of DATA_KEY, at least."""


class SettingsError(UserError):
    """A setting that cannot be used; the message names the variable and what would be right."""


def _http_url(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ValueError('must begin with "http://" or "https://"')
    return url.rstrip("/")


def _webhook_url(url: str) -> str:
    parts = urlsplit(_http_url(url))
    if not parts.hostname or parts.path in ("", "/"):
        raise ValueError("must be the full public address with a path, such as https://bot.example.org/telegram")
    return parts.geturl()


def _secret_token(secret: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret.get_secret_value()):
        raise ValueError("must be 1 to 256 of the characters A-Z, a-z, 0-9, _ and -")
    return secret


def _ids(given: object) -> object:
    """Take "123, 456" apart; Telegram's ids are numbers, and a name would never be matched."""
    if not isinstance(given, str):
        return given
    ids = [each for each in re.split(r"[\s,;]+", given) if each]
    if not all(re.fullmatch(r"[1-9][0-9]{0,15}", each) for each in ids):
        raise ValueError("must be Telegram user ids, numbers separated by commas such as 12345678,23456789")
    return tuple(int(each) for each in ids)


def _username(name: str) -> str:
    name = name.strip().removeprefix("https://t.me/").removeprefix("@")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{3,31}", name):
        raise ValueError("must be the bot's @username, such as my_survey_bot")
    return name


def _data_key(key: SecretStr) -> SecretStr:
    if len(key.get_secret_value()) < DATA_KEY_LENGTH:
        raise ValueError(
            f"must be a secret of {DATA_KEY_LENGTH} characters or more, such as what "
            "`python -c 'import secrets; print(secrets.token_urlsafe(32))'` prints"
        )
    return key


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("must be a time zone's name, such as Asia/Phnom_Penh or UTC") from None
    return name


def _token(token: SecretStr) -> SecretStr:
    words = token.get_secret_value().split()
    if len(words) != 1 or "/" in words[0]:
        raise ValueError("must be the one word that @BotFather gave you, such as 123456:ABC-DEF")
    return SecretStr(words[0])


def _folder(path: Path) -> Path:
    """Resolve against the current folder first, then against the repository."""
    return path.resolve() if path.exists() or path.is_absolute() else REPOSITORY / path


class Settings(BaseSettings):
    """The bot's settings; the name of each in capitals is its variable."""

    model_config = SettingsConfigDict(frozen=True, env_file=".env", env_ignore_empty=True, extra="ignore")

    bot_token: Annotated[SecretStr, AfterValidator(_token)] | None = None
    bot_username: Annotated[str, AfterValidator(_username)] | None = None
    telegram_api_url: Annotated[str, AfterValidator(_http_url)] = "https://api.telegram.org"
    database_url: SecretStr = SecretStr("sqlite:///survey.db")
    survey_dir: Annotated[Path, AfterValidator(_folder), Field(validate_default=True)] = HOME_SURVEY
    models_dir: Path | None = None
    webhook_url: Annotated[str, AfterValidator(_webhook_url)] | None = None
    webhook_secret: Annotated[SecretStr, AfterValidator(_secret_token)] | None = None
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8081
    admin_ids: Annotated[tuple[int, ...], NoDecode, BeforeValidator(_ids)] = ()
    data_key: Annotated[SecretStr, AfterValidator(_data_key)] | None = None
    timezone: Annotated[str, AfterValidator(_time_zone)] | None = None
    collect_only: bool = False
    backup_dir: Path | None = None
    nudge_after_hours: Annotated[float, Field(ge=1, le=720, allow_inf_nan=False)] | None = None
    retention_days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    messages_per_second: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 30
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_json: bool = False

    @property
    def versions(self) -> Path:
        """The folder of the trained versions: MODELS_DIR, or beside the survey."""
        return self.survey_dir / "versions" if self.models_dir is None else self.models_dir.resolve()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments before the environment before .env; in each of the two a secret before its ``*_FILE``."""
        assert isinstance(env_settings, EnvSettingsSource)
        assert isinstance(dotenv_settings, DotEnvSettingsSource)
        return (
            init_settings,
            env_settings,
            _SecretFiles(settings_cls, env_settings.env_vars),
            dotenv_settings,
            _SecretFiles(settings_cls, dotenv_settings.env_vars),
        )


SECRETS = ("bot_token", "data_key", "database_url", "webhook_secret")


class _SecretFiles(PydanticBaseSettingsSource):
    """Reads a secret from the file that its ``*_FILE`` variable names: platforms hand them over so."""

    def __init__(self, settings_cls: type[BaseSettings], variables: Mapping[str, str | None]) -> None:
        super().__init__(settings_cls)
        self._variables = variables

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the file's content, the field's name, and that it is no JSON."""
        path = self._variables.get(f"{field_name}_file") if field_name in SECRETS else None
        if not path:
            return None, field_name, False
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"{field_name.upper()}_FILE: {path} cannot be read as text ({error}); "
                f"name a file that holds nothing but the value of {field_name.upper()}"
            ) from None

    def __call__(self) -> dict[str, Any]:
        """Return what the files say."""
        fields = self.settings_cls.model_fields
        read = {name: self.get_field_value(field, name)[0] for name, field in fields.items()}
        return {name: value for name, value in read.items() if value}


def read_settings() -> Settings:
    """Read the environment and .env; raises `SettingsError` with a line for every fault."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(_line(fault) for fault in error.errors())) from None
    except UnicodeDecodeError:
        raise SettingsError(".env: not UTF-8 text; save it as UTF-8") from None


_RIGHT = {
    "bool_parsing": "must be true or false",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "greater_than_equal": "must be {ge:g} or more",
    "less_than_equal": "must be {le:g} or less",
    "int_parsing": "must be a whole number",
}


def _line(fault: Mapping[str, Any]) -> str:
    right = _RIGHT.get(fault["type"])
    message = right.format(**fault.get("ctx", {})) if right else fault["msg"].removeprefix("Value error, ")
    name = str(fault["loc"][0]).upper()
    given = "" if name.lower() in SECRETS else f", not {fault['input']!r}"
    return f"{name}: {message.replace('Input should', 'must')}{given}"
