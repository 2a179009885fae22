"""Widgets that show every kind of view, and one over time."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle
from typing import Any

import pandas as pd

from crm_widgets.charts.canvas import Canvas
from crm_widgets.charts.drawing import Drawing
from crm_widgets.charts.forms.histogram import histogram
from crm_widgets.charts.forms.timeline import Layer, counted_by_period, timeline
from crm_widgets.charts.view import (
    Column,
    Figure,
    Figures,
    Listing,
    ListItem,
    Part,
    Pick,
    Rows,
    Tally,
)
from crm_widgets.data.vocabulary.periods import periods_between
from crm_widgets.data.vocabulary.table import Levels

from .toy import Toy

SEVERITIES = ("serious", "warning", "note")
PICK = (Pick("pick", "segment", "segment"),)


class Kinds(Toy):
    """The groups of `Toy` in charts, as key figures, in sentences and as rows of a table."""

    def draw(self, result: Any, scope: Any) -> Drawing:
        drawn = super().draw(result, scope)
        by = result.customers.groupby("segment")["money"]
        sizes, money = by.size(), by.mean()
        days = scope.data.frame.groupby("customer")["date"].max()
        rows = by.agg(["size", "mean"]).reset_index()
        rows["last"] = days.groupby(result.customers["segment"]).max().to_numpy()
        figures = [
            Figure(
                f"Group {at}", f"{size} customers", f"{money[at] / money.mean() - 1:+.0%} money",
                "good" if money[at] > money.mean() else "bad",
                tuple(map(float, result.customers["money"][result.customers["segment"] == at])),
                int(size), {"segment": int(at)},
            )
            for at, size in sizes.items()
        ]  # fmt: skip
        remarks = [
            ListItem(
                f"Group {at} spent {money[at]:.0f} on average.", int(size), severity,
                {"segment": int(at)},
            )
            for severity, (at, size) in zip(cycle(SEVERITIES), sizes.items(), strict=False)
        ]  # fmt: skip
        more = (
            Figures(
                "keys", "Key figures", (Figure("All", f"{len(result.customers)}"), *figures),
                pick=PICK,
            ),
            Listing("remarks", "What is to be said", tuple(remarks), pick=PICK),
            Rows(
                "table", "All groups", rows,
                (
                    Column("segment", "group"), Column("size", "customers", ",d"),
                    Column("mean", "money", ",.1f"), Column("last", "last order", "time"),
                ),
                pick=PICK, sort="mean", descending=True,
            ),
        )  # fmt: skip
        return replace(drawn, views=(*drawn.views, *more))


class Timed(Toy):
    """Orders and revenue a month (``bold``: by city) beside how much customers spent."""

    def draw(self, result: Any, scope: Any) -> Drawing:
        data, known = scope.data, scope.known
        canvas = Canvas(table=known.table, money_unit="$")
        first, last = data.table.extent(["time"])["time"]
        days = [pd.Timestamp(end, unit="ms").date() for end in (first, last)]
        periods = periods_between(*days, "month")
        cities = tuple(sorted(data.table.distinct("city")))
        levels = Levels("city", cities) if result.bold else None

        def layers(view: str, weight: str | None) -> list[Layer]:
            dims = counted_by_period(periods, weight=weight, levels=levels).dims
            rows = scope.others(view).rows()
            everyone, chosen = (data.table.counts(dims, weight, where) for where in ((), rows))
            if levels is None:
                return [Layer("", everyone, chosen)]
            return [
                Layer(city, everyone[:, at], chosen[:, at], at) for at, city in enumerate(cities)
            ]

        def where(view: str) -> Any:
            others = scope.others(*[view] if view else [])
            return (scope if not view else others).mask() if scope else None

        money = timeline(
            canvas, "months", periods, layers("months", None), what="Orders", title="Orders",
            counting=counted_by_period(periods, levels=levels),
        )  # fmt: skip
        amounts = timeline(
            canvas, "amounts", periods, layers("amounts", "amount"), what="Revenue", money=True,
            title="Revenue", span=6,
            counting=counted_by_period(periods, weight="amount", levels=levels),
        )  # fmt: skip
        tally = Tally("{0} customers", (Part(",d"),), (None,))
        views = (money, amounts, histogram(canvas, "money", where, span=6))
        return Drawing("Orders", views, f"{scope.n} customers", tally=tally)
