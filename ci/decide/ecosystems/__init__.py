"""Package managers: manifests, lockfiles, versions and checksums."""
