"""What an image must pass before it is pushed; each returns a GateResult."""
