"""A network for slow computers: fewer channels, eight bits."""
