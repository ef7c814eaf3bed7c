"""The provinces' plugins that ship with the platform."""
