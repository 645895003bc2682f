"""The registers of this room, one a file."""
