"""What a page is told: structure once, rows in place, words in its language, and no customer."""

from __future__ import annotations

import csv
import gc
import io
import json
import re
from typing import Any

import altair as alt
import comm
import ipywidgets
import numpy as np
import pandas as pd
import pytest

import crm_widgets as crm
from crm_widgets.charts.drawing import Drawing
from crm_widgets.charts.view import Chart, Dim
from crm_widgets.widgets.computing.lock import LOCK
from crm_widgets.widgets.following import notebook_cells as cells_module
from crm_widgets.widgets.page import customer_table, view_payload
from crm_widgets.widgets.page import runtime as runtime_module
from crm_widgets.widgets.page.runtime import runtime

from ..conftest import Wire
from ..toy import Toy, log, update


def test_an_answer_is_one_message(wire: Wire) -> None:
    w = Toy(log())
    w.settle()
    wire.clear()
    w.groups = 4
    w.settle()
    answers = [m["state"] for m in wire.data(w, "update") if "_rows" in m["state"]]
    assert len(answers) == 1
    assert answers[0]["_head"]["title"] == "4 groups"


def test_new_rows_do_not_send_the_structure_again(wire: Wire) -> None:
    w = Toy(log())
    w.settle()
    hashes = [view["hash"] for view in w._views]
    wire.clear()
    w.selection.set(money=(100, 400))
    w.groups = 4
    w.data = log(200, seed=3)
    w.settle()
    assert not any("_views" in message["state"] for message in wire.data(w))
    assert [view["hash"] for view in w._views] == hashes
    assert sum(w._rows["spread"]["n"]) == len(w.data.ids)


def test_a_view_is_sent_as_the_contract_has_it() -> None:
    w = Toy(log())
    w.settle()
    spread, sizes = w._views
    assert set(spread) == {
        "id", "spec", "hash", "datasets", "dims", "series", "param", "active_bins", "pick",
        "columns", "span", "height", "kind",
    }  # fmt: skip
    assert spread["datasets"] == ["spread"]
    assert spread["spec"]["data"] == {"name": "spread"}
    assert (spread["spec"]["width"], spread["spec"]["height"]) == ("container", 220)
    assert not spread["spec"].keys() & {"config", "usermeta", "datasets"}
    assert sizes["pick"] == [{"param": "pick", "field": "segment", "key": "segment", "knob": None}]
    assert w._words["spread"]["title"] == "How much they spent"
    json.dumps(w.get_state(["_views", "_rows", "_head", "_controls", "selection"]), allow_nan=False)


def test_the_users_altair_settings_stay_the_users() -> None:
    @alt.theme.register("loud", enable=True)
    def loud() -> alt.theme.ThemeConfig:
        return {"config": {"background": "red"}}

    try:
        w = Toy(log())
        w.settle()
        assert "red" not in json.dumps(w._views)
        assert alt.theme.active == "loud"
    finally:
        alt.theme.enable("default")


@pytest.mark.parametrize(
    "chart",
    [
        alt.Chart("https://example.org/a.csv").mark_point(),
        alt.Chart(pd.DataFrame({"id": ["c01"]})).mark_point(),
        alt.Chart(alt.NamedData("v")).mark_point().encode(href="id:N"),
        alt.Chart(alt.NamedData("v")).mark_image().encode(url="id:N"),
        alt.layer(
            alt.Chart(alt.NamedData("v")).mark_point(),
            alt.Chart(alt.UrlData("https://example.org/a.csv")).mark_line(),
        ),
    ],
)
def test_a_chart_that_carries_rows_or_fetches_is_refused(chart: Any) -> None:
    with pytest.raises(ValueError, match="fetches nothing"):
        view_payload.spec(Chart("v", chart, pd.DataFrame(), "v"))


