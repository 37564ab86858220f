"""The window: six stages as tabs around one render window. The only owner of Qt.

`app` starts it, `desk` holds what is open and runs the work, `panels` show one stage each and change nothing but
through the desk, `actions` is the table of all that a user can do.
"""
