"""Learns what tells people apart in detected points, and what a turn, a mien or the light does to them."""
