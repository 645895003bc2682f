"""What does the public send in, and what is published for them? The public's own process meets the house only here (D24)."""
