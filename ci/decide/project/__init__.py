"""What the app is, from the content of its files. Pure: nothing is run, nothing is read here."""
