"""Where does an officer bring a list in? The pages of it, and the work that they ask for."""
