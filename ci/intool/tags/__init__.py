"""Tags and a registry: what was decided, what is there, and which tags may be written. Pure."""

from ci.intool.tags.admit import admit
from ci.intool.tags.explain import explain
from ci.intool.tags.model import Admission, Existing, GitFacts, Skipped, Tag, Tags

__all__ = ["Admission", "Existing", "GitFacts", "Skipped", "Tag", "Tags", "admit", "explain"]
