"""What may anybody see and send? A second site with its own process and its own database role, which opens no room of the house (D24)."""
