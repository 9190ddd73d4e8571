"""The way a reply used to be made, the baseline of `reply_cost`: data frames, scikit-learn, and a pyplot figure."""

from __future__ import annotations

import io
from collections.abc import Sequence

import matplotlib as mpl
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.ensemble import RandomForestClassifier
from sklearn.preprocessing import StandardScaler

from engine.predictors import Floats, Ints

TREES = 100
SEGMENTS = 2


class OldReply:
    """A scaler, segments and a forest, asked through their public methods for one person at a time.

    It is given coded answers without gaps, so reading and checking them costs it nothing.
    """

    def __init__(self, columns: Sequence[str], codes: Floats, y: Ints) -> None:
        mpl.use("Agg")
        self._columns = list(columns)
        self._scaler = StandardScaler().set_output(transform="pandas")
        scaled = self._scaler.fit_transform(self._frame(codes))
        self._segments = KMeans(SEGMENTS, n_init=10, random_state=0).fit(scaled)
        self._forest = RandomForestClassifier(TREES, random_state=0).fit(scaled, y)

    def _frame(self, codes: Floats) -> pd.DataFrame:
        return pd.DataFrame(codes, columns=self._columns).fillna(0)

    def reply(self, codes: Floats) -> bytes:
        """Predict for one person, shape (n_features,), and draw the chart."""
        self.assess(codes)
        return self.chart()

    def assess(self, codes: Floats) -> None:
        """Predict segment, grade and probabilities for one person."""
        scaled = self._scaler.transform(self._frame(codes[None, :]))
        self._segments.predict(scaled)
        self._forest.predict(scaled)
        self._forest.predict_proba(scaled)

    def chart(self) -> bytes:
        """Draw the forest's importances, the same for everybody."""
        import seaborn as sns
        from matplotlib import pyplot as plt

        importances = pd.DataFrame({"Feature": self._columns, "Importance": self._forest.feature_importances_})
        plt.figure(figsize=(10, 7))
        sns.barplot(data=importances.sort_values("Importance", ascending=False), x="Importance", y="Feature")
        plt.title("Feature importance")
        plt.tight_layout()
        file = io.BytesIO()
        plt.savefig(file, format="png")
        plt.close()
        return file.getvalue()
