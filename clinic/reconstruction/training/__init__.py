"""Bakes what reconstruction reads from resources/: run by hand, never by the application."""
