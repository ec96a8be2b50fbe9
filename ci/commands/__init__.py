"""What each Dagger function does, one file a family."""
