import narwhals as nw
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_widgets.data.in_memory.codes import factorise
from crm_widgets.data.in_memory.column import Column
from crm_widgets.data.in_memory.table import ArrayTable
from crm_widgets.data.vocabulary.clauses import Box, Group, Interval, Values
from crm_widgets.data.vocabulary.table import Edges, Levels
from crm_widgets.errors import InputError

NAN = float("nan")
relaxed = settings(deadline=None, max_examples=50, database=None)
NUMBERS = st.one_of(st.just(NAN), st.integers(-5, 5).map(float), st.floats(-1e6, 1e6))


@st.composite
def frames(draw):
    n = draw(st.integers(1, 40))

    def column(values):
        return draw(st.lists(values, min_size=n, max_size=n))

    return pd.DataFrame(
        {
            "customer": pd.Series(column(st.integers(0, 6)), dtype="int64"),
            "x": pd.Series(column(NUMBERS), dtype="float64"),
            "y": pd.Series(column(NUMBERS), dtype="float64"),
            "c": pd.Series(column(st.sampled_from(["a", "b", "ü", None])), dtype="str"),
            "t": pd.to_datetime(pd.Series(column(st.integers(0, 3))), unit="D"),
            "b": pd.Series(column(st.booleans()), dtype="bool"),
        }
    )


def expected_group(frame, keys):
    groups = frame.groupby(keys, dropna=False, sort=True, observed=True)
    return groups.agg(
        n=("x", "count"),
        sum=("x", "sum"),
        mean=("x", "mean"),
        min=("x", "min"),
        max=("x", "max"),
        median=("x", "median"),
        distinct=("c", "nunique"),
        days=("t", "nunique"),
    ).reset_index()


AGGREGATES = {
    "n": ("x", "n"),
    "sum": ("x", "sum"),
    "mean": ("x", "mean"),
    "min": ("x", "min"),
    "max": ("x", "max"),
    "median": ("x", "median"),
    "distinct": ("c", "nunique"),
    "days": ("t", "nunique"),
}


@relaxed
@given(frames(), st.sampled_from([["customer"], ["c"], ["c", "b"], ["b", "customer", "c"]]))
def test_summaries_agree_with_pandas(frame, keys):
    found = ArrayTable(frame).summarise(keys, AGGREGATES)
    expected = expected_group(frame, keys)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-9, atol=1e-6)


@relaxed
@given(frames(), st.integers(-3, 3), st.integers(0, 6))
def test_summaries_of_a_selection_agree_with_pandas(frame, lo, width):
    where = [Interval("x", lo, lo + width), Values("c", ("a", None))]
    chosen = frame[(frame["x"] >= lo) & (frame["x"] < lo + width) & ~frame["c"].isin(["b", "ü"])]
    found = ArrayTable(frame).summarise(["customer"], AGGREGATES, where=where)
    if chosen.empty:
        assert found.empty
    else:
        expected = expected_group(chosen, ["customer"])
        pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-9, atol=1e-6)


@relaxed
@given(frames())
def test_customers_are_rows_in_the_order_of_their_ids(frame):
    table = ArrayTable(frame)
    found = table.by_customer({"last": ("t", "max"), "n": ("*", "n"), "sum": ("x", "sum")})
    expected = frame.groupby("customer").agg(last=("t", "max"), n=("b", "size"), sum=("x", "sum"))
    assert found.kinds == {"customer": "number", "last": "time", "n": "number", "sum": "number"}
    pd.testing.assert_frame_equal(
        found.rows(), expected.reset_index(), check_dtype=False, rtol=1e-9, atol=1e-6
    )
    assert list(found.ids) == list(table.ids) == sorted(set(frame["customer"]))


@relaxed
@given(
    frames(),
    st.lists(st.floats(0, 1), min_size=1, max_size=4),
    st.sampled_from([None, "c", "customer"]),
)
def test_quantiles_agree_with_pandas(frame, q, by):
    found = ArrayTable(frame).quantiles(["x", "y"], q, by=by)
    for name in ("x", "y"):
        if by is None:
            expected = frame[name].quantile(q).to_numpy()
        else:
            groups = frame.groupby(by, dropna=False)[name]
            expected = np.concatenate([values.quantile(q).to_numpy() for _, values in groups])
        np.testing.assert_allclose(found[name].to_numpy(), expected, rtol=1e-9, atol=1e-6)


