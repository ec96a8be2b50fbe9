"""What all tool packages share: failures, JSON, image layouts, compressed layers, versions, text."""
