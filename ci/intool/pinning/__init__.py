"""Pinned images: what their tags name now, how old they are, and whether anything is used without a pin."""
