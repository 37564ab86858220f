"""Skin that two photos show: where each spot of it lies in both, to a fraction of a pixel.

matches (what is handed to the fit, and what it asks of shape and cameras).
"""
