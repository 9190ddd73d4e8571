"""Charts of every kind that the painting tests share: in English and in Khmer, as they come and as long as they get."""

from __future__ import annotations

from math import sin

import numpy as np

from engine.reporting.charts import Bars, Chart, Cloud, Curve, Dots, Heatmap, Lines, Radar, Series, Swarm
from engine.reporting.parts import Picture

# A "|" stands for the zero width space that a translator puts between two words.
ENGLISH = (
    "Usage frequency",
    "Mobile operator",
    "Checks the balance before paying",
    "Trust in the security of the service",
    "Weekly spending",
    "Has used the customer support line during the last three months",
    "Pays bills",
    "Sends money to family in another province",
    "Age",
    "Saves",
)
KHMER = tuple(
    name.replace("|", "\u200b")
    for name in (
        "ភាព|ញឹកញាប់|នៃ|ការ|ប្រើប្រាស់",
        "ប្រតិបត្តិករ|ទូរស័ព្ទ",
        "ពិនិត្យ|មើល|សមតុល្យ|មុន|ពេល|បង់|ប្រាក់",
        "ទំនុក|ចិត្ត|លើ|សុវត្ថិភាព|នៃ|សេវាកម្ម",
        "ការ|ចំណាយ|ប្រចាំ|សប្តាហ៍",
        "ធ្លាប់|ប្រើ|ខ្សែ|ទូរស័ព្ទ|ជំនួយ|អតិថិជន|ក្នុង|រយៈពេល|បី|ខែ|ចុង|ក្រោយ",
        "បង់|វិក្កយបត្រ",
        "ផ្ញើ|ប្រាក់|ទៅ|គ្រួសារ|នៅ|ខេត្ត|ផ្សេង",
        "អាយុ",
        "សន្សំ",
    )
)
LONG_ENGLISH = "An answer whose name somebody has written out as a whole sentence, with $5 and 10%_of^all in it, " * 2
LONG_KHMER = "".join(KHMER)
UNBROKEN = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle" * 2