def test_rows_are_json_whatever_the_frame_holds() -> None:
    frame = pd.DataFrame(
        {
            "f": [1.5, np.nan, np.inf], "i": np.array([1, 2, 3], "int32"), "b": [True, False, True],
            "t": pd.to_datetime(["2020-01-01", None, "1969-12-31"]),
            "z": pd.to_datetime(["2020-01-01", None, "1969-12-31"]).tz_localize("Asia/Shanghai"),
            "c": pd.Categorical(["a", None, "b"]), "n": pd.array([1, None, 3], "Int64"),
            "o": [None, "x", np.float64("nan")], "p": pd.period_range("2020", periods=3, freq="M"),
        }
    )  # fmt: skip
    assert view_payload.columnar(frame) == {
        "f": [1.5, None, None], "i": [1, 2, 3], "b": [True, False, True],
        "t": [1577836800000, None, -86400000], "z": [1577836800000, None, -86400000],
        "c": ["a", None, "b"], "n": [1, None, 3], "o": [None, "x", None],
        "p": ["2020-01", "2020-02", "2020-03"],
    }  # fmt: skip


def test_controls_follow_the_knobs_and_the_language() -> None:
    w = Toy(log())
    w.settle()
    controls = {control["knob"]: control for control in w._controls}
    assert {name: control["kind"] for name, control in controls.items()} == {
        "groups": "slider", "by": "select", "cities": "multiselect", "until": "text",
        "bold": "toggle", "caption": "text", "window": "range", "again": "button",
    }  # fmt: skip
    assert (controls["groups"]["lo"], controls["groups"]["hi"]) == (2, 6)
    assert [option["value"] for option in controls["cities"]["options"]] == list(w.city_names)
    try:
        crm.set_locale("zh")
        w.groups = 4
        w.settle()
        assert w._strings["lang"] == "zh"
    finally:
        crm.set_locale("en")


def test_charts_are_altair_charts_with_data_that_can_be_combined() -> None:
    w = Toy(log())
    charts = w.charts
    assert set(charts) == {"spread", "sizes"}
    spec = charts["spread"].to_dict()
    assert spec["title"]["text"] == "How much they spent"
    assert spec["title"]["subtitle"] == "a bar a bin"
    assert sum(row["n"] for row in next(iter(spec["datasets"].values()))) == 19
    both = (charts["spread"] | charts["sizes"]).configure_axis(grid=False).to_dict()
    assert len(both["datasets"]) == 2
    assert w._views[0]["spec"]["data"] == {"name": "spread"}


def test_a_knob_out_of_the_bounds_of_a_new_table_starts_again() -> None:
    w = Toy(log(), cities=["Oslo"])
    frame = log().assign(city="Rome")
    w.data = frame
    assert w.cities is None
    assert w.result is not None


def test_a_knob_set_wrongly_in_python_says_what_it_takes() -> None:
    w = Toy(log())
    with pytest.raises(crm.InputError, match="groups must be a whole number from 2 to 6, not 99"):
        w.groups = 99
    with pytest.raises(crm.InputError, match=r"by cannot be 'nothing'\. .* 'money', 'orders'"):
        w.by = "nothing"
    with pytest.raises(crm.InputError, match="whole number"):
        Toy(log(), groups=True)
    assert w.groups == 3


def test_refresh_reads_the_frame_again() -> None:
    frame = log()
    w = Toy(frame)
    before = len(w.ids)
    frame.loc[1000] = ["new", pd.Timestamp("2020-02-02"), 5.0, "Oslo"]
    assert len(w.ids) == before
    w.refresh()
    assert len(w.ids) == before + 1


def test_an_empty_drawing_is_said_to_be_empty() -> None:
    class Nothing(Toy):
        def draw(self, result, scope):
            return Drawing("Nothing", ())

    w = Nothing(log())
    w.settle()
    assert w.status == "empty"


def test_a_closed_runtime_is_made_anew_and_live_widgets_follow() -> None:
    w = Toy(log())
    old = runtime()
    old.close()
    bundle = w._repr_mimebundle_()
    assert bundle[0]["application/vnd.jupyter.widget-view+json"]["model_id"] == w.model_id
    assert runtime() is not old
    assert w._runtime is runtime()
    assert w.get_state("_runtime") == {"_runtime": f"anywidget:{runtime().model_id}"}


