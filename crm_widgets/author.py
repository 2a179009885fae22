"""What is needed to write a widget: one import for its author.

A widget is a class with knobs and three stages: ``analyse`` reads the table, ``find`` gives the
result for what is selected, ``draw`` puts it into views and words.

Examples
--------
>>> from crm_widgets import simulate
>>> from crm_widgets.author import CrmWidget, Drawing, Figure, Figures
>>> class Orders(CrmWidget):
...     "How many customers there are, and how many of them are selected."
...
...     def analyse(self, data, knobs, progress):
...         return len(data.ids)
...
...     def find(self, source, knobs, scope):
...         return source, scope.n
...
...     def draw(self, result, scope):
...         everyone, selected = (f"{n:,}" for n in result)
...         figures = (Figure("Customers", everyone), Figure("Selected", selected))
...         return Drawing("Customers", (Figures("figures", "How many", figures),))
>>> w = Orders(simulate(300, seed=1).transactions)
>>> w.result == (len(w.data.ids), len(w.data.ids))
True
>>> w.close()
"""

from .charts import formats, theme
from .charts.canvas import Canvas
from .charts.controls import Option
from .charts.drawing import Choices, Drawing
from .charts.forms.bars import bars
from .charts.forms.forest import forest
from .charts.forms.histogram import histogram
from .charts.meaning import Marked, Meaning
from .charts.names import feature_name
from .charts.notes import notes_words
from .charts.view import (
    Chart,
    Column,
    Counting,
    Dim,
    Figure,
    Figures,
    Listing,
    ListItem,
    Pick,
    Rows,
    Series,
    View,
)
from .charts.wording import Wording
from .data import Customers, Transactions
from .data.scope import Known, Scope
from .data.vocabulary.clauses import Box, Clause, Group, Interval, Values
from .data.vocabulary.notes import Note
from .errors import AnalysisError, InputError
from .widgets.base import CrmWidget
from .widgets.computing.records import Settings
from .widgets.computing.requests import Progress
from .widgets.knobs.types import Choice, Columns, Day, Flag, Number, Press, Span, Whole, Words
from .widgets.parts.group_picker import GroupPicker, PickedGroup
from .widgets.parts.part import Host, Part

__all__ = [
    "AnalysisError", "Box", "Canvas", "Chart", "Choice", "Choices", "Clause", "Column", "Columns",
    "Counting", "CrmWidget", "Customers", "Day", "Dim", "Drawing", "Figure", "Figures", "Flag",
    "Group", "GroupPicker", "Host", "InputError", "Interval", "Known", "ListItem", "Listing",
    "Marked", "Meaning", "Note", "Number", "Option", "Part", "Pick", "PickedGroup", "Press",
    "Progress", "Rows", "Scope", "Series", "Settings", "Span", "Transactions", "Values", "View",
    "Whole", "Wording", "Words", "bars", "feature_name", "forest", "formats", "histogram",
    "notes_words", "theme",
]  # fmt: skip