def named(names: tuple[str, ...]) -> dict[str, Chart]:
    """One chart of every kind and shape, whose every word is one of these names."""
    some = tuple(names[place % len(names)] for place in range(10))
    values = tuple(0.9 - 0.08 * place for place in range(10))
    intervals = tuple((max(value - 0.06, 0.0), min(value + 0.07, 1.0)) for value in values)
    signed = tuple(0.5 - 0.11 * place for place in range(10))
    x = tuple(place / 40 for place in range(41))
    rng = np.random.default_rng(0)
    points = np.vstack([rng.normal(centre, 0.6, (60, 3)) for centre in ((0, 0, 0), (2, 1, 0), (0, 3, 2), (3, 3, 1))])
    groups = tuple(np.repeat(range(4), 60).tolist())
    matrix = tuple(
        tuple(sin(row * 1.3 + column) if column < row else None for column in range(10)) for row in range(10)
    )
    swarm = tuple(tuple(rng.normal(0, 1 / (place + 1), 104).tolist()) for place in range(8))
    shades: tuple[tuple[float | None, ...], ...] = tuple(
        tuple(None if place == 3 else float(np.round(rng.random() * 4) / 4) for _ in range(104)) for place in range(8)
    )
    return {
        "bars": Bars(some, (Series("", values, intervals),), some[3], "share", small=frozenset({8, 9})),
        "bars_signed": Bars(some, (Series("", signed),), some[3]),
        "bars_grouped": Bars(
            some[:5], tuple(Series(some[turn], values[turn : turn + 5]) for turn in range(5)), some[3], "share"
        ),
        "bars_stacked": Bars(
            some[:6],
            tuple(Series(some[turn], (0.25, 0.1, 0.4, 0.25, 0.02, 0.25)) for turn in range(4)),
            some[3],
            "share",
            stacked=True,
            ordered=True,
            small=frozenset({5}),
        ),
        "dots": Dots(
            some,
            (Series("", signed, tuple((value - 0.2, value + 0.15) for value in signed)),),
            some[3],
            reference=0.0,
            reference_label=some[5],
        ),
        "dots_grouped": Dots(
            some[:5],
            tuple(Series(some[turn], values[turn : turn + 5], intervals[turn : turn + 5]) for turn in range(3)),
            some[3],
            "share",
            reference=0.4,
            reference_label=some[4],
        ),
        "lines": Lines(
            (Curve(tuple(range(2, 11)), tuple(0.4 - 0.02 * k + 0.1 * (k == 4) for k in range(2, 11)), marked=True),),
            some[0],
            some[3],
            "count",
            chosen=4.0,
            chosen_label=some[2],
        ),
        "lines_ordered": Lines(
            tuple(
                Curve(x, tuple(value ** (0.3 + 0.2 * turn) for value in x), some[turn], steps=turn % 2 == 0)
                for turn in range(4)
            ),
            some[0],
            some[3],
            diagonal=some[6],
            square=True,
            ordered=True,
        ),
        "lines_band": Lines(
            tuple(
                Curve(
                    x,
                    tuple(0.2 + value * (0.5 + 0.1 * turn) for value in x),
                    some[turn],
                    band=tuple((value * 0.5, 0.3 + value * (0.7 + 0.1 * turn)) for value in x),
                )
                for turn in range(2)
            ),
            some[0],
            some[3],
            "share",
            "share",
        ),
        "lines_marked": Lines(
            tuple(
                Curve(
                    x[::5],
                    tuple(0.1 * turn + 0.3 * value for value in x[::5]),
                    some[turn],
                    tuple((0.1 * turn + 0.3 * value - 0.05, 0.1 * turn + 0.3 * value + 0.05) for value in x[::5]),
                    marked=True,
                )
                for turn in range(6)
            ),
            some[0],
            some[3],
        ),
        "heatmap_matrix": Heatmap(some, some, matrix, -1.0, 1.0, some[5], framed=frozenset({(4, 2), (9, 0)})),
        "heatmap_written": Heatmap(
            some[:4],
            some[:4],
            tuple(tuple(0.25 * row + 0.08 * column for column in range(4)) for row in range(4)),
            0.0,
            1.0,
            some[4],
            tuple(tuple(f"{25 * row + 8 * column}% ({row})" for column in range(4)) for row in range(4)),
        ),
        "heatmap_wide": Heatmap(
            some,
            tuple(f"{name} {place}" for place, name in enumerate((*some, *some[:4]))),
            tuple(tuple(sin(row + column) for column in range(14)) for row in range(10)),
            -1.0,
            1.0,
            some[4],
            tuple(tuple(f"{sin(row + column):.1f}" for column in range(14)) for row in range(10)),
        ),
        "cloud": Cloud(tuple(map(tuple, points[:, :2].tolist())), groups, some[:4], some[:2]),
        "cloud_solid": Cloud(tuple(map(tuple, points.tolist())), groups, some[:4], some[:3]),
        "radar": Radar(
            some[:8],
            tuple(
                Series(some[turn], tuple(values[(place * (turn + 1)) % 10] for place in range(8))) for turn in range(3)
            ),
            0.0,
            1.0,
            some[5],
        ),
        "swarm": Swarm(some[:8], swarm, shades, some[3], some[8], some[9]),
    }


