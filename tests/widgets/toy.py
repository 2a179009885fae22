"""A small widget, so that the house is tested without any of its rooms."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass, replace
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

import crm_widgets as crm
from crm_widgets.charts.drawing import Drawing
from crm_widgets.charts.view import Chart, Dim, Pick
from crm_widgets.errors import AnalysisError
from crm_widgets.widgets.base import CrmWidget
from crm_widgets.widgets.computing.worker import WORKER
from crm_widgets.widgets.knobs.types import Choice, Columns, Day, Flag, Press, Span, Whole, Words


def log(n: int = 60, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "customer": [f"c{i:02d}" for i in rng.integers(0, 20, n)],
            "date": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 300, n), "D"),
            "amount": rng.integers(1, 100, n).astype(float),
            "city": rng.choice(["Oslo", "O'Hare", 'say "hi"', "C:\\new"], n),
        },
        index=np.arange(n) * 3 + 7,
    )


@dataclass(frozen=True)
class Thirds:
    customers: pd.DataFrame
    fingerprint: str
    as_of: dt.date
    groups: int
    bold: bool = False


class Toy(CrmWidget):
    """Customers cut into groups of equal size by what they spent."""

    groups = Whole(2, lambda w: w.most, 3)
    by = Choice(["money", "orders"], "money")
    cities = Columns(lambda w: w.city_names, None, optional=True)
    until = Day()
    bold = Flag(refits=False)
    caption = Words(max_length=20, refits=False)
    window = Span(0, 10)
    again = Press()

    most = 6
    city_names: tuple[str, ...] = ()
    gate: threading.Event | None = None

    def on_data(self, data: Any) -> None:
        self.city_names = tuple(map(str, data.table.distinct("city")))

    def __init__(self, *args: Any, **rest: Any) -> None:
        self.fits: list[int] = []
        self.draws = 0
        super().__init__(*args, **rest)

    def analyse(self, data, knobs, progress):
        progress(0.1, "half way")
        if self.gate is not None:
            self.gate.wait(10)
        progress(0.5)
        self.fits.append(knobs.groups)
        if knobs.groups == 5:
            raise AnalysisError("no_customers")
        if knobs.groups == 6:
            raise KeyError("/secret/path and customer c07")
        aggregates = {"money": ("amount", "sum"), "orders": ("amount", "n")}
        found = data.table.by_customer(aggregates).rows().set_index("customer")
        ranks = found[knobs.by].rank(method="first").to_numpy()
        found["segment"] = ((ranks - 1) * knobs.groups // len(found)).astype(int)
        name = f"thirds-{knobs.groups}-{knobs.by}"
        return Thirds(found, name, dt.date(2021, 1, 1), knobs.groups)

    def find(self, source, knobs, scope):
        same = not hasattr(source, "bold") or knobs.bold == source.bold
        return source if same else replace(source, bold=knobs.bold)

    def draw(self, result, scope):
        self.draws += 1
        some = scope.mask()
        edges = tuple(float(e) for e in np.linspace(0, 1200, 7))
        money = result.customers["money"].to_numpy()
        bars = pd.DataFrame(
            {
                "lo": edges[:-1], "hi": edges[1:],
                "n": np.histogram(money, edges)[0],
                "some": np.histogram(money[some], edges)[0],
            }
        )  # fmt: skip
        sizes = result.customers.groupby("segment").size().rename("n").reset_index()
        spread = (
            alt.Chart(alt.NamedData("spread"))
            .mark_bar()
            .encode(x=alt.X("lo:Q", bin="binned"), x2="hi:Q", y="n:Q")
            .add_params(alt.selection_interval(name="brush", encodings=["x"]))
        )
        segments = (
            alt.Chart(alt.NamedData("sizes"))
            .mark_bar(strokeWidth=3 if result.bold else 0)
            .encode(x="n:Q", y="segment:O")
            .add_params(alt.selection_point(name="pick", fields=["segment"]))
        )
        return Drawing(
            title=f"{result.groups} groups",
            line=f"{scope.n} of {len(scope.universe)}",
            views=(
                Chart(
                    "spread", spread, bars, "How much they spent", "a bar a bin",
                    dims=(Dim("money", "money", ("lo", "hi"), edges),), param="brush",
                ),
                Chart(
                    "sizes", segments, sizes, "How many they are",
                    pick=(Pick("pick", "segment", "segment"),),
                ),
            ),
        )  # fmt: skip


class After:
    """A job that tells when those before it are done."""

    def __init__(self) -> None:
        self.done = threading.Event()

    def run(self) -> None:
        self.done.set()

    def close(self) -> None:
        pass


def worked() -> None:
    """Wait until the worker has done what it was asked for so far."""
    last = After()
    WORKER.put(last)
    assert last.done.wait(20)


def update(widget: Any, state: Any, **more: Any) -> None:
    """What a page sends when a trait was changed on it."""
    content = {"data": {"method": "update", "state": state, "buffer_paths": [], **more}}
    widget._handle_msg({"content": content, "buffers": []})


__all__ = ["After", "Toy", "crm", "log", "update", "worked"]
