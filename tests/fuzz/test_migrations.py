"""Dockerfiles, compose files and workflows: any text becomes a pipeline file, or is refused."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ci.decide.config.parse import parse
from ci.decide.doctor.dockerfile import examine
from ci.decide.migrate.carry import carry
from ci.decide.migrate.sources import Asked, choose
from tests.fuzz.checks import bounded, survives
from tests.fuzz.strategies import texts
from tests.unit.decide.test_migrate import COMPOSE, RUNNER, WORKFLOW
from tests.unit.plans import app

LINES = (
    *("FROM node:22 AS a", "FROM a", "FROM $X", "ARG X=1", "ENV A=$X B='c", "ENV A b", "WORKDIR ../..", "WORKDIR $A"),
    *(
        "RUN npm run build",
        "RUN cd x && A=1 npx next build",
        "RUN <<E",
        "E",
        "COPY --from=a /a/b ./b",
        "COPY a",
        "COPY",
    ),
    *(
        "USER $X",
        "USER 0",
        "USER 99999999999",
        "EXPOSE 0 70000 ²",
        "CMD []",
        'CMD ["npm", "start"]',
        "ENTRYPOINT",
        "\\",
    ),
    *(
        "HEALTHCHECK --interval=0s --retries=0 CMD curl http://x/y",
        "LABEL a={{x b",
        "LABEL a={{branch}}",
        "ONBUILD RUN x",
    ),
    *(
        "RUN sed -i 's/a/b/' ../x",
        "RUN apk add $X a=1",
        "RUN --mount=type=secret,id=n x",
        "CMD node $X",
        "CMD PORT=² node x",
    ),
)
DOCKERFILES = st.one_of(
    texts(RUNNER.format("ENV A=b")), st.lists(st.sampled_from(LINES), max_size=12).map("\n".join), st.text(max_size=60)
)


def imported(files: dict[str, str]) -> str:
    result = carry(files, choose(files, Asked()), app(env=("A",), health=("/up",)))
    parse(result, "it")
    result.encode()
    return result


@given(DOCKERFILES)
@example('FROM x\nCMD "')
@example("FROM x\nENV " + '\\"' * 5000)
@example("FROM x\nRUN " + "'\"" * 5000)
def test_any_dockerfile(text: str) -> None:
    survives(lambda: imported({"Dockerfile": text}))


@given(DOCKERFILES, st.text(max_size=40))
@example("FROM x\nHEALTHCHECK CMD [", "[")
@example("FROM gcr.io/distroless/x\nCMD\nCOPY --from=0", "!")
def test_the_doctor_reads_any_dockerfile(text: str, ignored: str) -> None:
    survives(lambda: list(examine({"Dockerfile": text, ".dockerignore": ignored})))


@given(texts(COMPOSE), texts(WORKFLOW))
@example(
    "services: {web: {build: [x], environment: [=], healthcheck: {test: http://x/y, interval: 1e9s}}}",
    "jobs: {a: {steps: x}}",
)
def test_any_compose_file_and_workflow(compose: str, workflow: str) -> None:
    survives(lambda: imported({"compose.yaml": compose}))
    survives(lambda: imported({".github/workflows/x.yml": f"# docker/build-push-action\n{workflow}"}))


@pytest.mark.parametrize(
    "text",
    [
        "FROM x\n" + "RUN a && b\n" * 1900,
        "FROM x\nRUN " + "a && " * 50_000,
        "FROM x\n" + "ENV A=b\\\n" * 50_000,
        "FROM x\nENV " + "${A" * 50_000,
    ],
)
def test_long_files_end(text: str) -> None:
    with bounded():
        survives(lambda: imported({"Dockerfile": text}))


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"FROM a{number - 1} AS a{number}\nRUN npm i\n" for number in range(600)),
        "FROM x\nRUN " + "A=b " * 50_000,
        "FROM x\nRUN " + "& " * 50_000 + "npm",
        "FROM x\nRUN npm i " + "a" * 200_000,
        "FROM x\nHEALTHCHECK CMD " + "curl" * 50_000,
        "FROM x\nCMD " + "npm " * 50_000,
        "FROM x\nENV " + "A_" * 50_000 + "=b",
        "FROM " + "distroless" * 20_000,
        "FROM x\nCOPY --from=x " + "node_modules " * 20_000,
    ],
)
def test_the_doctor_comes_to_an_end(text: str) -> None:
    with bounded():
        survives(
            lambda: list(examine({"Dockerfile": text, "compose.yaml": "target" * 50_000, ".dockerignore": "*" * 60}))
        )