def crowded() -> dict[str, Chart]:
    """More categories, series, groups and points than a picture holds with ease."""
    names = tuple(f"{ENGLISH[place % 10]} {place + 1}" for place in range(60))
    rng = np.random.default_rng(1)
    shares = tuple(rng.random(60).tolist())
    square = tuple(tuple(sin(row * column) if column < row else None for column in range(40)) for row in range(40))
    points = tuple(map(tuple, rng.normal(0, 1, (5000, 2)).tolist()))
    solid = tuple(map(tuple, rng.normal(0, 1, (5000, 3)).tolist()))
    groups = tuple(rng.integers(0, 8, 5000).tolist())
    x = tuple(place / 500 for place in range(501))
    return {
        "bars_60": Bars(names, (Series("", shares),), "Share", "share"),
        "bars_25_series": Bars(
            names[:4], tuple(Series(name, shares[place : place + 4]) for place, name in enumerate(names[:25])), "Share"
        ),
        "stacked_25_series": Bars(
            names[:4],
            tuple(Series(name, (0.04,) * 4) for name in names[:25]),
            "Share",
            "share",
            stacked=True,
        ),
        "dots_60": Dots(names, (Series("", shares, tuple((v - 0.1, v + 0.1) for v in shares)),), "Effect"),
        "lines_25": Lines(
            tuple(Curve(x, tuple(v ** (0.1 * (k + 1)) for v in x), names[k]) for k in range(25)), "x", "y", square=True
        ),
        "heatmap_40": Heatmap(names[:40], names[:40], square, -1.0, 1.0, "Correlation"),
        "heatmap_40_4": Heatmap(
            names[:40],
            names[:4],
            tuple(shares[place : place + 4] for place in range(40)),
            0.0,
            1.0,
            "Share",
            tuple(tuple(f"{share:.0%}" for share in shares[place : place + 4]) for place in range(40)),
        ),
        "cloud_5000": Cloud(points, groups, names[:8], names[:2]),
        "cloud_solid_5000": Cloud(solid, groups, names[:8], names[:3]),
        "radar_20": Radar(
            names[:20],
            tuple(Series(names[k], tuple(rng.random(20).tolist())) for k in range(6)),
            0.0,
            1.0,
            "Share",
        ),
        "swarm_20_500": Swarm(
            names[:20],
            tuple(tuple(rng.normal(0, 1, 500).tolist()) for _ in range(20)),
            tuple(tuple(rng.random(500).tolist()) for _ in range(20)),
            "Impact",
            "low",
            "high",
        ),
    }


def bare() -> dict[str, Chart]:
    """As little as a chart can hold."""
    return {
        "bars_one": Bars(("Yes",), (Series("", (0.4,)),), "Share", "share"),
        "bars_none": Bars(("Yes", "No"), (Series("", (None, None)),), "Share", "share"),
        "bars_empty": Bars((), (), "Share", "share"),
        "bars_nothing": Bars(("Yes", "No"), (Series("", (0.0, 0.0)),), "People", "count"),
        "stacked_none": Bars(("Yes",), (Series("a", (None,)), Series("b", (None,))), "Share", "share", stacked=True),
        "stacked_empty": Bars((), (Series("a", ()),), "Share", "share", stacked=True),
        "dots_one": Dots(("Yes",), (Series("", (0.4,), (None,)),), "Effect"),
        "dots_none": Dots(("Yes",), (Series("", (None,), (None,)),), "Effect", reference=0.0, reference_label="None"),
        "dots_empty": Dots((), (), "Effect"),
        "lines_one": Lines((Curve((1.0,), (0.5,), marked=True),), "k", "y", chosen=1.0, chosen_label="chosen"),
        "lines_flat": Lines((Curve((1.0, 2.0), (0.5, 0.5)),), "k", "y"),
        "lines_empty": Lines((), "k", "y"),
        "heatmap_one": Heatmap(("a",), ("b",), ((0.0,),), 0.0, 0.0, "r"),
        "heatmap_none": Heatmap(("a", "b"), ("c", "d"), ((None, None), (None, None)), -1.0, 1.0, "r"),
        "heatmap_empty": Heatmap((), (), (), 0.0, 1.0, "r"),
        "cloud_one": Cloud(((0.0, 0.0),), (0,), ("a",), ("x", "y")),
        "cloud_empty": Cloud((), (), (), ("x", "y")),
        "cloud_solid_one": Cloud(((0.0, 0.0, 0.0),), (0,), ("a",), ("x", "y", "z")),
        "cloud_solid_empty": Cloud((), (), ("a",), ("x", "y", "z")),
        "radar_one": Radar(("a",), (Series("", (0.5,)),), 0.0, 1.0, "Share"),
        "radar_none": Radar(("a", "b", "c"), (Series("s", (None, None, None)),), 0.0, 0.0, "Share"),
        "radar_empty": Radar((), (), 0.0, 1.0, "Share"),
        "swarm_one": Swarm(("a",), ((0.2,),), ((None,),), "Impact", "low", "high"),
        "swarm_none": Swarm(("a", "b"), ((), ()), ((), ()), "Impact", "low", "high"),
        "swarm_empty": Swarm((), (), (), "Impact", "low", "high"),
    }


def picture(chart: Chart, title: str = "What it shows, in a phrase") -> Picture:
    """A picture of a chart."""
    return Picture("picture", title, "What is to be seen.", chart)
