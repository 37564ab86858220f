"""From what the surgeon asks to what mechanics gets: procedures in clinical units become loads on the face."""
