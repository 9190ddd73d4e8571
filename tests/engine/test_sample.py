"""The invented sample: it agrees with what was published, is hard to predict, and says that it is invented."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imblearn.over_sampling import SMOTE
from openpyxl import load_workbook
from sklearn.cluster import KMeans
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_rand_score, log_loss, silhouette_score
from sklearn.model_selection import RepeatedStratifiedKFold, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from engine import sample, sample_spec, survey, table
from engine.encoding import codes_of_table
from engine.errors import InputError, TableError
from engine.predictors import Floats, Ints
from engine.sample import Sample, apportion
from engine.sample_spec import Spec
from tests.engine.people import HOME

_COLUMNS = """
ID Age Gender Job Uses_MM Freq_Use Weekly_Amt Trust_Level Had_Issues Sec_Aware Recommend_MM Finance_Int Pay_Method
Svc_Wing Svc_JTrust Svc_Prince Svc_Canadia Svc_ChipMong Svc_Phillip Svc_AMK Svc_Vattanac Svc_KBPrasac Svc_ACLEDA
Svc_TrueMoney Svc_Visa Svc_PiPay Svc_ABA Svc_Amret Use_Send Use_LoanRepay Use_DailyNeeds Use_TopUp Use_Shop Use_Salary
Use_Receive Use_Bills Issue_Service Issue_UI Issue_ATM Issue_Crash Issue_Failure Issue_Network Issue_Unknown
Issue_Security Issue_Delay Imp_Fees Imp_UI Imp_Speed Imp_Language Imp_Support Imp_Security Imp_BankLink Motive_LowFees
Motive_SaveLoan Motive_Security Motive_Agents Motive_Trust Motive_WideAcc Motive_Promos Motive_NoCash Weekly_Amt_AVG
AVG_Age
"""
COLUMNS = _COLUMNS.split()

# Published: mean in the group of 62, in the group of 42, in all, and the variance (n - 1).
PUBLISHED = {
    "Freq_Use": (3.742, 3.405, 3.606, 0.804),
    "Weekly_Amt": (1.919, 1.452, 1.731, 0.762),
    "Trust_Level": (2.210, 2.119, 2.173, 0.475),
    "Recommend_MM": (2.613, 2.333, 2.500, 0.738),
    "Had_Issues": (0.661, 0.405, 0.558, 0.249),
    "Sec_Aware": (1.339, 1.429, 1.375, 0.508),
    "Use_Send": (1.000, 0.429, 0.769, 0.179),
    "Use_Receive": (0.935, 0.214, 0.644, 0.231),
    "Use_TopUp": (0.984, 0.310, 0.712, 0.207),
    "Use_LoanRepay": (0.145, 0.000, 0.087, 0.080),
    "Use_DailyNeeds": (0.290, 0.190, 0.250, 0.189),
    "Use_Bills": (0.516, 0.190, 0.385, 0.239),
    "Use_Shop": (0.823, 0.143, 0.548, 0.250),
    "Use_Salary": (0.532, 0.048, 0.337, 0.225),
    "Motive_LowFees": (0.629, 0.429, 0.548, 0.250),
    "Motive_Security": (0.581, 0.238, 0.442, 0.249),
    "Motive_Trust": (0.274, 0.119, 0.212, 0.168),
    "Motive_Promos": (0.323, 0.143, 0.250, 0.189),
    "Motive_WideAcc": (0.500, 0.119, 0.346, 0.229),
    "Motive_NoCash": (0.081, 0.071, 0.077, 0.072),
}
LEVELS = {
    "Freq_Use": ["Rarely", "A few times a month", "Once a week", "A few times a week", "Daily"],
    "Weekly_Amt": ["Below 25", "25 - 100", "100–300", "Over 300"],
    "Trust_Level": ["Neutral", "Somewhat trust", "Strongly trust"],
    "Had_Issues": ["No", "Yes"],
    "Sec_Aware": ["No", "Somewhat trust", "Yes"],
    "Recommend_MM": ["No", "Not sure", "Maybe", "Yes"],
}
LOWEST = {"Weekly_Amt": 1, "Trust_Level": 1}


@cache
def home() -> tuple[survey.Survey, Spec]:
    definition = survey.load(HOME)
    return definition, sample_spec.load(definition, HOME / "sample.toml")


@cache
def shipped() -> Sample:
    return sample.draw(home()[1])


def coded(invented: Sample) -> pd.DataFrame:
    """Return the published columns as codes."""
    codes = {
        column: invented.table[column].map({label: LOWEST.get(column, 0) + i for i, label in enumerate(labels)})
        for column, labels in LEVELS.items()
    }
    return pd.DataFrame({column: codes.get(column, invented.table[column]) for column in PUBLISHED}).astype(float)


def features_and_points(invented: Sample) -> tuple[Floats, Ints]:
    codes = coded(invented)
    return codes.drop(columns="Recommend_MM").to_numpy(), codes["Recommend_MM"].to_numpy(dtype=np.intp)


# -- agreement with what was published ------------------------------------------------------------------------


def test_it_has_the_tables_columns_in_order() -> None:
    assert list(shipped().table) == COLUMNS
    assert len(COLUMNS) == 62


def test_target_counts_are_the_published_ones() -> None:
    counts = shipped().table["Recommend_MM"].value_counts().to_dict()

    assert counts == {"Yes": 71, "Maybe": 20, "Not sure": 7, "No": 6}


@pytest.mark.parametrize("seed", [None, 0, 1])
@pytest.mark.parametrize("column", PUBLISHED)
def test_both_groups_have_the_published_means(column: str, seed: int | None) -> None:
    invented = sample.draw(home()[1], seed=seed)
    codes = coded(invented)[column]

    means = [codes[invented.group == 0].mean(), codes[invented.group == 1].mean(), codes.mean()]

    assert [round(mean, 3) for mean in means] == list(PUBLISHED[column][:3])
    assert np.bincount(invented.group).tolist() == [62, 42]


@pytest.mark.parametrize("column", PUBLISHED)
def test_variances_are_the_published_ones(column: str) -> None:
    assert coded(shipped())[column].var(ddof=1) == pytest.approx(PUBLISHED[column][3], abs=6e-4)


def test_the_published_first_rows_stand_first() -> None:
    columns = ["Freq_Use", "Weekly_Amt", "Trust_Level", "Recommend_MM", "Had_Issues", "Sec_Aware"]

    assert shipped().table[columns].head(5).to_numpy().tolist() == [
        ["Daily", "Below 25", "Strongly trust", "Yes", "No", "Somewhat trust"],
        ["Daily", "Below 25", "Strongly trust", "Yes", "No", "Yes"],
        ["Daily", "25 - 100", "Neutral", "Maybe", "Yes", "Somewhat trust"],
        ["Daily", "Below 25", "Somewhat trust", "Maybe", "Yes", "Yes"],
        ["Daily", "25 - 100", "Strongly trust", "Yes", "No", "Yes"],
    ]


def test_columns_that_are_no_features_look_like_the_tables() -> None:
    invented = shipped().table
    ids = invented["ID"].str.fullmatch(r"P\d{3}")

    assert ids.all()
    assert invented["ID"].is_unique
    assert invented["ID"].iloc[0] == "P001"
    assert int(invented["ID"].iloc[-1][1:]) > 104  # numbers are left out in between
    assert invented["Finance_Int"].notna().sum() == 73
    assert invented.drop(columns="Finance_Int").notna().all(axis=None)
    assert dict(zip(invented["Weekly_Amt"], invented["Weekly_Amt_AVG"], strict=True))["25 - 100"] == 62.5
    assert set(zip(invented["Age"], invented["AVG_Age"], strict=True)) == {("15 - 24", 20), ("25 - 45", 35)}


def test_only_those_who_had_problems_say_which() -> None:
    invented = shipped().table
    kinds = invented[[column for column in COLUMNS if column.startswith("Issue_")]].sum(axis=1)

    assert (kinds[invented["Had_Issues"] == "No"] == 0).all()
    assert (kinds[invented["Had_Issues"] == "Yes"] > 0).mean() > 0.8


# -- structure ------------------------------------------------------------------------------------------------


def silhouettes(columns: Floats, seed: int) -> list[float]:
    columns = StandardScaler().fit_transform(columns)
    fits = (KMeans(k, n_init=10, random_state=seed).fit(columns) for k in range(2, 9))
    return [silhouette_score(columns, fit.labels_) for fit in fits]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_two_groups_are_what_k_means_finds_best(seed: int) -> None:
    features, points = features_and_points(shipped())
    found = KMeans(2, n_init=10, random_state=seed).fit_predict(StandardScaler().fit_transform(features))

    assert adjusted_rand_score(shipped().group, found) >= 0.75
    for columns in (features, np.column_stack([features, points])):  # published: with the target among them
        best, *others = silhouettes(columns, seed)
        assert 0.11 <= best <= 0.16
        assert best > max(others)


@pytest.mark.parametrize(
    ("column", "sign"),
    [("Freq_Use", 1), ("Weekly_Amt", 1), ("Trust_Level", 1), ("Sec_Aware", 1), ("Had_Issues", -1)],
)
@pytest.mark.parametrize("rows", [104, 2_000])
def test_the_target_depends_on_what_it_should(column: str, sign: int, rows: int) -> None:
    codes = coded(sample.draw(home()[1], rows=rows))

    assert sign * codes[column].corr(codes["Recommend_MM"]) > 0.1


# -- difficulty -----------------------------------------------------------------------------------------------


@cache
def honest_scores() -> dict[float, tuple[float, float]]:
    """Return, for each regularisation, (part of the class shares' log-loss that is won, accuracy), cross-validated."""
    features, points = features_and_points(shipped())
    folds = list(RepeatedStratifiedKFold(n_splits=5, n_repeats=3, random_state=0).split(features, points))
    truth = np.concatenate([points[test] for _, test in folds])
    shares = [np.tile(np.bincount(points[train]) / len(train), (len(test), 1)) for train, test in folds]
    baseline = log_loss(truth, np.concatenate(shares))
    scores = {}
    for c in (0.01, 0.03, 0.1):
        model = make_pipeline(StandardScaler(), LogisticRegression(C=c, max_iter=500))
        found = [model.fit(features[train], points[train]).predict_proba(features[test]) for train, test in folds]
        probabilities = np.concatenate(found)
        accuracy = float((probabilities.argmax(axis=1) == truth).mean())
        scores[c] = (1 - log_loss(truth, probabilities) / baseline, accuracy)
    return scores


def test_a_few_per_cent_of_log_loss_can_be_won_honestly() -> None:
    best = max(gain for gain, _ in honest_scores().values())

    assert 0.03 <= best <= 0.10


def test_honest_accuracy_is_no_better_than_always_saying_yes() -> None:
    assert max(accuracy for _, accuracy in honest_scores().values()) <= 0.75


def test_oversampling_before_the_split_claims_nine_in_ten() -> None:
    features, points = features_and_points(shipped())
    claims = []
    for seed in range(5):
        more, labels = SMOTE(random_state=seed).fit_resample(features, points)
        train, test, y_train, y_test = train_test_split(more, labels, test_size=0.2, random_state=seed)
        claims.append(RandomForestClassifier(100, random_state=seed).fit(train, y_train).score(test, y_test))

    assert 0.85 <= np.mean(claims) <= 0.95


# -- other sizes and seeds ------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [30, 105, 1_000, 20_000])
def test_other_sizes_agree_with_the_published_means(rows: int) -> None:
    codes = coded(sample.draw(home()[1], rows=rows, seed=3))

    for column, (_, _, mean, variance) in PUBLISHED.items():
        assert codes[column].mean() == pytest.approx(mean, abs=2 * (variance / rows) ** 0.5), column


@pytest.mark.parametrize("rows", [500, 1_000])
def test_larger_samples_hold_the_same_two_groups(rows: int) -> None:
    invented = sample.draw(home()[1], rows=rows, seed=4)
    columns = StandardScaler().fit_transform(features_and_points(invented)[0])
    found = KMeans(2, n_init=10, random_state=0).fit_predict(columns)

    assert adjusted_rand_score(invented.group, found) >= 0.75
    assert 0.11 <= silhouette_score(columns, found) <= 0.16


def test_the_same_seed_gives_the_same_cells_and_another_one_others() -> None:
    spec = home()[1]

    assert sample.draw(spec, seed=5).table.equals(sample.draw(spec, seed=5).table)
    assert not sample.draw(spec, seed=5).table.equals(sample.draw(spec, seed=6).table)


@pytest.mark.parametrize("rows", [0, 1_048_576])
def test_a_number_of_rows_that_no_sheet_holds_is_refused(rows: int) -> None:
    with pytest.raises(InputError, match="out of range; between 1 and 1,048,575 fit a sheet"):
        sample.draw(home()[1], rows=rows)


@given(st.lists(st.integers(0, 1_000), min_size=1, max_size=8).filter(any), st.integers(0, 10_000))
def test_apportioning_spends_everybody_and_is_off_by_less_than_one(weights: list[int], total: int) -> None:
    people = apportion(weights, total)

    assert people.sum() == total
    assert np.abs(people - np.array(weights) * total / sum(weights)).max() < 1


# -- the file -------------------------------------------------------------------------------------------------


def test_the_shipped_file_has_the_cells_of_the_default_seed(tmp_path: Path) -> None:
    sample.make(home()[0], tmp_path / "again.xlsx")

    again, there = (load_workbook(path).worksheets for path in (tmp_path / "again.xlsx", HOME / "sample.xlsx"))

    assert [[*sheet.values] for sheet in there] == [[*sheet.values] for sheet in again]
    assert [sheet.title for sheet in there] == ["Answers", "About"]


def test_what_is_drawn_is_what_is_read(tmp_path: Path) -> None:
    definition, spec = home()
    sample.make(definition, tmp_path / "sample.xlsx", rows=200, seed=7)

    found = table.read(definition, tmp_path / "sample.xlsx")

    invented = sample.draw(spec, rows=200, seed=7)
    expected = coded(invented)[list(found.answers)].to_numpy()
    np.testing.assert_array_equal(codes_of_table(definition, found.answers), expected)
    assert found.target is not None
    assert found.target.tolist() == invented.table["Recommend_MM"].tolist()
    assert (found.repaired, found.unlabelled) == ((), 0)


def test_the_file_says_that_nobody_gave_these_answers() -> None:
    about = load_workbook(HOME / "sample.xlsx")["About"]
    lines = [row[0] for row in about.values]

    assert lines[0] == "Synthetic: nobody gave these answers."
    assert [[*row] for row in about.values][-2:] == [["Rows", 104], ["Seed", home()[1].seed]]
    assert table.read(home()[0], HOME / "sample.xlsx").synthetic


@pytest.mark.parametrize("name", ["sample.csv", "no-such-folder/sample.xlsx"])
def test_a_file_that_cannot_be_written_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(TableError) as caught:
        sample.write(shipped(), tmp_path / name)

    assert caught.value.subject == str(tmp_path / name)


# -- the definition -------------------------------------------------------------------------------------------

LAUNDRY = survey.parse("""
id = "laundry"
languages = ["en"]
title = { en = "Laundry" }
[about]
organisation = "The launderette"
[[question]]
id = "Loads"
kind = "single"
text = { en = "How many loads a week?" }
choices = [{ value = "one", code = 1 }, { value = "more", code = 2 }]
[target]
column = "Return"
text = { en = "Will you come back?" }
grades = [{ grade = "A", value = "Yes" }, { grade = "B", value = "No" }]
""")
SPEC = """
seed = 1
groups = [6, 4]
[ids]
column = "ID"
prefix = "L"
gaps = [2]
[columns]
Loads = { levels = { one = [4, 1], more = [2, 3] } }
Return = { levels = { No = [1, 1], Yes = [5, 3] }, leans = { Loads = 2 } }
"""


def test_a_definition_for_any_survey_is_drawn_from() -> None:
    invented = sample.draw(sample_spec.parse(LAUNDRY, SPEC))

    assert invented.table["ID"].tolist() == ["L001", "L003", *(f"L{i:03d}" for i in range(4, 12))]
    assert invented.table["Loads"].value_counts().to_dict() == {"one": 5, "more": 5}
    assert invented.table["Return"].value_counts().to_dict() == {"Yes": 8, "No": 2}


@pytest.mark.parametrize(
    ("there", "instead", "fault"),
    [
        ("seed = 1\n", "", '"seed" is missing'),
        ("[4, 1]", "[4, 2]", 'column "Loads": its counts must add up to [6, 4], the people of each group'),
        (
            "[4, 1]",
            "[5]",
            'column "Loads": needs one count for each of the 2 groups, none below 0 or above its people',
        ),
        ("one =", "two =", 'column "Loads": "two" is no label of the survey; allowed: "one", "more"'),
        ("Loads = 2", "Soap = 2", 'column "Return": "Soap" is no drawn column that stands above it'),
        ("Loads = {", "Washes = {", 'column "Loads" of the survey is missing'),
        ("leans =", "weights =", 'column "Return": needs "levels" or "ticked", and may have "leans" and "among"'),
    ],
)
def test_a_faulty_definition_is_told(there: str, instead: str, fault: str) -> None:
    with pytest.raises(InputError) as caught:
        sample_spec.parse(LAUNDRY, SPEC.replace(there, instead))

    assert fault in caught.value.faults


def test_a_derived_column_needs_a_number_for_every_label() -> None:
    with pytest.raises(InputError) as caught:
        sample_spec.parse(LAUNDRY, SPEC + 'Loads_AVG = { from = "Loads", values = { one = 1 } }\n')

    assert caught.value.faults == ('column "Loads_AVG": "values" says nothing for "more" of "Loads"',)


def test_a_survey_without_a_sample_definition_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file; it says how invented answers are drawn"):
        sample_spec.load(LAUNDRY, tmp_path / "sample.toml")
