"""Trains the landmark predictors and the profile detector on rendered heads of the face space."""
