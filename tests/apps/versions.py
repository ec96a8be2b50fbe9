"""Exact versions, the same in all apps, so that each is downloaded once."""

NEXT = {13: "13.5.7", 14: "14.2.35", 15: "15.5.28", 16: "16.4.3"}
"""Next.js and create-next-app, by major version."""

REACT = {13: "18.3.1", 14: "18.3.1", 15: "19.1.0", 16: "19.3.0"}
"""What the generators write or resolve to."""

TYPESCRIPT = {"@types/node": "20.19.43", "@types/react": "19.3.0", "typescript": "5.9.3"}
"""What Next.js needs for TypeScript; without it the build would install it."""

OLD = """\
version: 2
waivers:
  - { id: SC-06, reason: "this app tests that old versions build", owner: tests, expires: 2099-12-31 }
"""
"""Pipeline file of apps with a major version of Next.js that gets no fixes any more."""
