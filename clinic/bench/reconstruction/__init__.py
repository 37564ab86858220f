"""`clinic bench reconstruction`: faces from photos of people whose true shape is known."""
