"""Pure decisions: pipeline file, facts of the app and arguments become the Plan. Imports no Dagger."""
