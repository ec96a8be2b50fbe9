"""The image manager: list, inspect, measure, compare, pull and clean the images of a repository."""
