"""Photographs random heads of the face space as a detector meets them: skin, hair, glasses, lamps, lenses."""
