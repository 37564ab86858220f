"""Files out: pictures, the consultation report and meshes.

`story` writes the whole consultation set, `mesh` one face for the command line; `pictures` draws, `compose` puts words
and scale beside what was drawn, `renders` makes PNG files of it and `report` the PDF; `write` alone opens files for
writing. Every picture and page says that it is a simulation; only a solved and current simulation leaves.
"""
