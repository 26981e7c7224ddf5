"""What proves who somebody is. Credentials live apart from the user object and its repository (CR-7)."""
