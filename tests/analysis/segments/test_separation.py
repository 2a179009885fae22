"""One heap of customers is not taken for several, nor several for one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from crm_widgets.analysis import find_segments
from crm_widgets.analysis.segments.separation import CRITICAL, separation
from crm_widgets.analysis.statistics.dip import dip

from .simulated import NOISE, heaps

NOTHING = {"no_natural_k", "one_group"}


def found_of(values: np.ndarray, seed: int, **options: Any) -> tuple[int, set[str]]:
    frame = pd.DataFrame(values).add_prefix("x")
    found = find_segments(frame, seed=seed, **options)
    return found.k, {note.key for note in found.notes}


@pytest.mark.parametrize("size", [(300, 4), (1_500, 2)], ids=str)
@pytest.mark.parametrize("noise", NOISE)
def test_noise_of_any_kind_is_said_to_be_one_heap(noise: str, size: tuple[int, int]) -> None:
    for seed in range(4):
        _, keys = found_of(NOISE[noise](np.random.default_rng(seed), size), seed)
        assert "no_natural_k" in keys
        assert "gap_found" not in keys


@pytest.mark.parametrize("noise", ["uniform", "Poisson, mean 1", "exponential", "t3"])
def test_a_mixture_says_so_too(noise: str) -> None:
    values = NOISE[noise](np.random.default_rng(0), (600, 3))
    assert NOTHING & found_of(values, 0, method="gaussian_mixture")[1]


@pytest.mark.parametrize("k", range(2, 7))
def test_heaps_that_are_apart_are_never_called_one(k: int) -> None:
    for seed in range(4):
        values = heaps(np.random.default_rng(seed), k, (400, 3), apart=7)
        assert not NOTHING & found_of(values, seed)[1]


@pytest.mark.parametrize("method", ["kmeans", "gaussian_mixture"])
def test_two_groups_twenty_deviations_apart_are_two(method: str) -> None:
    values = heaps(np.random.default_rng(0), 2, (500, 2), apart=20)
    k, keys = found_of(values, 0, method=method)
    assert k == 2
    assert "gap_found" in keys


def test_a_small_heap_counts() -> None:
    rng = np.random.default_rng(0)
    few = np.where(np.arange(1_500) < 60, 9.0, 0.0)[:, None]
    k, keys = found_of(rng.normal(size=(1_500, 3)) + few, 0)
    assert k == 2
    assert "gap_found" in keys


def test_levels_of_categories_are_no_heaps_but_categories_that_change_together_are() -> None:
    rng = np.random.default_rng(0)
    n = 800

    def keys(frame: pd.DataFrame) -> set[str]:
        return {note.key for note in find_segments(frame).notes}

    # One level in the middle of two frequent ones is no gap between them.
    plan = rng.choice(["a", "b", "c"], n, p=[0.45, 0.1, 0.45])
    alone = pd.DataFrame({"plan": plan, "shop": rng.choice(["x", "y"], n), "z": rng.normal(size=n)})
    assert "no_natural_k" in keys(alone)
    kind = rng.integers(0, 2, n)
    together = {
        f"q{i}": np.where(rng.random(n) < 0.05, 1 - kind, kind).astype(str) for i in range(8)
    }
    assert "gap_found" in keys(pd.DataFrame(together).replace({"0": "no", "1": "yes"}))


def test_what_prices_leave_between_them_is_no_gap() -> None:
    rng = np.random.default_rng(0)
    spent = np.round(rng.normal(60, 15, 2_000) / 2) * 2 + rng.uniform(0, 0.2, 2_000)
    assert np.sqrt(len(spent)) * dip(spent) > CRITICAL
    assert not separation(spent[:, None], [(spent > 60).astype(int)]).gap


def test_what_was_compared_is_told() -> None:
    values = np.random.default_rng(0).uniform(size=(500, 2))
    frame = pd.DataFrame(values, columns=["a", "b"])
    found = find_segments(frame)
    note = next(note for note in found.notes if note.key == "no_natural_k")
    lines = {2: 1, found.best_k: found.best_k * (found.best_k - 1) // 2}
    assert (note.n, note.values["lines"]) == (500, sum(lines.values()))
    assert note.values["k"] == found.k
