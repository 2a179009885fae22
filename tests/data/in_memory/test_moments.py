"""Pairwise moments in single precision against pandas and against long doubles."""

from __future__ import annotations

import tracemalloc

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from crm_widgets.data.in_memory.moments import SINGLE_FROM, pairwise
from crm_widgets.data.machine.parallel import in_threads
from crm_widgets.data.vocabulary.table import Moments

MANY = SINGLE_FROM + 1234


def correlation(moments: Moments) -> npt.NDArray[np.float64]:
    with np.errstate(invalid="ignore", divide="ignore"):
        return moments.cross / np.sqrt(moments.square * moments.square.T)


def gappy(n: int, width: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(n, width)) + rng.normal(size=(n, 1)))
    return frame.mask(rng.random(frame.shape) < 0.05)


def moments_of(frame: pd.DataFrame) -> Moments:
    return pairwise(tuple(map(str, frame)), [frame[name].to_numpy() for name in frame])


@pytest.mark.parametrize("n", [0, 1, 2, 100, MANY])
def test_correlations_are_those_of_pandas(n: int) -> None:
    frame = gappy(n, 7)
    frame[6] = np.exp(2 * frame[6])
    found = moments_of(frame)
    here = frame.notna().to_numpy(dtype=np.int64)
    assert np.array_equal(found.n, here.T @ here)
    if n > 2:
        np.testing.assert_allclose(correlation(found), frame.corr().to_numpy(), atol=1e-6)


@pytest.mark.parametrize("n", [5000, MANY])
@pytest.mark.parametrize("offset", [1e6, 1e9, -1e12])
def test_a_mean_that_dwarfs_the_spread_costs_no_digits(n: int, offset: float) -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=n)
    y = (x + rng.normal(size=n)) + offset
    x[::7] = np.nan
    rows = ~np.isnan(x)
    u, v = x[rows].astype(np.longdouble), y[rows].astype(np.longdouble)
    u, v = u - u.mean(), v - v.mean()
    exact = float(u @ v / np.sqrt((u @ u) * (v @ v)))
    assert correlation(pairwise(("x", "y"), [x, y]))[0, 1] == pytest.approx(exact, abs=1e-6)


@pytest.mark.parametrize("n", [5000, MANY])
def test_rows_far_from_the_rest_of_a_column_are_computed_in_double(n: int) -> None:
    # Where y is present, x spreads by 1 around a million; elsewhere around 0.
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(2, n))
    y += x
    far = np.arange(n) % 10 == 0
    x[far] += 1e6
    y[~far] = np.nan
    expected = np.corrcoef(x[far], y[far])[0, 1]
    assert correlation(pairwise(("x", "y"), [x, y]))[0, 1] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("n", [5000, MANY])
def test_one_giant_does_not_hide_the_others(n: int) -> None:
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(2, n))
    y += x
    x[0], y[0] = 1e12, np.nan
    expected = np.corrcoef(x[1:], y[1:])[0, 1]
    assert correlation(pairwise(("x", "y"), [x, y]))[0, 1] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("n", [10, MANY])
def test_a_constant_has_no_spread_at_all(n: int) -> None:
    x = np.linspace(0, 1, n)
    found = pairwise(("x", "c"), [x, np.full(n, 0.1)])
    assert found.square[1, 0] == 0
    assert np.isnan(correlation(found)[0, 1])


def test_means_are_those_of_the_common_rows() -> None:
    frame = gappy(MANY, 3)
    found = moments_of(frame)
    both = frame[frame[0].notna() & frame[1].notna()]
    assert found.mean[0, 1] == pytest.approx(both[0].mean(), abs=1e-6)
    assert found.square[0, 1] == pytest.approx(((both[0] - both[0].mean()) ** 2).sum(), rel=1e-6)


def test_memory_stays_under_a_third_of_the_frame() -> None:
    frame = gappy(400_000, 30)
    columns = [frame[name].to_numpy() for name in frame]
    pairwise(tuple("abc"), columns[:3])
    tracemalloc.start()
    pairwise(tuple(map(str, range(30))), columns)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 0.3 * sum(column.nbytes for column in columns)


def test_threads_share_all_items() -> None:
    assert sorted(x for share in in_threads(list, range(11)) for x in share) == list(range(11))


def test_work_that_is_shared_out_again_is_done_where_it_is():
    def outer(some):
        return [sum(in_threads(sum, range(each))) for each in some]

    assert sorted(x for share in in_threads(outer, [3, 4, 5]) for x in share) == [3, 6, 10]


def test_blas_keeps_its_threads_after_an_error() -> None:
    from threadpoolctl import threadpool_info

    def broken(share: object) -> None:
        raise ZeroDivisionError

    before = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
    with pytest.raises(ZeroDivisionError):
        in_threads(broken, range(4))
    after = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
    assert after == before
