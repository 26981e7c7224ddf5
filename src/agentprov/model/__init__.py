"""What things are: frozen values, valid by construction."""
