from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import pytest

from crm_widgets import Customers, Transactions
from crm_widgets.data.engine.source import LazySource
from crm_widgets.data.engine.table import LazyTable
from crm_widgets.data.frames import open_frame
from crm_widgets.data.reading.fingerprint import fingerprint
from crm_widgets.data.roles import as_data
from crm_widgets.data.vocabulary.clauses import Box, Group, Interval, Values
from crm_widgets.data.vocabulary.table import Edges, Levels
from crm_widgets.errors import InputError

from ...engines import ENGINES, HOSTILE, ROLES, fetched, messy, opened

each = pytest.mark.parametrize("engine", ENGINES)
FRAME = messy()
DAY = 86_400_000.0
START = (pd.Timestamp("2022-03-01") - pd.Timestamp(0)) / pd.Timedelta(milliseconds=1)


@cache
def table(engine: str) -> Any:
    return opened(engine, FRAME)


@cache
def lazy(engine: str) -> Transactions:
    return Transactions(table(engine), **ROLES, order="order_no")


@cache
def here() -> Transactions:
    return Transactions(FRAME, **ROLES, order="order_no")


def rows(engine: str) -> LazyTable:
    found = lazy(engine).in_engine
    assert found is not None
    return found


def plainly(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows in an order of their own, times to the microsecond, and gaps of one kind."""
    found = pd.DataFrame({name: values.to_numpy() for name, values in frame.items()})
    found["order_date"] = pd.to_datetime(found["order_date"]).dt.tz_localize(None).dt.as_unit("us")
    found["channel"] = found["channel"].astype(object).where(found["channel"].notna(), None)
    for name in ("customer_id", "revenue", "order_no"):
        found[name] = found[name].astype(float)
    found["member"] = found["member"].astype(bool)
    return found.sort_values(list(found)).reset_index(drop=True)


@each
def test_a_table_stays_in_its_engine_and_is_checked_there(engine: str) -> None:
    found, expected = lazy(engine), here()
    assert found.ids.tolist() == expected.ids.tolist()
    assert (found.customer, found.time, found.amount) == tuple(ROLES.values())
    assert found.end == expected.end == dt.date(2023, 5, 17)
    assert found.table.n == expected.table.n
    assert dict(found.table.kinds) == dict(expected.table.kinds)
    assert dict(found.columns) == dict(expected.columns)
    assert repr(found) == repr(expected)
    stays, *others = found.notes
    assert (stays.key, stays.n) == ("in_engine", len(FRAME))
    assert [(n.key, n.n) for n in others] == [(n.key, n.n) for n in expected.notes]
    assert {n.key for n in others} >= {
        "missing_customers", "missing_times", "missing_amounts", "infinite_amounts",
        "returns_net", "future_dates", "duplicates",
    }  # fmt: skip


@each
@pytest.mark.parametrize(
    "where",
    [
        [Interval("amount", 20.0, 50.0)],
        [Interval("amount", -np.inf, 30.0, closed=True)],
        [Interval("amount", 10.0, np.inf)],
        [Interval("time", START, START + 90 * DAY)],
        [Interval("time", -np.inf, np.inf)],
        [Values("channel", (HOSTILE,))],
        [Values("channel", (None, "shop"))],
        [Values("channel", ())],
        [Values("channel", (3, "x' or 1=1 --"))],
        [Values("amount", (HOSTILE, None))],
        [Values("member", (True,))],
        [Values("order", (1, 2.0, "3"))],
        [Box(Interval("amount", 5, 60), Interval("time", START, START + 200 * DAY))],
        [Group("some", frozenset({3.0, 7.0, 1e9})), Values("member", (False,))],
    ],
    # a group shows a hash, which every process makes its own
    ids=lambda where: " and ".join(getattr(one, "name", None) or str(one) for one in where),
)
def test_a_clause_selects_the_same_rows_in_every_engine(engine: str, where: list[Any]) -> None:
    expected = here().rows_where(here().table.mask(where))
    found = fetched(rows(engine).native(where))
    pd.testing.assert_frame_equal(plainly(found), plainly(expected))
    ids = rows(engine).customers_where(where)
    assert sorted(ids) == sorted(expected["customer_id"].unique())
    assert rows(engine).n == here().table.n


@each
def test_rows_of_customers_come_back_as_a_table_of_the_engine(engine: str) -> None:
    found = lazy(engine).rows_of([3.0, 12.0, 4444.0])
    assert isinstance(found, type(table(engine)))
    expected = here().rows_of([3.0, 12.0])
    pd.testing.assert_frame_equal(plainly(fetched(found)), plainly(expected))
    assert fetched(lazy(engine).rows_of([])).empty


@each
def test_cubes_agree(engine: str) -> None:
    dims = [
        Edges("amount", (0.0, 10.0, 35.0, 80.0), overflow=True),
        Edges("time", (START, START + 30 * DAY, START + 120 * DAY)),
        Levels("channel", ("shop", None, HOSTILE), other=True),
        Levels("member", (True, False)),
    ]
    expected, found = here().table, rows(engine)
    np.testing.assert_array_equal(found.counts(dims), expected.counts(dims))
    where = [Values("member", (True,))]
    np.testing.assert_allclose(
        found.counts(dims[:2], "amount", where), expected.counts(dims[:2], "amount", where)
    )
    assert found.counts([]) == expected.n


@each
def test_a_bin_is_half_open_and_the_last_one_closed(engine: str) -> None:
    frame = pd.DataFrame({"customer": [1, 2, 3, 4], "x": [0.0, 1.0, 2.0, 3.0]})
    people = Customers(opened(engine, frame)).in_engine
    assert people is not None
    assert people.counts([Edges("x", (0.0, 1.0, 2.0))]).tolist() == [1, 2]


@each
def test_moments_agree(engine: str) -> None:
    names = ["amount", "order", "member"]
    found, expected = rows(engine).moments(names), here().table.moments(names)
    np.testing.assert_array_equal(found.n, expected.n)
    for part in ("mean", "cross", "square"):
        np.testing.assert_allclose(getattr(found, part), getattr(expected, part), rtol=1e-9)


@each
def test_group_bys_agree(engine: str) -> None:
    asked: dict[str, Any] = {
        "rows": ("*", "n"), "paid": ("amount", "n"), "money": ("amount", "sum"),
        "mean": ("amount", "mean"), "least": ("amount", "min"), "most": ("amount", "max"),
        "orders": ("order", "nunique"), "channels": ("channel", "nunique"),
        "last": ("time", "max"), "members": ("member", "sum"),
    }  # fmt: skip
    for keys in (["channel"], ["member", "channel"], []):
        found, expected = rows(engine).summarise(keys, asked), here().table.summarise(keys, asked)
        assert list(found) == list(expected)
        for name in expected:
            if name == "channel":
                assert found[name].fillna("-").tolist() == expected[name].fillna("-").tolist()
            else:
                np.testing.assert_allclose(found[name].astype(float), expected[name].astype(float))
    customers = rows(engine).by_customer({"money": ("amount", "sum")})
    expected_money = here().table.by_customer({"money": ("amount", "sum")})
    assert customers.ids.tolist() == expected_money.ids.tolist()
    np.testing.assert_allclose(customers.numbers("money"), expected_money.numbers("money"))


@each
def test_ranges_and_levels_agree(engine: str) -> None:
    names = ["amount", "time", "member"]
    found, expected = rows(engine).extent(names), here().table.extent(names)
    np.testing.assert_allclose(list(found.values()), list(expected.values()))
    for top in (30, 2):
        levels, known = rows(engine).levels("channel", top), here().table.levels("channel", top)
        assert levels["level"].tolist() == known["level"].tolist()
        assert levels["n"].tolist() == known["n"].tolist()


@each
def test_quantiles_agree_or_are_refused_by_name(engine: str) -> None:
    q = [0.1, 0.5, 0.9]
    if engine == "dask":
        for by in (None, "member"):
            with pytest.raises(InputError, match="Dask cannot do this through narwhals"):
                rows(engine).quantiles(["amount"], q, by=by)
        return
    found = rows(engine).quantiles(["amount", "order"], q)
    grouped = rows(engine).quantiles(["amount"], q, by="member")
    np.testing.assert_allclose(found, here().table.quantiles(["amount", "order"], q))
    np.testing.assert_allclose(grouped, here().table.quantiles(["amount"], q, by="member"))


@each
def test_a_table_is_made_of_a_table(engine: str) -> None:
    some = rows(engine).semi_join([3.0, 12.0]).derive("twice", nw.col("amount") * 2)
    assert some.kinds["twice"] == "number"
    found = some.summarise(["customer"], {"twice": ("twice", "sum"), "once": ("amount", "sum")})
    assert found["customer"].tolist() == [3.0, 12.0]
    np.testing.assert_allclose(found["twice"], 2 * found["once"])
    assert len(some.rows(limit=2)) == 2
    with pytest.raises(InputError, match="have no positions"):
        some.derive("x", np.zeros(3))


@each
def test_a_sample_is_of_whole_customers_and_the_same_for_the_same_seed(engine: str) -> None:
    found = rows(engine).sample(100, seed=1)
    assert 50 < len(found) <= 100
    counts = here().table.by_customer({"n": ("*", "n")}).rows().set_index("customer")["n"]
    drawn = found["customer"].value_counts()
    assert drawn.to_dict() == counts[drawn.index].to_dict()
    assert set(drawn.index) == set(rows(engine).sample(100, seed=1)["customer"])
    assert set(drawn.index) != set(rows(engine).sample(100, seed=2)["customer"])


@each
def test_rows_that_are_in_no_memory_are_refused_in_words(engine: str) -> None:
    with pytest.raises(InputError, match="The rows of this table stay in"):
        lazy(engine).table.numbers("amount")


@each
def test_customers_are_read_into_memory(engine: str) -> None:
    frame = pd.DataFrame({"client_id": ["b", "a", " "], "age": [41.0, 29.0, 3.0]})
    found = as_data(opened(engine, frame))
    assert isinstance(found, Customers)
    assert found.ids.tolist() == ["a", "b"]
    assert [(note.key, note.n) for note in found.notes] == [
        ("in_engine", 3), ("missing_customers", 1),
    ]  # fmt: skip
    assert fetched(found.rows_of(["a"]))["age"].tolist() == [29.0]
    assert fetched(found.rows_where(np.array([True, False])))["client_id"].tolist() == ["b"]


@each
def test_a_log_is_told_from_customers(engine: str) -> None:
    assert isinstance(as_data(table(engine)), Transactions)


def test_too_many_customers_are_drawn_at_random(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_widgets.data.engine.customers.MOST_CELLS", 1)
    frame = pd.DataFrame({"customer": range(3000), "x": np.arange(3000) % 7})
    found, again = (Customers(opened("duckdb", frame)) for _ in range(2))
    assert len(found.ids) == 1000
    assert found.ids.tolist() == again.ids.tolist() != list(range(1000))
    assert [(note.key, note.n, note.values.get("whole")) for note in found.notes[1:]] == [
        ("sampled_customers", 1000, 3000)
    ]
    frame.loc[1, "customer"] = 0
    with pytest.raises(InputError, match="customer"):
        Customers(opened("duckdb", frame))


def test_repeated_rows_of_a_large_log_are_counted_among_some(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("crm_widgets.data.engine.checks.CHECKED_ROWS", 300)
    found = Transactions(table("duckdb"), **ROLES)
    notes = {note.key: note for note in found.notes}
    assert "duplicates" not in notes
    if "duplicates_of_some" in notes:
        assert notes["duplicates_of_some"].values["checked"] <= 300


@pytest.mark.parametrize("returns", ["net", "gross", "drop"])
def test_returns_count_as_asked(returns: Any) -> None:
    found = Transactions(table("duckdb"), **ROLES, returns=returns)
    expected = Transactions(FRAME, **ROLES, returns=returns)
    assert found.ids.tolist() == expected.ids.tolist()
    money = {"money": ("amount", "sum"), "rows": ("*", "n")}
    assert found.in_engine is not None
    np.testing.assert_allclose(
        found.in_engine.by_customer(money).numbers("money"),  # type: ignore[arg-type]
        expected.table.by_customer(money).numbers("money"),  # type: ignore[arg-type]
    )


def test_text_in_the_place_of_times_or_amounts_names_the_cure() -> None:
    texts = FRAME.assign(order_date=FRAME["order_date"].astype(str))
    with pytest.raises(InputError, match=r"'order_date' holds String in DuckDB.*try_cast"):
        Transactions(opened("duckdb", texts), **ROLES)
    texts = FRAME.assign(revenue=FRAME["revenue"].astype(str))
    with pytest.raises(InputError, match=r"'revenue' holds String in polars.*try_cast"):
        Transactions(opened("polars", texts), **ROLES)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"customer_id": 2.0**53 + 2}, "ids_too_large"),
        ({"customer_id": np.nan}, "no_usable_rows"),
        ({"order_date": pd.NaT}, "no_usable_rows"),
    ],
)
def test_a_log_that_cannot_be_used_says_why(change: dict[str, Any], key: str) -> None:
    frame = FRAME.assign(**change)
    frame["order_date"] = frame["order_date"].astype("datetime64[us]")
    with pytest.raises(InputError) as found:
        Transactions(opened("duckdb", frame), **ROLES)
    assert found.value.key == key


def test_an_empty_table_has_no_rows() -> None:
    with pytest.raises(InputError) as found:
        Transactions(opened("duckdb", FRAME.iloc[:0]), **ROLES)
    assert found.value.key == "no_rows"


def test_dates_decimals_and_zones_are_read() -> None:
    import duckdb

    relation = duckdb.connect().sql(
        "select 'c' || (range % 3) as client, date '2024-01-01' + range::int as day, "
        "(range * 1.25)::decimal(9, 2) as amount, "
        "timestamptz '2024-01-01 23:30:00+00' as at from range(9)"
    )
    found = Transactions(relation, time="day")
    assert found.ids.tolist() == ["c0", "c1", "c2"]
    assert found.end == dt.date(2024, 1, 9)
    assert found.in_engine is not None
    assert found.in_engine.extent(["amount", "time"])["amount"] == (0.0, 10.0)
    zoned = Transactions(relation, time="at")
    assert "time_zone" in {note.key for note in zoned.notes}


def test_the_connection_of_the_caller_is_left_as_it_was() -> None:
    import duckdb

    connection = duckdb.connect()
    connection.execute("create table orders as select 1 as customer, now()::timestamp as date")
    before = connection.execute("select * from duckdb_tables()").fetchall()
    found = Transactions(connection.table("orders"))
    assert fetched(found.rows_of([1])).shape == (1, 2)
    assert connection.execute("select * from duckdb_tables()").fetchall() == before
    views = "select * from duckdb_views() where not internal"
    assert connection.execute(views).fetchall() == []


def test_a_column_of_any_name_holds_the_customers() -> None:
    odd = "cust\"omer'; --"
    frame = FRAME.rename(columns={"customer_id": odd})
    for engine in ("duckdb", "polars", "ibis", "dask"):
        found = Transactions(opened(engine, frame), odd, "order_date", "revenue")
        assert set(fetched(found.rows_of([3.0]))[odd]) == {3.0}


def test_a_look_at_a_table_in_an_engine_asks_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        pytest.fail("the engine was asked")

    monkeypatch.setattr(LazySource, "collect", refuse)
    relation, other = table("duckdb"), opened("duckdb", FRAME)
    assert fingerprint(open_frame(relation).native) == fingerprint(relation)
    assert fingerprint(relation) != fingerprint(other)


def test_customers_are_grouped_a_share_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_widgets.data.engine.log.ROWS_AT_ONCE", 100)
    log = lazy("duckdb").log
    assert log is not None
    parts = list(log.parts(log.rows()))
    assert len(parts) > 4
    seen = [len(log.table.source.collect(part)) for _, part in parts]
    assert sum(seen) == len(log.table.source.collect(log.rows()))
    assert max(seen) < 200


def test_a_duckdb_that_forgets_what_a_subquery_names_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("duckdb.__version__", "1.4.5")
    with pytest.raises(InputError, match=r"DuckDB 2\.0 or later is needed; this is 1\.4\.5"):
        Transactions(opened("duckdb", FRAME), **ROLES)
