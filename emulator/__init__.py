"""A local stand-in for the Zalo Official Account platform. Nothing here has been tried on the real one."""
