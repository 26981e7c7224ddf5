"""What follows from the model: pure functions and compiled tables, from values to explained answers."""
