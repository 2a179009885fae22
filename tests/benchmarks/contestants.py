"""Who is dragged: the same four columns as four linked histograms, by this package and its peers.

Each brings a cell that makes the widget and its result, a cell that displays it, how its views are
found on the page, and which of them is brushed.
"""

from __future__ import annotations

from dataclasses import dataclass

FRAME = """
import numpy as np, pandas as pd
rng, rows = np.random.default_rng(0), {rows}
group = rng.integers(0, 4, rows)
frame = pd.DataFrame({{
    "customer": np.arange(rows), "recency": rng.exponential(30 + 60 * group),
    "orders": 1.0 + rng.poisson(3 + 2 * group), "money": rng.lognormal(3 + group / 2, 0.7),
    "tenure": rng.uniform(0, 700, rows),
}})
columns = ["recency", "orders", "money", "tenure"]
"""

OURS = """
import crm_widgets as crm
w = crm.SegmentExplorer(frame, customer="customer", method="kmeans", k=4, money="money")
_ = w.settle()
"""

MOSAIC = """
from mosaic_widget import MosaicWidget
plots = [
    {"plot": [{"mark": "rectY", "data": {"from": "t", "filterBy": "$brush"}, "x": {"bin": name},
               "y": {"count": ""}, "fill": "steelblue", "inset": 0.5},
              {"select": "intervalX", "as": "$brush"}],
     "xDomain": "Fixed", "width": 400, "height": 180} for name in columns
]
spec = {"params": {"brush": {"select": "crossfilter"}},
        "vconcat": [{"hconcat": plots[:2]}, {"hconcat": plots[2:]}]}
w = MosaicWidget(spec, data={"t": frame})
# DuckDB 2 refuses a second query while one runs, and JupyterLab hands over several at once
import pyarrow as pa, threading
turn = threading.Lock()
def handle(widget, content, buffers):
    try:
        answer(content)
    except Exception as error:  # as its own does: a page that hears nothing would wait for ever
        w.send({"error": str(error), "uuid": content["uuid"]})
def answer(content):
    with turn:
        if content["type"] != "arrow":
            w.con.execute(content["sql"])
            w.send({"type": "exec", "uuid": content["uuid"]})
            return
        table, sink = w.con.query(content["sql"]).to_arrow_table(), pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    w.send({"type": "arrow", "uuid": content["uuid"]}, buffers=[sink.getvalue().to_pybytes()])
w._msg_callbacks.callbacks.clear()
w.on_msg(handle)
"""

ALTAIR = """
import altair as alt, warnings
warnings.simplefilter("ignore")  # one brush in four panels is meant
alt.data_transformers.enable("vegafusion")
alt.JupyterChart.enable_offline()
brush = alt.selection_interval(name="brush", encodings=["x"])
def panel(name):
    bars = alt.Chart(frame[columns]).mark_bar().encode(
        x=alt.X(name, bin=alt.Bin(maxbins=30)), y="count()").properties(width=300, height=140)
    return alt.layer(bars.encode(color=alt.value("lightgrey")).add_params(brush),
                     bars.transform_filter(brush))
w = alt.JupyterChart(alt.concat(*map(panel, columns), columns=2),
                     embed_options={"renderer": "svg", "actions": False})
"""


OVER_DUCKDB = """
import duckdb, crm_widgets as crm
connection = duckdb.connect(config={config})
connection.execute("set enable_progress_bar = false")
log = crm.Transactions(connection.read_parquet("{folder}/*.parquet"))
w = crm.SegmentExplorer(log)
_ = w.settle()
"""


@dataclass(frozen=True)
class Contestant:
    """A widget to be dragged: CSS of its views, the first histogram's plot among them."""

    name: str
    make: str
    panels: str
    plot: str
    frame: str = FRAME

    def cells(self, rows: int) -> list[str]:
        """Make the frame and the widget; display it."""
        return [self.frame.format(rows=rows) + self.make, "w"]


OUR_PANELS = ".crmw-view:not([data-view=curve])"
CONTESTANTS = (
    Contestant(
        "crm_widgets", OURS, OUR_PANELS, '.crmw-view[data-view="hist_recency"] canvas'
    ),
    Contestant("mosaic-widget", MOSAIC, ".plot", ".plot svg"),
    Contestant("JupyterChart + VegaFusion", ALTAIR, "g[class*=concat_]", "g[class*=concat_0_]"),
)  # fmt: skip


def over_duckdb(folder: str, config: dict[str, object]) -> Contestant:
    """This package on a folder of parquet: customers by recency, frequency and money."""
    return Contestant(
        "crm_widgets over DuckDB", OVER_DUCKDB.format(folder=folder, config=config), OUR_PANELS,
        '.crmw-view[data-view="hist_recency_days"] canvas', frame="",
    )  # fmt: skip
