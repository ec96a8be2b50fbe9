"""The scan gate: findings of Trivy and Semgrep, the age of Trivy's database, and suggested changes."""