def test_quantiles_of_many_groups_agree_with_pandas():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"customer": rng.integers(0, 3000, 20_000), "x": rng.normal(size=20_000)})
    frame.loc[rng.random(20_000) < 0.1, "x"] = np.nan
    found = ArrayTable(frame).quantiles(["x"], [0.1, 0.5], by="customer")
    expected = frame.groupby("customer")["x"].quantile([0.1, 0.5])
    np.testing.assert_allclose(found["x"].to_numpy(), expected.to_numpy(), rtol=1e-12)


@relaxed
@given(frames(), st.booleans(), st.booleans())
def test_cubes_count_every_row_once(frame, overflow, other):
    dims = [
        Edges("x", (-3.0, 0.0, 0.5, 4.0), overflow),
        Levels("c", ("b", "a") if other else ("ü", None, "b", "a"), other),
    ]
    found = ArrayTable(frame).counts(dims)
    expected = np.zeros(found.shape)
    for x, c in zip(frame["x"], frame["c"], strict=True):
        if np.isnan(x):
            continue
        place = np.searchsorted([-3.0, 0.0, 0.5, 4.0], x, side="right") - 1
        place = 2 if x == 4.0 else place
        if overflow:
            place += 1
        elif not 0 <= place <= 2:
            continue
        level = None if pd.isna(c) else c
        names = list(dims[1].levels)
        if level in names:
            expected[place, names.index(level)] += 1
        elif other and level is not None:
            expected[place, -1] += 1
    np.testing.assert_array_equal(found, expected)


@relaxed
@given(
    st.lists(st.floats(-1e3, 1e3), max_size=20),
    st.floats(-1e3, 1e3),
    st.floats(1e-3, 1e3),
    st.integers(1, 40),
)
def test_even_bins_hold_what_a_search_puts_there(values, lo, width, bins):
    edges = np.linspace(lo, lo + width, bins + 1)
    array = np.array([*values, *edges, *np.nextafter(edges, -np.inf), *np.nextafter(edges, np.inf)])
    inside = array[(array >= edges[0]) & (array <= edges[-1])]
    expected = np.histogram(inside, edges)[0]
    dim = Edges("x", tuple(edges), overflow=True)
    found = ArrayTable({"x": array}).counts([dim])
    assert found[1:-1].tolist() == expected.tolist()
    assert found[[0, -1]].tolist() == [(array < edges[0]).sum(), (array > edges[-1]).sum()]


@relaxed
@given(frames())
def test_cubes_sum_a_weight_over_a_selection(frame):
    where = [Values("b", (True,))]
    found = ArrayTable(frame).counts([Levels("c", ("a", "b"))], weight="y", where=where)
    chosen = frame[frame["b"]]
    expected = [chosen.loc[chosen["c"] == level, "y"].sum() for level in ("a", "b")]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-6)


