import importlib.util

import numpy as np
import pandas as pd
import pytest

from crm_widgets.data.in_memory import cubes
from crm_widgets.data.in_memory.table import ArrayTable
from crm_widgets.data.machine import compiled
from crm_widgets.data.vocabulary.clauses import Interval
from crm_widgets.data.vocabulary.table import Edges, Levels

ACTIVE = Edges("x", tuple(np.linspace(-2, 2, 201)))
COARSE = Edges("y", (-1.0, 0.0, 0.5, 1.0), overflow=True)
GROUP = Levels("c", ("a", None), other=True)


def frame(n, seed=0):
    rng = np.random.default_rng(seed)
    found = pd.DataFrame(
        {"x": rng.normal(size=n), "y": rng.normal(size=n), "w": rng.normal(size=n)}
    )
    found.loc[rng.random(n) < 0.1, "y"] = np.nan
    found.loc[rng.random(n) < 0.1, "w"] = np.nan
    found["c"] = rng.choice(["a", "b", "d", None], n)
    return found


def one_by_one(rows, weight=None):
    """The same by numpy.histogramdd, which knows neither overflow nor missing values."""
    lost = np.inf
    y = rows["y"].to_numpy()
    place = np.where(np.isnan(y), lost, np.clip(y, -1.5, 1.5))
    level = rows["c"].map({"a": 0, "b": 2, "d": 2}).fillna(1)
    found, _ = np.histogramdd(
        np.column_stack([rows["x"], place, level]),
        [ACTIVE.edges, [-2, *COARSE.edges, 2], [0, 1, 2, 3]],
        weights=None if weight is None else rows[weight].fillna(0),
    )
    return found


@pytest.mark.parametrize("where", [(), [Interval("w", -0.5, 0.1)], [Interval("w", 2.0, 9.0)]])
@pytest.mark.parametrize("weight", [None, "w"])
def test_cubes_of_one_pass_agree_with_numpy_histograms(where, weight, monkeypatch):
    monkeypatch.setattr(cubes, "ROWS", 1000)
    rows = frame(5432)
    table = ArrayTable(rows)
    found = table.counts_many([ACTIVE], [[COARSE, GROUP], [COARSE], [], [GROUP]], weight, where)
    expected = one_by_one(rows[table.mask(where)], weight)
    seen = one_by_one(rows[table.mask(where)].assign(y=0.2), weight)
    for cube, whole in zip(
        found,
        (expected, expected.sum(axis=2), seen.sum(axis=(1, 2)), seen.sum(axis=1)),
        strict=True,
    ):
        assert cube.dtype == np.float64
        np.testing.assert_allclose(cube, whole, atol=1e-9)


def test_a_cube_alone_is_the_same_as_among_others():
    table = ArrayTable(frame(3000))
    [both, alone] = table.counts_many([ACTIVE], [[COARSE], []])
    assert (table.counts([ACTIVE, COARSE]) == both).all()
    assert (table.counts([ACTIVE]) == alone).all()
    assert table.counts([]) == 3000
    assert table.counts([], where=[Interval("x", 0, 9)]) == (table.numbers("x") >= 0).sum()
    assert [cube.tolist() for cube in table.counts_many([], [[], [GROUP]])] == [
        3000,
        table.counts([GROUP]).tolist(),
    ]


def test_rows_in_no_bin_of_one_dimension_are_in_no_cell():
    table = ArrayTable({"x": [0.5, 5.0, np.nan, 0.5], "y": [0.5, 0.5, 0.5, np.nan]})
    unit = (0.0, 1.0)
    assert table.counts([Edges("x", unit), Edges("y", unit)]).tolist() == [[1.0]]


@pytest.mark.skipif(importlib.util.find_spec("numba") is None, reason="numba is an extra")
def test_the_compiled_loop_counts_as_numpy_does(monkeypatch):
    table = ArrayTable(frame(20_000))
    asked = ([ACTIVE], [[COARSE, GROUP], [], [GROUP]])
    plain = table.counts_many(*asked)
    loop = compiled.counter(wait=True)
    assert loop is not None
    calls = []
    monkeypatch.setattr(cubes, "ROWS", 1 << 12)
    monkeypatch.setattr(cubes, "LARGE", 1)
    monkeypatch.setattr(
        compiled, "counter", lambda: lambda *given: (calls.append(given[0].size), loop(*given))
    )
    for mine, theirs in zip(table.counts_many(*asked), plain, strict=True):
        assert (mine == theirs).all()
    assert sum(calls) == 3 * 20_000
