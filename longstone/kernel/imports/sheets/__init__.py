"""How is a sheet that came from outside read? In a process with walls, within limits, to rows of plain text."""
