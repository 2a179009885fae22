"""One family of exceptions; every message is built here.

An error carries a key and the values of its message, so that a page can say the
same thing in another language (``text/zh.json`` has a line ``error.<key>`` for each).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

MESSAGES: dict[str, str] = {
    "missing_column": "There is no column {column!r}. Columns: {columns}.",
    "ambiguous_role": "Which column is the {role}? Say {role}=… with one of: {candidates}.",
    "unknown_locale": "There are no words for the language {language!r}. There are: en, zh.",
    "bad_edges": "The edges of {column!r} must be at least two finite numbers that increase.",
    "bad_quantile": "Quantiles lie between 0 and 1, got {given}.",
    "no_customers": "This table has no column of customer ids.",
    "not_a_number": "Column {column!r} holds categories; choose a number, bool or time column.",
    "repeated_levels": "A level of {column!r} is named twice.",
    "too_many_groups": "There are too many combinations of {columns} to group by; use fewer columns.",
    "unhashable": (
        "Column {column!r} holds lists or other nested values; drop it, or turn it into "
        "text: frame[{column!r}].astype(str)."
    ),
    "wrong_length": "Column {column!r} has {n} values, the table has {expected} rows.",
    "ambiguous_amounts": (
        "Column {column!r} has amounts such as {example} in which the comma or point could "
        "mean two things. Make them numbers first, for instance "
        "frame[{column!r}].str.replace(',', '').astype(float)."
    ),
    "ambiguous_dates": (
        "Column {column!r} has dates such as {example!r} in which day and month cannot be "
        "told apart. Say which comes first: pd.to_datetime(frame[{column!r}], "
        "dayfirst=True) or False."
    ),
    "column_levels": (
        "The columns of the frame have {n} levels. Join them first: frame.columns = "
        "['_'.join(map(str, c)) for c in frame.columns]."
    ),
    "ids_too_large": (
        "Column {column!r} holds ids over 2^53 as floats, which cannot tell them apart. "
        "Read the column as text: dtype=str."
    ),
    "in_engine": "The rows of this table stay in {engine}: column {column!r} is not in memory. Ask w.data.in_engine for counts or rows of it, or read the table into memory first.",
    "no_positions": "Rows of a table in {engine} have no positions. Say which are meant by a condition, by customers, or by a narwhals expression.",
    "engine_cannot": "{engine} cannot do this through narwhals: {reason}",
    "old_duckdb": "DuckDB 2.0 or later is needed, here is {version}: pip install -U duckdb.",
    "engine_busy": "The connection to {engine} has a result that is not fetched to its end. Fetch it, for instance with .fetchall(), or give the widget a table of a connection of its own, such as connection.cursor().table(…), and call w.refresh().",
    "time_in_engine": "Column {column!r} holds {type} in {engine}, no times. Make them times there first, for instance with try_cast({column} as timestamp) in SQL.",
    "amount_in_engine": "Column {column!r} holds {type} in {engine}, no numbers. Make them numbers there first, for instance with try_cast({column} as double) in SQL.",
    "no_ids_in_engine": "Which column holds the ids of the customers? Rows of a table in {engine} have no numbers of their own: say customer=….",
    "mixed_ids": (
        "Column {column!r} mixes texts and other ids, such as {one} and {two}. Make them "
        "one type: frame[{column!r}].astype(str)."
    ),
    "no_columns": "The frame has no columns.",
    "no_rows": "The frame has no rows.",
    "no_usable_rows": "No row can be used: customer (column {customer!r}) or time is missing in all.",
    "not_a_frame": "A pandas, polars or pyarrow frame is needed, got {type}.",
    "not_numbers": (
        "Column {column!r} holds no amounts: most are like {example}. Choose another column "
        "with amount=…."
    ),
    "not_times": (
        "Column {column!r} holds no times: most are like {example}. Choose another column "
        "with time=…, or convert it with pd.to_datetime(…, format=…)."
    ),
    "out_of_range": "{name} must lie between {lo} and {hi}, got {given}.",
    "price_but_no_amount": (
        "There is a price ({price!r}) but no amount. Multiply first: "
        "frame.assign(amount=frame[{quantity!r}] * frame[{price!r}])."
    ),
    "repeated_columns": "Several columns have the same name: {columns}. Rename or drop all but one.",
    "repeated_customers": (
        "Column {column!r} repeats customers in {n} rows; a table of customers has a row "
        "each. Aggregate it first, or give a log: Transactions(frame, customer={column!r}, "
        "…)."
    ),
    "too_large": (
        "Column {column!r} holds whole numbers over 2^53, which are ids rather than "
        "amounts. Choose another column with amount=…."
    ),
    "two_roles": "Column {column!r} is given two roles.",
    "unknown_returns": "returns is one of 'net', 'gross', 'drop', got {given!r}.",
    "unknown_choice": "{name} is one of {allowed}, got {given!r}.",
    "no_amounts": (
        "The measure {measure!r} needs amounts of money; name their column with "
        "Transactions(frame, amount=…)."
    ),
    "nobody_bought": ("Nobody bought anything: there are no purchases of the customers asked for."),
    "unknown_cohort": "There is no cohort {cohort}. Cohorts: {cohorts}.",
    "other_period": "{cohort} is no cohort of one {period}. Cure: period={asked!r}.",
    "groups_overlap": "{n} customers are in two groups; groups that are compared must not share any.",
    "too_many_cohorts": (
        "Grouping by {column!r} gives {n} groups; at most {most} can be shown. Group its values"
        " first."
    ),
    "clause_of_model": (
        "A condition on a {space} coordinate means nothing in a log. Turn it into its "
        "customers: customers=…."
    ),
    "bad_choice": "{knob} cannot be {given}. Choose one of: {options}.",
    "bad_columns": "{knob} cannot be {given}. Give a list of at least {least} different names of: {options}.",
    "bad_pair": "{knob} cannot be {given}. Give two different columns of: {options}.",
    "bad_number": "{knob} must be a number from {lo} to {hi}, not {given}.",
    "bad_whole": "{knob} must be a whole number from {lo} to {hi}, not {given}.",
    "bad_span": "{knob} must be a pair of numbers in order, from {lo} to {hi}, not {given}.",
    "bad_day": "{knob} must be a day such as 2010-12-31, not {given}.",
    "bad_flag": "{knob} must be True or False, not {given}.",
    "bad_words": "{knob} must be text of at most {n} characters, not {given}.",
    "bad_press": "{knob} counts how often it was pressed; it cannot be {given}.",
    "bad_condition": "{field}={given!r} is no condition. Give a pair in order, (lo, hi), or a list of values.",
    "no_bundle": (
        "The built front end is missing ({file}). Build it: cd js && npm ci && npm run "
        "build. Or install the wheel, which holds it."
    ),
    "no_code": "This selection holds values that cannot be written as Python. Use .frame or .ids.",
    "not_a_selection": "The selection of a widget must be a crm.Selection, not a {given}.",
    "not_to_compare": "Column {column!r} cannot be compared: it holds times, or more than {most} levels. Leave it out.",
    "not_a_group": "A group is a mask of all {n} customers, or ids of theirs; got {given}.",
    "nothing_to_confirm": "Nothing to confirm: on the explored customers, no feature differs clearly that does not define the group. Select another group, or segment by fewer features.",
    "too_few_held": "Nothing can be tested: {n} held-out customers belong to the group and {rest} do not, and at least {least} of both are needed. Select a larger group.",
    "none_to_hold_out": "Of {n} customers none can be held out, or all would be. Explore them all: leave holdout out.",
    "no_holdout": "No customers are held out. Make the widget with holdout=.5 to explore one half of them and test on the other.",
    "not_of_held": "A condition of this selection says nothing of the held-out customers: it is of another table or model, or a list of customers. Select by columns, features or segments of this table.",
    "closed": "This widget is closed. Make a new one.",
    "selection_alone": (
        "This selection belongs to no widget yet. Give it to one (selection=…), or use "
        ".apply(frame)."
    ),
    "selection_of_many": (
        "This selection is of several tables. Use w.selected, the rows of one widget's "
        "table, or .apply(frame)."
    ),
    "selection_lost": "The selection speaks of a result that is no longer there. Clear it: w.selection.clear().",
    "bad_name": "The name of a group is a text of 1 to {most} characters, not {given}.",
    "missing_group": "There is no group named {name}. Groups: {groups}.",
    "no_room_for_groups": "There is no room for another group beside {n}. Give it one of their names, and it takes that one's place, or forget one of them.",
    "selection_moved": "The selection has changed meanwhile, and nothing was kept. Try again.",
    "nobody_to_name": "Nobody is selected, so there is no group to keep. Widen the selection.",
    "not_saved": "A selection with the value {given} cannot be written to a file.",
    "no_selection_file": "{path} is no selection that was saved with selection.save(…): {place} is not {expected}.",
    "selection_file_too_large": "{path} has {size} bytes; a selection has at most {most}.",
    "no_gaps": "Nobody bought on two days, so no usual silence can be found; give silence_days.",
    "nobody_left": "No customers are left to follow.",
    "bad_landmark": "A landmark of a log is a date, and of a table of durations a number; got {given!r}.",
    "no_durations": (
        "Say which columns hold the durations and the events: Customers(frame, duration=…, "
        "event=…)."
    ),
    "not_an_event": (
        "Column {column!r} must say whether the event happened: True and False, 1 and 0, or yes"
        " and no."
    ),
    "bad_date": "as_of must be a date such as 2024-12-31, got {given}.",
    "no_purchases": "Nobody bought anything by {as_of}; choose a later as_of.",
    "too_few_for_fifths": "Scores are fifths of the customers, and only {n} bought; at least {least} are needed.",
    "unknown_ties": "ties must be 'equal' or 'first', got {given}.",
    "unknown_scheme": "scheme must be 'ten', 'eight', a mapping of (r, f) to names or a 5 × 5 table, got {scheme}.",
    "grid_shape": "The grid of segment names must be 5 × 5, R down and F across; it is {shape}.",
    "grid_incomplete": "The grid of segment names has no name for the cells RF = {cells}.",
    "empty_side": "There are no customers of {side} to compare.",
    "no_common_window": (
        "The log ends before {side} can be compared for {days} days; take shorter windows or "
        "earlier cohorts."
    ),
    "nothing_to_explain": (
        "On days 1 to {days} nobody of {side} bought, or revenue was not above 0: there is "
        "nothing to split."
    ),
    "too_few_columns": (
        "Correlations need two columns, {n} can be used. Left out as empty, constant, identifiers, "
        "free text or categories of too many levels: {left_out}."
    ),
    "given_and_partial": (
        "method='partial' and given=[…] go together: the given columns are held fixed. Got "
        "method={method!r} and given: {given}."
    ),
    "which_positive": "Which value of {column!r} is to be counted? Say positive=… with one of: {levels}.",
    "no_such_positive": "Column {column!r} has no value {given}; it has {levels}.",
    "choose_given": "Partial correlation holds columns fixed: choose them under \u201cHeld fixed\u201d.",
    "no_levels": "Column {column!r} has not 2 to 12 levels that could be compared.",
    "nobody_selected": "The selection elsewhere leaves no customers. Widen it.",
    "empty_group": "A group to compare has no rows: {n_a} and {n_b}. Widen its selection.",
    "not_comparable": "Column {column!r} cannot be compared: {reason}.",
    "bad_k": "k must be 'auto' or a whole number of at least 2, got {given}.",
    "k_above_customers": "k is {k}, but only {n} customers differ in these features; choose fewer segments.",
    "one_customer": "There is {n} customer; at least 2 are needed to tell segments apart.",
    "nothing_varies": "No feature tells these customers apart: {features}. Choose other features (features=…).",
    "not_a_feature": "Column {column!r} holds times or ids, which are no feature. Turn a time into days first.",
    "mostly_missing": (
        "Feature {column!r} is missing for {percent:.0f} % of the customers; more than half cannot be "
        "filled in. Leave it out, or select the customers who have it."
    ),
    "unknown_clusterer": (
        "method must be 'rfm', 'kmeans', 'gaussian_mixture', a column, or a scikit-learn clusterer "
        "such as Birch(); got {method}."
    ),
    "clusterer_failed": "{method} could not part these customers: {reason}",
    "too_many_segments": "Column {column!r} has {n} different values, too many for segments; at most {most}.",
    "empty_column": "Column {column!r} is empty for all customers.",
    "no_variable": "There is no variable {name!r} (any more). Make one, or bind to another name.",
    "source_failed": (
        "The data could not be read again ({name}). The details are in Python's logging, logger "
        "crm_widgets."
    ),
    "not_live": (
        "live() takes the name of a variable, such as 'orders', or a callable that returns a "
        "frame; got {given}."
    ),
    "rfm_needs_log": (
        "RFM needs a log of purchases, not a row a customer. Choose method='kmeans', or give "
        "Transactions(frame, customer=…, time=…, amount=…)."
    ),
    "not_a_widget": "A board holds widgets of crm_widgets, got {given}.",
    "nothing_selected": "Nothing is selected yet: click or brush a chart first.",
    "mixed_side": "“Selection” and “Rest” are a side of their own: choose them alone.",
    "one_cohort": "There is only one cohort to compare: choose a shorter period, or cohorts by a column.",
    "too_few_to_show": "There are fewer than {n} customers on a side.",
    "too_few_buyers": "Fewer than {n} customers of a side bought again: not shown.",
    "no_losses": "Nobody was silent for {n} days within the {longest} days watched, so nobody is lost yet.",
    "bad_side": "{knob} is a cohort by its label, a list of them, 'selection' or 'rest'; got {given}.",
    "bad_window": "{knob} is the age of a window, a whole number from 0 on, or None; got {given}.",
    "needs_transactions": "{widget} needs a log of purchases, a row each: say customer=…, time=…, amount=….",
}


class CrmError(Exception):
    """Base of all errors raised on purpose; ``key`` and ``values`` describe the message."""

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(MESSAGES[key].format(**values))


class InputError(CrmError, ValueError):
    """A frame, a column or an argument that cannot be used; the message names the cure."""


class AnalysisError(CrmError, ValueError):
    """An analysis that cannot be done on these data; the message says why and what helps."""


class CrmWarning(UserWarning):
    """A result was given, but the reader should know something about it."""


def missing_column(column: object, columns: Iterable[object]) -> InputError:
    """Error for a column that is not in the frame, the nearest names first."""
    names = [str(name) for name in columns]
    near = difflib.get_close_matches(str(column), names, n=len(names), cutoff=0.4)
    listed = near + [name for name in names if name not in near]
    shown = ", ".join(repr(name) for name in listed[:20])
    return InputError("missing_column", column=str(column), columns=shown)


def missing_group(name: str, names: Iterable[str]) -> InputError:
    """Error for a named group that is not in the selection."""
    listed = ", ".join(repr(one) for one in names) or "–"
    return InputError("missing_group", name=repr(name), groups=listed)
