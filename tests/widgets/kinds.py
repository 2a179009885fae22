"""A widget that shows every kind of view, each of which picks the same groups of customers."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle
from typing import Any

from crm_widgets.charts.drawing import Drawing
from crm_widgets.charts.view import (
    Column,
    Figure,
    Figures,
    Listing,
    ListItem,
    Pick,
    Rows,
)

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
