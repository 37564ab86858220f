"""Before against after: distances along the skin, volumes by region, and what each edit reached."""
