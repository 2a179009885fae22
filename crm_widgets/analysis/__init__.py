"""Pure functions: a table in, a frozen result out."""
