"""Licences in SPDX's form. Pure."""

import hashlib
import re

_LISTED = """
0BSD AFL-2.1 AFL-3.0 AGPL-1.0-only AGPL-3.0-only AGPL-3.0-or-later Apache-1.1 Apache-2.0 Artistic-1.0 Artistic-2.0
BlueOak-1.0.0 BSD-1-Clause BSD-2-Clause BSD-2-Clause-Patent BSD-3-Clause BSD-3-Clause-Clear BSD-4-Clause
BSD-Source-Code BSL-1.0 BUSL-1.1 CC-BY-3.0 CC-BY-4.0 CC-BY-NC-4.0 CC-BY-SA-3.0 CC-BY-SA-4.0 CC0-1.0 CDDL-1.0 CDDL-1.1
CPL-1.0 ECL-2.0 EPL-1.0 EPL-2.0 EUPL-1.1 EUPL-1.2 GFDL-1.3-only GPL-1.0-only GPL-2.0-only GPL-2.0-or-later
GPL-3.0-only GPL-3.0-or-later HPND ICU IJG ISC JSON LGPL-2.0-only LGPL-2.0-or-later LGPL-2.1-only LGPL-2.1-or-later
LGPL-3.0-only LGPL-3.0-or-later Libpng libtiff MIT MIT-0 MPL-1.1 MPL-2.0 MS-PL NCSA OFL-1.1 OpenSSL OSL-3.0 PHP-3.01
PostgreSQL PSF-2.0 Python-2.0 SSPL-1.0 TCL Unicode-3.0 Unicode-DFS-2016 Unlicense UPL-1.0 Vim W3C WTFPL X11 Zlib
zlib-acknowledgement
"""

KNOWN = frozenset(_LISTED.split())
"""Identifiers of the SPDX licence list that npm packages use."""

EXCEPTIONS = frozenset(
    {"Bison-exception-2.2", "Classpath-exception-2.0", "GCC-exception-3.1", "LLVM-exception", "OpenSSL-exception"}
)

_WORD = re.compile(r"\s*([A-Za-z0-9.-]+|[()])")


def is_expression(text: str) -> bool:
    """Whether a text is a licence expression (SPDX 2.3, annex D) of identifiers that are known here."""
    words = _WORD.findall(text)
    if "".join(words) != "".join(text.split()):
        return False
    depth, wants = 0, "license"
    for word in words:
        if wants == "license" and word == "(":
            depth += 1
        elif (wants == "license" and word in KNOWN) or (wants == "exception" and word in EXCEPTIONS):
            wants = "operator"
        elif wants == "operator" and word == ")" and depth:
            depth -= 1
        elif wants == "operator" and word in {"AND", "OR"}:
            wants = "license"
        elif wants == "operator" and word == "WITH":
            wants = "exception"
        else:
            return False
    return wants == "operator" and not depth


def reference(text: str) -> str:
    """The identifier in a document for a licence that SPDX does not list."""
    return f"LicenseRef-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
