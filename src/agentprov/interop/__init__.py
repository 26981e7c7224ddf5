"""What other programs speak, turned into the library's values and back (FF-3)."""
