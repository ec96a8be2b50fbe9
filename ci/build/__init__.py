"""The four stages of a build, and the layout: Plan and inputs to containers."""
