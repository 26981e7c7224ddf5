"""What can be asked of a whole tenant. Nothing here changes anything or decides a single question."""
