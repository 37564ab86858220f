"""The position map network: where each point of the face space lies in a photo, and what face that is.

Feng et al. 2018, "Joint 3D face reconstruction and dense alignment with position map regression network", describe the
map; here it also says how sure it is, what is hidden, and splits the resting face from its expression.
"""
