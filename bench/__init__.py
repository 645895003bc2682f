"""How fast is ours beside the best of the others? One comparison a file."""
