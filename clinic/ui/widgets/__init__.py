"""The parts that every panel is made of."""
