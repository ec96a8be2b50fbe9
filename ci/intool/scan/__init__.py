"""The scan gate: what Trivy and Semgrep found, how old Trivy's database is, and what to change."""
