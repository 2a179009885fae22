"""The lock of what a page may see change, the log, and what is said of a refusal."""

from __future__ import annotations

import logging
import threading

LOG = logging.getLogger("crm_widgets")
LOG.addHandler(logging.NullHandler())  # else a traceback goes to stderr, and so to the page

LOCK = threading.RLock()
"""Guards what a page may see change: what comes in, publishing, knobs, selections.

Never held while computing, and never waited for by whoever computes an answer.
"""


class RefusedError(ValueError):
    """A value from the page that is not taken."""
