"""Heads of another family in a photo studio of another renderer: photos of people whose true shape is known."""
