"""One module per stage. A panel shows the desk and changes nothing but through it."""
