"""Shared by all tool packages: failures, JSON, image layouts, compressed layers, versions, text."""
