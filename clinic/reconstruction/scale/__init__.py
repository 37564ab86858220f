"""Where the millimetres come from: views alone never tell how large a face is.

Each cue gives readings: how many millimetres one unit of the face space is, and how far that may be off. `choose` takes
the surest kind of cue, and says where another one disagrees with it.
"""
