"""What the user chooses about the window: kept, applied at once, and the sheet where it is chosen."""