@relaxed
@given(frames())
def test_extents_and_levels_agree_with_pandas(frame):
    table = ArrayTable(frame)
    lo, hi = table.extent(["x"])["x"]
    np.testing.assert_equal([lo, hi], [frame["x"].min(), frame["x"].max()])
    counts = frame["c"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    levels = table.levels("c")
    assert list(levels["level"]) == list(counts.index)
    assert list(levels["n"]) == list(counts)


@relaxed
@given(frames(), st.sets(st.integers(0, 8)))
def test_semi_join_keeps_the_rows_of_customers(frame, ids):
    kept = ArrayTable(frame).semi_join(sorted(ids))
    expected = frame[frame["customer"].isin(ids)].reset_index(drop=True)
    assert kept.n == len(expected)
    pd.testing.assert_frame_equal(kept.rows(), expected, check_dtype=False)
    assert list(kept.ids) == sorted(set(expected["customer"]))
    assert kept.by_customer({"n": ("*", "n")}).n == expected["customer"].nunique()


@relaxed
@given(st.lists(st.one_of(st.integers(-10, 10), st.integers(-(2**63), 2**63 - 1)), max_size=30))
def test_codes_of_whole_numbers_are_exact(values):
    codes, levels = factorise(np.array(values, np.int64))
    assert levels.tolist() == sorted(set(values))
    assert levels[codes].tolist() == values


@relaxed
@given(st.lists(st.floats(), max_size=30))
def test_codes_of_floats_leave_out_only_missing_ones(values):
    array = np.array(values, np.float64)
    codes, levels = factorise(array)
    np.testing.assert_array_equal(np.append(levels, np.nan)[codes], array)


def test_counts_are_the_same_when_asked_again_in_another_way():
    table = ArrayTable({"x": [1.0, 2.0, 3.0]})
    narrow, wide = Edges("x", (1.0, 2.0)), Edges("x", (1.0, 2.0), overflow=True)
    assert table.counts([narrow]).tolist() == [2]
    assert table.counts([wide]).tolist() == [0, 2, 1]
    assert table.counts([narrow]).tolist() == [2]


def test_intervals_are_half_open_unless_closed():
    table = ArrayTable({"x": [1.0, 2.0, 3.0, NAN]})
    assert table.mask([Interval("x", 1, 3)]).tolist() == [True, True, False, False]
    assert table.mask([Interval("x", 1, 3, closed=True)]).tolist() == [True, True, True, False]


def test_values_select_missing_ones_by_none():
    table = ArrayTable({"c": ["a", None, "b"], "x": [1.0, NAN, 3.0], "b": [True, False, True]})
    assert table.mask([Values("c", ("a", None))]).tolist() == [True, True, False]
    assert table.mask([Values("x", (3, None))]).tolist() == [False, True, True]
    assert table.mask([Values("x", (3, "no"))]).tolist() == [False, False, True]
    assert table.mask([Values("b", (False,))]).tolist() == [False, True, False]
    assert not table.mask([Values("c", ())]).any()


def test_a_box_is_both_intervals_and_a_group_its_customers():
    table = ArrayTable({"customer": ["u", "v", "w"], "x": [1.0, 2.0, 3.0], "y": [1.0, 5.0, 1.0]})
    box = Box(Interval("x", 0, 3, closed=True), Interval("y", 0, 2))
    assert table.mask([box]).tolist() == [True, False, True]
    assert table.mask([box, Group("vip", frozenset({"w", "zzz"}))]).tolist() == [False, False, True]


def test_times_are_selected_by_epoch_ms_or_by_date():
    table = ArrayTable({"t": pd.to_datetime(["2024-01-05", "2024-01-06", None])})
    ms = 1704412800000.0
    assert table.extent(["t"])["t"] == (ms, ms + 86_400_000)
    assert table.mask([Interval("t", ms, ms + 1)]).tolist() == [True, False, False]
    for value in (int(ms), pd.Timestamp("2024-01-05"), pd.Timestamp("2024-01-05").date()):
        assert table.mask([Values("t", (value,))]).tolist() == [True, False, False]
    assert table.mask([Values("t", (None,))]).tolist() == [False, False, True]
    assert table.rows()["t"].tolist()[0] == pd.Timestamp("2024-01-05")


def test_large_ids_are_never_rounded():
    near = [2**60, 2**60 + 1, 2**60 + 2]
    for values in (near, pd.array([*near, None], dtype="Int64")):
        table = ArrayTable({"customer": values})
        assert table.mask([Values("customer", (2**60 + 1, None))])[:3].tolist() == [
            False,
            True,
            False,
        ]
        assert table.semi_join([2**60 + 2]).rows()["customer"].tolist() == [2**60 + 2]


def test_ordered_categories_keep_their_order_and_unused_ones_vanish():
    size = pd.Categorical(["L", "S", "L", None], categories=["S", "M", "L"], ordered=True)
    name = pd.Categorical(["z", "a", "z", None], categories=["z", "q", "a"])
    table = ArrayTable({"size": size, "name": name})
    assert table.distinct("size").tolist() == ["S", "L"]
    assert table.distinct("name").tolist() == ["a", "z"]
    assert table.codes("size").tolist() == [1, 0, 1, -1]
    found = table.summarise(["size"], {"n": ("*", "n")})
    assert found["n"].tolist() == [1, 2, 1]


def test_derived_columns_come_from_arrays_and_expressions():
    table = ArrayTable(
        {"t": pd.to_datetime(["2024-01-05 10:00", "2024-02-06 00:00"]), "x": [1.0, 2.0]}
    )
    table = table.derive("double", nw.col("x") * 2).derive("x", np.array([5.0, 6.0]))
    table = table.derive("month", nw.col("t").dt.truncate("1mo")).derive("one", nw.lit(1))
    table = table.derive("label", np.array(["b", "a"]))
    assert table.numbers("double").tolist() == [2, 4]
    assert table.numbers("x").tolist() == [5, 6]
    assert table.rows()["month"].tolist() == [
        pd.Timestamp("2024-01-01"),
        pd.Timestamp("2024-02-01"),
    ]
    assert table.numbers("one").tolist() == [1, 1]
    assert table.kinds["label"] == "category"
    with pytest.raises(InputError, match="'z' has 3 values, the table has 2 rows"):
        table.derive("z", np.arange(3))


def test_samples_repeat_for_a_seed_and_never_exceed_the_table():
    table = ArrayTable({"customer": np.arange(1000), "x": np.arange(1000.0)})
    sample = table.sample(50, seed=3)
    pd.testing.assert_frame_equal(sample, table.sample(50, seed=3))
    assert not sample.equals(table.sample(50, seed=4))
    assert sample.index.is_unique
    assert (sample.index == sample["x"]).all()
    assert len(table.sample(5000)) == 1000


def test_rows_are_limited_and_chosen():
    table = ArrayTable({"x": [1.0, 2.0, 3.0], "y": [1, 2, 3]})
    found = table.rows([Interval("x", 2, 9)], ["y"], limit=1)
    assert found.index.tolist() == [1]
    assert found.to_dict("list") == {"y": [2]}


def test_infinite_numbers_count_as_missing():
    table = ArrayTable({"x": [1.0, np.inf, -np.inf, 3.0]})
    assert table.extent(["x"])["x"] == (1, 3)
    found = table.summarise([], {"n": ("x", "n"), "mean": ("x", "mean")})
    assert found.to_dict("list") == {"n": [2], "mean": [2.0]}


def test_a_column_without_values_has_no_extent_and_no_levels():
    table = ArrayTable({"x": [NAN, NAN], "c": pd.Series([None, None], dtype=object)})
    assert np.isnan(table.extent(["x"])["x"]).all()
    assert table.levels("c").empty
    assert table.quantiles(["x"], [0.5])["x"].isna().all()
    assert table.counts([Edges("x", (0, 1), overflow=True)]).tolist() == [0, 0, 0]
    assert table.summarise(["c"], {"n": ("*", "n")})["n"].tolist() == [2]


def test_an_empty_table_answers_every_verb():
    table = ArrayTable({"customer": np.array([], np.int64), "x": np.array([])})
    assert table.counts([Edges("x", (0, 1))]).tolist() == [0]
    assert table.summarise(["customer"], {"s": ("x", "sum")}).empty
    assert table.summarise([], {"s": ("x", "sum")})["s"].tolist() == [0]
    assert table.by_customer({"s": ("x", "sum")}).n == 0
    assert table.quantiles(["x"], [0.5])["x"].isna().all()
    assert table.levels("customer").empty
    assert table.sample(3).empty
    assert table.semi_join([1]).n == 0


def test_missing_columns_and_wrong_kinds_are_named():
    table = ArrayTable({"amount": [1.0], "c": ["a"]})
    with pytest.raises(InputError, match=r"no column 'amuont'. Columns: 'amount', 'c'"):
        table.extent(["amuont"])
    with pytest.raises(InputError, match="'c' holds categories"):
        table.summarise([], {"m": ("c", "mean")})
    with pytest.raises(InputError, match="no column of customer ids"):
        table.by_customer({})
    with pytest.raises(InputError, match="increase"):
        table.counts([Edges("amount", (1.0, 1.0))])
    with pytest.raises(InputError, match="named twice"):
        table.counts([Levels("c", ("a", "a"))])
    with pytest.raises(InputError, match="between 0 and 1"):
        table.quantiles(["amount"], [1.5])
    with pytest.raises(InputError, match="has 1 values, the table has 2 rows"):
        ArrayTable({"a": [1, 2], "b": [1]})


def test_timedeltas_are_days_and_bools_are_numbers_too():
    table = ArrayTable({"d": pd.to_timedelta([36, None], unit="h"), "b": [True, False]})
    np.testing.assert_array_equal(table.numbers("d"), [1.5, NAN])
    assert table.kinds == {"d": "number", "b": "bool"}
    assert table.summarise([], {"share": ("b", "mean")})["share"].tolist() == [0.5]


def test_mixed_objects_are_categories_in_a_stable_order():
    column = Column(pd.Series([2, "b", None, (1, 2), "a", 1], dtype=object), name="x")
    assert column.kind == "category"
    assert column.levels.tolist() == [1, 2, "a", "b", (1, 2)]
    with pytest.raises(InputError, match=r"'x' holds lists.*astype\(str\)"):
        _ = Column(pd.Series([[1], [2]]), name="x").codes


def test_intervals_as_values_are_categories():
    values = pd.Series(pd.cut([1, 5, 9, NAN], [0, 4, 10]))
    for column in (values, values.astype(object)):
        table = ArrayTable({"band": column})
        assert table.kinds["band"] == "category"
        assert table.levels("band")["n"].tolist() == [2, 1]
        assert table.mask([Values("band", (pd.Interval(0, 4), None))]).tolist() == [
            True,
            False,
            False,
            True,
        ]
