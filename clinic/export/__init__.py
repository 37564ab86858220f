"""Files out: pictures, the consultation report and meshes.

`story` writes the whole consultation set, `mesh` one face for the command line; `pictures` draws, `report` lays out the
PDF, `write` alone opens files for writing. Every picture and page says that it is a simulation; only a solved and
current simulation leaves.
"""
