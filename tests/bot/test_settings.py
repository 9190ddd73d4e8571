from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.settings import REPOSITORY, SECRETS, Settings, SettingsError, read_settings

EXAMPLE = REPOSITORY / ".env.example"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_without_any_setting_the_home_survey_and_a_file_are_used() -> None:
    settings = read_settings()

    assert settings.bot_token is None
    assert settings.survey_dir == REPOSITORY / "models" / "mobile_money"
    assert settings.versions == REPOSITORY / "models" / "mobile_money" / "versions"
    assert settings.database_url.get_secret_value().startswith("sqlite:///")
    assert (settings.nudge_after_hours, settings.retention_days) == (None, None)


def test_the_environment_outranks_the_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("LOG_LEVEL=ERROR\nMESSAGES_PER_SECOND=5\n", encoding="utf-8")
    monkeypatch.setenv("LOG_LEVEL", "WARNING")

    settings = read_settings()

    assert (settings.log_level, settings.messages_per_second) == ("WARNING", 5)


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "")

    assert read_settings().bot_token is None


def test_a_secret_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "token"
    secret.write_text("123:abc\n", encoding="utf-8")
    monkeypatch.setenv("BOT_TOKEN_FILE", str(secret))

    token = read_settings().bot_token

    assert token is not None
    assert token.get_secret_value() == "123:abc"


def test_a_secret_in_the_environment_outranks_a_file_named_in_the_env_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text("sqlite:///of_the_file.db", encoding="utf-8")
    (tmp_path / ".env").write_text(f"DATABASE_URL_FILE={tmp_path / 'secret'}\n", encoding="utf-8")
    monkeypatch.setenv("DATABASE_URL", "sqlite:///of_the_environment.db")

    assert read_settings().database_url.get_secret_value() == "sqlite:///of_the_environment.db"


def test_a_survey_in_the_current_folder_outranks_the_repositorys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "models" / "coffee").mkdir(parents=True)
    monkeypatch.setenv("SURVEY_DIR", "models/coffee")

    assert read_settings().survey_dir == tmp_path / "models" / "coffee"


def test_settings_show_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "123:geheim")
    monkeypatch.setenv("DATABASE_URL", "postgresql://bot:geheim@db/bot")

    assert "geheim" not in f"{read_settings()!r} {read_settings()}"


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        read_settings().log_json = True


@pytest.mark.parametrize(
    ("variable", "value", "right"),
    [
        ("LOG_LEVEL", "loud", "must be 'DEBUG', 'INFO', 'WARNING' or 'ERROR', not 'loud'"),
        ("LOG_JSON", "perhaps", "must be true or false, not 'perhaps'"),
        ("MESSAGES_PER_SECOND", "many", "must be a number, not 'many'"),
        ("MESSAGES_PER_SECOND", "-1", "must be 0 or more, not '-1'"),
        ("MESSAGES_PER_SECOND", "inf", "must be a number, not 'inf'"),
        ("NUDGE_AFTER_HOURS", "daily", "must be a number, not 'daily'"),
        ("NUDGE_AFTER_HOURS", "0", "must be 1 or more, not '0'"),
        ("NUDGE_AFTER_HOURS", "nan", "must be a number, not 'nan'"),
        ("NUDGE_AFTER_HOURS", "721", "must be 720 or less, not '721'"),
        ("RETENTION_DAYS", "a year", "must be a whole number, not 'a year'"),
        ("RETENTION_DAYS", "0", "must be 1 or more, not '0'"),
        ("TELEGRAM_API_URL", "api.telegram.org", 'must begin with "http://" or "https://", not \'api.telegram.org\''),
        ("BOT_TOKEN", "two words", "must be the one word that @BotFather gave you, such as 123456:ABC-DEF"),
    ],
)
def test_a_bad_setting_names_the_variable_and_what_would_be_right(
    variable: str, value: str, right: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(SettingsError, match=f"^{re.escape(f'{variable}: {right}')}$"):
        read_settings()


def test_every_bad_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "loud")
    monkeypatch.setenv("LOG_JSON", "perhaps")

    with pytest.raises(SettingsError, match=r"LOG_LEVEL: .*\nLOG_JSON: "):
        read_settings()


def test_a_secrets_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN_FILE", "nowhere/token")

    with pytest.raises(SettingsError, match="BOT_TOKEN_FILE: nowhere/token cannot be read"):
        read_settings()


def test_the_example_lists_every_setting_and_no_other() -> None:
    listed = set(re.findall(r"^#? ?([A-Z_]+)=", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE))

    known = {name.upper() for name in Settings.model_fields} | {f"{name.upper()}_FILE" for name in SECRETS}
    assert listed == known


def test_the_example_is_understood_as_it_stands(tmp_path: Path) -> None:
    uncommented = re.sub(r"^# ?(?=[A-Z_]+=)", "", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    values = "\n".join(line for line in uncommented.splitlines() if "_FILE=" not in line)
    (tmp_path / ".env").write_text(values, encoding="utf-8")

    assert read_settings().telegram_api_url == "https://api.telegram.org"