def test_the_bundle_is_text_and_is_sent_once(wire: Wire) -> None:
    runtime().close()
    for _ in range(3):
        Toy(log())
    opened = [m["data"]["state"] for m in wire if m["type"] == "comm_open"]
    bundle = runtime()._esm
    assert isinstance(bundle, str)
    assert sum(bundle == state.get("_esm") for state in opened) == 1
    shims = [state["_esm"] for state in opened if state.get("_esm") not in (None, bundle)]
    assert len(shims) == 3
    assert max(map(len, shims)) < 8_000


def test_a_missing_bundle_says_how_to_build_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(runtime_module, "STATIC", tmp_path)
    with pytest.raises(crm.InputError, match="npm ci && npm run build"):
        runtime_module.built("runtime.js")


def test_a_thousand_widgets_leave_nothing_behind() -> None:
    frame = log(30)
    Toy(frame).close()
    instances = ipywidgets.widgets.widget._instances
    before = (len(instances), len(comm.get_comm_manager().comms))
    for i in range(1_000):
        w = Toy(frame)
        if i % 50 == 0:
            w.settle()
        w.close()
    del w
    assert (len(instances), len(comm.get_comm_manager().comms)) == before
    assert cells_module._fresh == []
    for _ in range(20):
        gc.collect()
        with LOCK:
            left = len(runtime_module._users)
        if left <= 1:
            break
    assert left <= 1  # the worker may hold the last one


CANARY = re.compile(r"canary-\d{4}")


def canaries() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    frame = log(1_000)
    frame["customer"] = [f"canary-{i:04d}" for i in range(1_000)]
    frame["note"] = frame["customer"] + "@example.org"
    frame["amount"] = rng.integers(1, 100, 1_000) + 0.123456789
    return frame


def test_no_customer_reaches_page_notebook_html_or_repr(wire: Wire, tmp_path: Any) -> None:
    w = Toy(canaries(), customer="customer")
    w.settle()
    w.selection.set(money=(20, 60))
    w.settle()
    w.groups = 6
    w.settle()
    w.groups = 4
    w.settle()
    path = w.to_html(tmp_path / "w.html")
    saved = json.dumps(ipywidgets.Widget.get_manager_state(), default=str)
    page = path.read_text(encoding="utf-8")
    places = [json.dumps(list(wire), default=str), saved, page, repr(w), repr(w.selection)]
    places.append(str(w._repr_mimebundle_()))
    for place in places:
        assert not CANARY.search(place)
        assert "0.123456789" not in place


