"""People, surveys and charts that the picture tests share: in English, in Khmer, and as long as they come."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.assessment import Assessment, Impact, Membership
from engine.charts import Bar, ImpactChart, Scale, impact_chart
from engine.survey import Survey, load, parse

ROOT = Path(__file__).parents[2]
HOME = load(ROOT / "models" / "mobile_money")
# A "|" stands for the zero width space that a translator puts between two words.
KHMER = parse(
    """
    id = "khmer"
    languages = ["km"]
    title = { km = "សេវា|លុយ|តាម|ទូរស័ព្ទ" }

    [[question]]
    id = "Often"
    kind = "single"
    scale = "ordinal"
    name = { km = "ភាព|ញឹកញាប់|នៃ|ការ|ប្រើប្រាស់" }
    text = { km = "តើ|អ្នក|ប្រើ|សេវា|នេះ|ញឹកញាប់|ប៉ុណ្ណា?" }
    choices = [
        { value = "Weekly", code = 1, text = { km = "ម្ដង|ក្នុង|មួយ|សប្តាហ៍" } },
        { value = "Daily", code = 2, text = { km = "រាល់|ថ្ងៃ" } },
    ]

    [[question]]
    id = "Trust"
    kind = "single"
    scale = "ordinal"
    name = { km = "ទំនុក|ចិត្ត" }
    text = { km = "តើ|អ្នក|ទុក|ចិត្ត|សេវា|នេះ|ទេ?" }
    choices = [
        { value = "Neutral", code = 1, text = { km = "ធម្មតា" } },
        { value = "Strongly trust", code = 2, text = { km = "ទុក|ចិត្ត|ខ្លាំង" } },
    ]

    [[question]]
    id = "Spent"
    kind = "number"
    unit = { km = "រៀល" }
    text = { km = "ការ|ចំណាយ|ប្រចាំ|សប្តាហ៍" }

    [[question]]
    id = "Use"
    kind = "multi"
    text = { km = "តើ|អ្នក|ប្រើ|វា|សម្រាប់|អ្វី?" }
    choices = [
        { column = "Send", name = { km = "ផ្ញើ|ប្រាក់" } },
        { column = "Bills", name = { km = "បង់|វិក្កយបត្រ|ទឹក ភ្លើង និង|អ៊ីនធឺណិត|ប្រចាំ|ខែ|របស់|ក្រុម|គ្រួសារ|ខ្ញុំ" } },
        { column = "Loan", name = { km = "សង|ប្រាក់|កម្ចី" } },
    ]

    [target]
    column = "Recommend"
    text = { km = "តើ|អ្នក|នឹង|ណែនាំ|សេវា|លុយ|តាម|ទូរស័ព្ទ|នេះ|ដល់|មិត្តភក្តិ|និង|គ្រួសារ|របស់|អ្នក|ទេ?" }
    grades = [
        { grade = "A", value = "Yes", text = { km = "បាទ/ចាស" } },
        { grade = "B", value = "Maybe", text = { km = "ប្រហែល" } },
        { grade = "C", value = "Not sure", text = { km = "មិន|ប្រាកដ" } },
        { grade = "D", value = "No", text = { km = "ទេ" } },
    ]

    [about]
    organisation = "អង្គការ"

    [[segment]]
    name = { km = "ទាំង|អស់" }
    person = { km = "អ្នក|ប្រើប្រាស់" }
    emoji = "🌱"
    when = {}
""".replace("|", "\u200b")
)


def assessed(
    survey: Survey,
    impacts: Mapping[str, float],
    answers: Mapping[str, str],
    *,
    base: float = 2.5,
    thresholds: tuple[float, ...] = (2.1, 2.3, 2.4),
    synthetic: bool = True,
) -> Assessment:
    """What a model would say whose explanation is ``impacts``."""
    score = base + sum(impacts.values())
    grade = survey.target.grades[::-1][sum(score >= cut for cut in thresholds)].grade
    return Assessment(
        grade=grade,
        most_likely=grade,
        probabilities={},
        score=score,
        base=base,
        impacts=tuple(Impact(column, answers.get(column), impact) for column, impact in impacts.items()),
        segment=Membership(0, {}, {}, "", 1.0),
        suggestions=(),
        what_if=(),
        model_version="test",
        synthetic=synthetic,
        informative=True,
        answers=answers,
        thresholds=thresholds,
    )


def home(**impacts: float) -> Assessment:
    answers = {"Freq_Use": "Daily", "Sec_Aware": "Somewhat trust", "Use_Send": "1", "Use_Bills": "0"}
    return assessed(HOME, impacts, answers)


def english_chart() -> ImpactChart:
    return impact_chart(HOME, home(**{column: 0.1 * (-1) ** place for place, column in enumerate(HOME.feature)}))


def khmer_chart() -> ImpactChart:
    impacts = {"Often": 0.2, "Trust": -0.3, "Spent": 0.1, "Send": -0.05, "Bills": 0.08, "Loan": 0.02}
    answers = {"Often": "Weekly", "Trust": "Strongly trust", "Spent": "40000", "Send": "1", "Bills": "1", "Loan": "0"}
    return impact_chart(KHMER, assessed(KHMER, impacts, answers), "km")


def chart_in_words(text: str) -> ImpactChart:
    """The largest chart that there is: six grades, nine bars, and every text of it the same."""
    return ImpactChart(
        title=text,
        subtitle=text,
        scale=Scale(text, tuple("FEDCBA"), text, text, (1, 2, 3, 4, 4.5), 5),
        grade="A",
        base=0.0,
        score=5.0,
        base_label="Average 0.00",
        score_label="You 5.00",
        lowers="lower",
        raises="higher",
        bars=tuple(Bar(text, text, (-1) ** i * 1.11) for i in range(9)),
        note=text,
    )


def pixels(png: bytes) -> NDArray[np.uint8]:
    """Return a picture's red, green and blue; shape (rows, columns, 3)."""
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGB"))
