"""How a report writes its numbers."""

from __future__ import annotations

import math

import pytest

from engine.reporting.numbers import count, interval, number, p_value, plain, share, signed, written
from engine.reporting.parts import Cell, Column


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (count(1204), "1,204"),
        (number(-0.3), "−0.30"),
        (number(-0.004), "0.00"),
        (number(1234.5678, 3), "1,234.568"),
        (signed(0.3), "+0.30"),
        (signed(-0.3), "−0.30"),
        (signed(0.004), "0.00"),
        (signed(-0.004), "0.00"),
        (share(0.123), "12%"),
        (share(-0.123, 1), "−12.3%"),
        (share(-0.004), "0%"),
        (share(-0.0004, 1), "0.0%"),
        (share(-0.1), "−10%"),
        (plain(35.0), "35"),
        (plain(100.0), "100"),
        (plain(2.5), "2.5"),
        (plain(-1.255), "−1.25"),
        (plain(0.0), "0"),
        (plain(1_250_000.0), "1,250,000"),
        (p_value(0.0004), "< 0.001"),
        (p_value(0.034), "0.034"),
        (p_value(1.0), "1.000"),
        (interval(-0.3, 0.2), "−0.30 – 0.20"),
        (interval(0.41, 0.62, "share"), "41% – 62%"),
        (interval(10, 1200, "count"), "10 – 1,200"),
    ],
)
def test_numbers(said: str, expected: str) -> None:
    assert said == expected


@pytest.mark.parametrize(
    ("value", "column", "expected"),
    [
        (None, Column("", "share"), "–"),
        (math.nan, Column("", "number"), "–"),
        ("fewer than 5", Column("", "count"), "fewer than 5"),
        (3, Column(""), "3"),
        (1204, Column("", "count"), "1,204"),
        (0.1234, Column("", "share"), "12%"),
        (0.1234, Column("", "share", 3), "12.3%"),
        (0.1234, Column("", "number"), "0.12"),
        (0.1234, Column("", "signed", 3), "+0.123"),
        (0.1234, Column("", "p"), "0.123"),
    ],
)
def test_values_of_a_table(value: Cell, column: Column, expected: str) -> None:
    assert written(value, column) == expected
