"""Our silhouettes against scikit-learn's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import silhouette_score

from crm_widgets.analysis.segments.silhouette import silhouettes


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(4, 60),
    features=st.integers(1, 4),
    seed=st.integers(0, 2**32 - 1),
    grid=st.booleans(),
    scale=st.sampled_from([1e-3, 1.0, 1e4]),
)
def test_silhouettes_agree_with_scikit_learn(
    n: int, features: int, seed: int, grid: bool, scale: float
) -> None:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(n, features))
    if grid:
        points = points.round()
    points = points * scale
    partitions = [rng.integers(0, k, n) for k in (2, 3)]
    partitions = [labels for labels in partitions if 1 < len(set(labels)) < n]
    expected = [silhouette_score(points, labels) for labels in partitions]
    assert silhouettes(points, partitions) == pytest.approx(expected, abs=2e-5)


def test_silhouettes_of_thousands_of_repeated_points_agree_with_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    points = np.column_stack([rng.poisson(1.0, 3_000), rng.lognormal(3, 1, 3_000).round()])
    partitions = [rng.integers(0, 3, 3_000), points[:, 0] > 1, points[:, 1] > 20]
    expected = [silhouette_score(points, labels) for labels in partitions]
    assert silhouettes(points, partitions) == pytest.approx(expected, abs=2e-5)


def test_a_partition_of_one_group_or_of_single_points_has_no_silhouette() -> None:
    assert np.isnan(silhouettes([[0.0], [1.0], [2.0]], [[0, 0, 0], [0, 1, 2]])).all()


def test_a_point_alone_in_its_group_counts_zero() -> None:
    points = [[0.0], [1.0], [10.0]]
    expected = silhouette_score(points, ["a", "a", "b"])
    assert silhouettes(points, [["a", "a", "b"]])[0] == pytest.approx(expected, abs=1e-6)
