from __future__ import annotations

from sqlalchemy import text

from tests.postgres import Postgres, engine_for


def count_tables(url: str) -> int:
    engine = engine_for(url)
    with engine.connect() as connection:
        query = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        number: int = connection.execute(text(query)).scalar_one()
    engine.dispose()
    return number


def test_each_test_has_an_empty_database_of_its_own(postgres: Postgres) -> None:
    first, second = postgres.new_database(), postgres.new_database()
    engine = engine_for(first)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE answers (id integer)"))

    assert (count_tables(first), count_tables(second)) == (1, 0)

    postgres.drop(first)  # while somebody is connected
    postgres.drop(second)
    engine.dispose()


def test_a_server_that_crashed_comes_back_with_what_was_committed(postgres: Postgres) -> None:
    url = postgres.new_database()
    engine = engine_for(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE answers (id integer)"))
    engine.dispose()

    postgres.stop()
    postgres.start()

    assert count_tables(url) == 1
    postgres.drop(url)
