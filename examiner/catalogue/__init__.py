"""What does a catalogue hold, how is it written, and is it whole?"""
