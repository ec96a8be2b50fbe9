"""A corpus of public Next.js apps: which of them are published, which are refused with the right cause, which go wrong.

`apps.toml` lists repositories and commits; no code of theirs is here. Whoever runs it has the checkouts::

    python -m bench.apps list
    python -m bench.apps checkout --mirrors DIRECTORY --into CHECKOUTS
    eval "$(make -s env)"
    python -m bench.apps run CHECKOUTS --results RESULTS --argument=--registry=tcp://127.0.0.1:5000
    python -m bench.apps table --results RESULTS --into docs/explanation/real-apps.md
"""
