"""Trains the position map network on faces drawn on the fly: `clinic train`."""
