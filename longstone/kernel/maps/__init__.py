"""How are figures of places shown without tiles, scripts or anybody else's server? Areas from a file, drawn here, with equal alternatives."""
