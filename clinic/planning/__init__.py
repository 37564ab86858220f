"""From what the surgeon asks to what mechanics gets: procedures in clinical units become loads on the face.

`procedures` is the table of what can be planned, `apply` turns a plan into loads and refuses what `opposed` finds to
work against itself, `plan_file` reads and writes plans as TOML. Nothing here knows how tissue answers.
"""
