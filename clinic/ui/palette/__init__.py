"""The command palette: every action of the table, found by a few letters."""
