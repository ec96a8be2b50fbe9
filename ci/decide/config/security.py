"""The security keys of the pipeline file."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Harden:
    """What the image itself must keep to.

    Attributes:
        budget: MB of files that an image may have, before compression; 0 for any number.
        memory: MB of memory of the container, into which the heap limit must fit; 0 if it is not known.
        base_age: days after which a base image is too old, if a newer one is available.
        base_signature: whether a base image is refused where its signer is known and its signature cannot be verified.
        contract: whether functions that run all gates also run the gate `contract`, which starts the image as a cluster
            would: read-only, without rights, under limits. The engine has to allow root capabilities.
    """

    budget: int = 0
    memory: int = 0
    base_age: int = 30
    base_signature: bool = True
    contract: bool = False


@dataclass(frozen=True, kw_only=True)
class Scan:
    """What scanners may find.

    Attributes:
        severity: lowest severity that fails, of vulnerabilities, Semgrep's findings and weak settings, new or not; none
            does in the policy ``report``; default: the policy's table.
        unfixed: whether a vulnerability without a fix is judged like one with a fix; it is always listed.
        exploited: ids of vulnerabilities that are known to be exploited, such as those of CISA's catalogue: they fail
            whatever their severity, with a fix or without; in the policy ``report`` they do not.
        vex: OpenVEX documents, files below the source, that say which vulnerabilities do not affect the app.
        database: repository and tag of Trivy's database.
        database_age: hours after which that database is too old.
        licenses_denied: globs of SPDX licences that a package must not have; default: strong copyleft over a network.
        licenses_allowed: licences, or packages as `name@version`, that may be there all the same.
    """

    severity: str = ""
    unfixed: bool = False
    exploited: tuple[str, ...] = ()
    vex: tuple[str, ...] = ()
    database: str = "ghcr.io/aquasecurity/trivy-db:2"
    database_age: int = 24
    licenses_denied: tuple[str, ...] = ()
    licenses_allowed: tuple[str, ...] = ()
