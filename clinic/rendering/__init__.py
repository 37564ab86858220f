"""What a face looks like: scene (what to draw, plain data), views, lighting and draw (PyVista).

`scene` decides, `draw` draws: the same `Scene` goes to the window, to a file, or to a test that never opens either.
Light is baked into the vertices once per face, so that a frame costs no more than the triangles. Owner of PyVista,
together with the window.
"""
