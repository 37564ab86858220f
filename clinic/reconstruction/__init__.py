"""Photos → `FaceModel`: landmarks, a perspective fit of the face space, texture. Owner of torch, dlib and litert."""
