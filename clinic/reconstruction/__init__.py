"""Photos to `FaceModel`: landmarks, a perspective fit of the face space, texture.

`reconstruct` tells the story: landmarks (what the network finds), gate and quality (what cannot be used, what to warn
of), fitting (camera, identity and expression at once), level (patient frame and scale), texture (skin colour),
certainty (how far each vertex may be off). What a photo does not show is marked as inferred, never made up silently.
Owner of the networks: litert today, torch and dlib where they come to be needed.
"""
