"""`clinic bench intake`: a phantom of known surfaces and a real head, from slices to skin and bone."""
