"""Presence in bits, against the same counted flag by flag."""

from __future__ import annotations

import numpy as np
import pytest

from crm_widgets.analysis.cohorts.activity_bits import Presence


@pytest.mark.parametrize("ages", [1, 7, 8, 9, 16, 61])
def test_bits_say_what_flags_say(ages: int) -> None:
    rng = np.random.default_rng(ages)
    flags = rng.random((400, ages)) < 0.3
    found = Presence(np.packbits(flags, axis=1), ages)
    some = np.array([3, 0, 399])
    for age in range(ages):
        assert found.at(age).tolist() == flags[:, age].tolist()
        assert found.at(age, some).tolist() == flags[some, age].tolist()


@pytest.mark.parametrize("look_ahead", [0, 1, 3, 8, 11, 500])
@pytest.mark.parametrize("ages", [1, 8, 30])
def test_who_bought_then_or_soon_after(ages: int, look_ahead: int) -> None:
    flags = np.random.default_rng(look_ahead).random((300, ages)) < 0.1
    expected = [flags[:, age : age + look_ahead + 1].any(axis=1) for age in range(ages)]
    found = Presence(np.packbits(flags, axis=1), ages).ahead(look_ahead)
    assert [found.at(age).tolist() for age in range(ages)] == [e.tolist() for e in expected]


def test_ages_that_are_not_over_are_left_out() -> None:
    rng = np.random.default_rng(0)
    flags = rng.random((300, 19)) < 0.5
    last = rng.integers(-3, 25, 300)
    found = Presence(np.packbits(flags, axis=1), 19).until(last)
    expected = flags & (np.arange(19) <= last[:, None])
    assert np.array_equal(np.array([found.at(age) for age in range(19)]).T, expected)


@pytest.mark.parametrize("n", [0, 1, 3, 18, 19, 700])
def test_groups_are_counted_and_who_is_in_none_is_not(n: int) -> None:
    rng = np.random.default_rng(n)
    flags = rng.random((5_000, 21)) < 0.4
    groups = rng.integers(-1, n, 5_000).astype(np.int32)
    found = Presence(np.packbits(flags, axis=1), 21).count(groups, n)
    expected = [flags[groups == group].sum(axis=0) for group in range(n)]
    assert np.array_equal(found, np.array(expected).reshape(n, 21))
