"""What importing the package leaves out, and that nobody misses it."""

import subprocess
import sys

CHECKS = """
import sys
import crm_widgets
assert not any(name.startswith("rfc3987_syntax") for name in sys.modules)
from jsonschema import Draft202012Validator, FormatChecker
schema = {"type": "string", "format": "iri"}
check = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
assert check.is_valid("https://例え.jp/%E3%81%82?q=ü")
assert not check.is_valid("no address: ^^")
assert "rfc3987_syntax.syntax_helpers" in sys.modules
import rfc3987_syntax
assert rfc3987_syntax.is_valid_syntax("iri", "https://example.org/")
"""


def test_a_grammar_that_altair_does_not_use_is_read_when_it_is_asked_for() -> None:
    subprocess.run([sys.executable, "-c", CHECKS], check=True)
