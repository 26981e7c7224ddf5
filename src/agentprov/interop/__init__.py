"""What other programs write, read into our values, and ours written for them; each part needs an extra of its own."""
