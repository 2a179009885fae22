"""Names of segments: told apart, in the reader's language, the analyst's own kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crm_widgets import text
from crm_widgets.analysis.rfm.schemes import EIGHT, TEN
from crm_widgets.charts.names import feature_axis, segment_names


@pytest.fixture
def chinese() -> Iterator[None]:
    text.set_locale("zh")
    yield
    text.set_locale("en")


def test_what_sets_a_segment_apart_is_its_name() -> None:
    traits = {0: [("recency_days", "low"), ("frequency", "high")], 1: []}
    assert segment_names([0, 1], traits) == {0: "Recent, frequent", 1: "Average"}


def test_a_level_of_a_category_is_a_word_of_its_own() -> None:
    traits = {0: [("plan=pro", "high")], 1: [("plan=pro", "low"), ("a=b", "high")]}
    assert segment_names([0, 1], traits, features=["plan", "a=b"]) == {
        0: "pro", 1: "not pro, high a=b",
    }  # fmt: skip


def test_names_are_unique_even_if_traits_are_not() -> None:
    assert list(segment_names([0, 1, 2], {0: [], 1: [], 2: []}).values()) == [
        "Average", "Average 2", "Average 3",
    ]  # fmt: skip


def test_a_renamed_segment_is_found_by_its_label_or_its_name() -> None:
    assert segment_names(["at risk"], {}, renamed={"at risk": "Call them"}) == {
        "at risk": "Call them"
    }
    named = segment_names([0], {0: [("frequency", "high")]}, renamed={"Frequent": "Regulars"})
    assert named == {0: "Regulars"}
    assert segment_names([0], {0: []}, renamed={"0": "First"}) == {0: "First"}


@pytest.mark.usefixtures("chinese")
def test_both_schemes_have_chinese_names_that_differ() -> None:
    for scheme in (TEN, EIGHT):
        names = segment_names(dict.fromkeys(scheme.values()), {})
        assert len(set(names.values())) == len(names)
        assert all(any("\u4e00" <= c <= "\u9fff" for c in name) for name in names.values())
    assert segment_names([0], {0: [("recency_days", "low"), ("frequency", "high")]}) == {
        0: "近期活跃、高频"
    }


def test_features_carry_their_unit_and_columns_of_the_analyst_their_name() -> None:
    assert feature_axis("monetary", "€") == "Money, total spent (€)"
    assert feature_axis("<b>plan</b>") == "<b>plan</b>"