def test_rows_are_shown_only_where_they_were_asked_for(wire: Wire) -> None:
    w = Toy(canaries(), customer="customer", rows=True)
    w.selection.set(money=(20, 60))
    w.settle()
    table = w._table
    assert (table["page"], table["pages"], table["total"]) == (0, -(-len(w.ids) // 20), len(w.ids))
    assert table["rows"]["customer"] == list(w.ids[:20])
    update(w, {"_table_page": {"page": 1, "sort": "money", "descending": True, "csv": 0}})
    expected = w.result.customers.loc[w.ids].sort_values("money", ascending=False, kind="stable")
    assert w._table["rows"]["customer"] == list(expected.index[20:40])
    wire.clear()
    update(w, {"_table_page": {"page": 1, "sort": "money", "descending": True, "csv": 1}})
    (message,) = [m for m in wire if m["data"]["method"] == "custom"]
    assert message["data"]["content"] == {"type": "csv", "name": "selected-customers.csv"}
    (content,) = message["buffers"]
    read = pd.read_csv(io.BytesIO(content), index_col="customer")
    pd.testing.assert_frame_equal(read, expected, check_index_type=False)


@pytest.mark.parametrize(
    "asked",
    [
        None, [], {}, {"page": 0}, {"page": 0, "sort": "note", "descending": False, "csv": 0},
        {"page": -1, "sort": None, "descending": False, "csv": 0},
        {"page": True, "sort": None, "descending": False, "csv": 0},
        {"page": 0.5, "sort": None, "descending": False, "csv": 0},
        {"page": 10**400, "sort": None, "descending": False, "csv": 0},
        {"page": 0, "sort": ["money"], "descending": False, "csv": 0},
        {"page": 0, "sort": None, "descending": 1, "csv": 0},
        {"page": 0, "sort": None, "descending": False, "csv": "1"},
        {"page": 0, "sort": None, "descending": False, "csv": 0, "file": "/etc/passwd"},
    ],
)  # fmt: skip
def test_a_hostile_page_is_refused(wire: Wire, asked: Any) -> None:
    w = Toy(log(), rows=True)
    w.settle()
    table = w._table
    wire.clear()
    update(w, {"_table_page": asked})
    assert w._table == table
    assert [m["state"] for m in wire.data(w)] == [{"_table_page": customer_table.START}]


def test_a_csv_opens_as_text_and_numbers_only() -> None:
    customers = pd.DataFrame(
        {
            "name": ["=1+1", "+44", "-x", "@sum", "\tx", "\rx", "plain", 'a,"b"\r=1', None],
            "n": [-1.5, 2, 3, 4, 5, 6, 7, 8, 9],
            "mixed": [-1, "=x", 2.5, None, True, "ok", "-", "", "x"],
            "=cmd": pd.Categorical(["=a"] * 9),
        }
    )
    content = customer_table.csv(customers, customer_table.START).decode("utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(content, newline="")) for cell in line]
    assert len(cells) == 4 * (len(customers) + 1)
    assert [c for c in cells if c.startswith(("=", "+", "-", "@", "\t", "\r"))] == ["-1.5", "-1"]
    read = pd.read_csv(io.StringIO(content), keep_default_na=False, dtype=str)
    assert list(read.columns) == ["name", "n", "mixed", "'=cmd"]
    assert read["name"].tolist()[:7] == ["'=1+1", "'+44", "'-x", "'@sum", "'\tx", "'\rx", "plain"]
    assert read["name"].tolist()[7:] == ['a,"b"\r=1', ""]
    assert read["n"].tolist()[0] == "-1.5"
    assert read["mixed"].tolist() == ["-1", "'=x", "2.5", "", "True", "ok", "'-", "", "x"]
    assert set(read["'=cmd"]) == {"'=a"}


def test_an_exported_page_is_closed_in_itself(tmp_path: Any) -> None:
    hostile = "</script><script>alert(1)</script><!-- \u2028"

    class Loud(Toy):
        def draw(self, result, scope):
            drawn = super().draw(result, scope)
            view = drawn.views[0]
            dim = Dim("money", hostile, ("lo", "hi"), view.dims[0].edges)
            one = Chart(view.id, view.chart, view.rows, hostile, dims=(dim,), param="brush")
            return Drawing(hostile, (one,), footer=(hostile,))

    w = Loud(log())
    page = w.to_html(tmp_path / "w.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert page.count("</script>") == 3
    assert "<!--" not in page
    policy = re.search(r'content="(default-src[^"]*)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'")
    assert "connect-src" not in policy[1]
    assert "unsafe-eval" not in policy[1]
    state = json.loads(page.split('id="state">')[1].split("</script>")[0])
    assert state["_head"]["title"] == hostile
    assert state["groups"] == 3
    assert json.loads(page.split('id="bundle">')[1].split("</script>")[0]) == runtime()._esm


def test_a_widget_says_which_table_it_needs() -> None:
    class OfCustomers(Toy):
        takes = crm.Customers

    class OfPurchases(Toy):
        takes = crm.Transactions

    people = crm.Customers(pd.DataFrame({"id": ["a", "b"], "age": [31, 45]}), customer="id")
    with pytest.raises(crm.InputError, match="OfCustomers needs a table of customers"):
        OfCustomers(log())
    with pytest.raises(crm.InputError, match="OfPurchases needs a log of purchases"):
        OfPurchases(people)


def test_an_unknown_argument_names_those_of_the_widget() -> None:
    with pytest.raises(TypeError, match=r"Toy got an unexpected argument 'foo'; it takes .*cities"):
        Toy(log(), foo=1)
