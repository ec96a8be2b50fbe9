"""The stage that becomes the image: variables, port, user, labels, files, health check, command."""

import posixpath
import re
import shlex
from collections.abc import Mapping, Sequence
from itertools import pairwise

from ci.decide import ecosystems
from ci.decide.config.model import Runtime
from ci.decide.ecosystems import RUNTIMES
from ci.decide.migrate import health, labels
from ci.decide.migrate.context import Context
from ci.decide.migrate.stages import Step, Walked
from ci.decide.migrate.variables import Variable, of_image
from ci.decide.migrate.words import Text
from ci.decide.project import server, shell

_ADDED = re.compile(r"\b(?:adduser|useradd)\b(?P<options>[^;&|]{0,300})")
_UID = re.compile(r"(?:-u|--uid)[ =](\d{1,9})")
_SHELLS = ("sh", "bash", "ash", "/bin/sh", "/bin/bash", "/bin/ash")
_WRAPPERS = ("dumb-init", "tini", "/sbin/tini", "/usr/bin/dumb-init", "/usr/bin/tini", "su-exec", "gosu", "exec")
_NEXT_SERVER = ("server.js", "./server.js")
_WITHIN = re.compile(
    r"(?:\.next|public|node_modules|\.|package\*?\.json|package\*|package-lock\.json\*?|pnpm-lock\.yaml\*?|yarn\.lock\*?"
    r"|bun\.lockb?\*?|next\.config\.\w+|tsconfig\.json|next-env\.d\.ts|\.npmrc|\.yarnrc\.yml|pnpm-workspace\.yaml)(?:/|$)"
)
"""What Next.js, the pipeline or neither needs in an image, whoever copied it."""

LAST_PORT = 65535
DEEPEST = 3
"""Scripts of package.json that may run each other."""

_GLOB = re.compile(r"[*?\[$]")


def environment(context: Context, walked: Walked) -> None:
    """``ENV``, ``EXPOSE`` and the arguments that have no ``ENV``."""
    variables = [Variable(name=n, text=v.text, place=context.place(v.line)) for n, v in walked.env.items()]
    of_image(variables, context.findings)
    _port(context, walked)


def _port(context: Context, walked: Walked) -> None:
    port = walked.env.get("PORT")
    exposed: list[tuple[Text, int]] = [
        (Text(value=text.value.partition("/")[0], unknown=text.unknown), step.instruction.line)
        for step in walked.steps
        if step.instruction.name == "EXPOSE"
        for text in map(step.expand, step.instruction.words())
    ]
    found = [(port.text, port.line, "ENV PORT")] if port else []
    found += [(text, line, "EXPOSE") for text, line in exposed]
    for text, line, how in found:
        if not text.unknown and re.fullmatch(r"\d{1,5}", text.value, re.ASCII) and 0 < int(text.value) <= LAST_PORT:
            _listen(context, int(text.value), f"{context.place(line)}: {how}")
            break
    chosen = context.findings.get("runtime.port") or Runtime().port
    for text, line in exposed:
        if text.value.isdecimal() and int(text.value) != chosen:
            context.remark(line, f"port {text.value}: an image has one port, and the app listens on {chosen}")


def _listen(context: Context, port: int, why: str) -> None:
    if port != Runtime().port:
        context.findings.carry("runtime.port", port, why)


def user(context: Context, walked: Walked) -> None:
    """``USER``: a number; a name only where the file says its number."""
    step = walked.last("USER")
    if step is None:
        context.remark(
            walked.image_line, "the image runs as root: here it runs as 65532, and volumes must belong to it"
        )
        return
    text = step.expand(step.instruction.text)
    name, line = text.value.partition(":")[0], step.instruction.line
    number = name if name.isdecimal() and name.isascii() else _uids(walked).get(name, "")
    if text.unknown or not name:
        context.remark(line, "the user depends on a variable: the image runs as 65532, or write `runtime.user`")
    elif name == "root" or number == "0":
        context.remark(line, "the image runs as root: here it runs as 65532, and volumes must belong to it")
    elif not number:
        context.remark(line, f"the file does not say the number of the user {name}: the image runs as 65532")
    elif 0 < int(number) < 2**31 and int(number) != Runtime().user:
        context.findings.carry("runtime.user", int(number), f"{context.place(line)}: USER {name}")


def _uids(walked: Walked) -> dict[str, str]:
    """Numbers of users by name; ``node`` is that of the official image."""
    found = {"node": "1000"}
    for step in walked.steps:
        if step.instruction.name == "RUN":
            for added in _ADDED.finditer(step.instruction.text):
                options, number = added["options"], _UID.search(added["options"])
                if number:
                    found |= dict.fromkeys(re.findall(r"[a-z_][a-z0-9_-]*", options), number[1])
    return found


def metadata(context: Context, walked: Walked) -> None:
    """``LABEL``, ``VOLUME``, ``STOPSIGNAL`` and what else is said of the image."""
    for step in walked.steps:
        line, text = step.instruction.line, step.instruction.text
        match step.instruction.name:
            case "LABEL":
                for name, value in step.instruction.pairs():
                    labels.carry(name, step.expand(value), f"{context.place(line)}: LABEL", context.findings)
            case "VOLUME":
                context.remark(
                    line, f"volume {text[:80]}: mount it where the container runs; it must belong to its user"
                )
            case "STOPSIGNAL" if text not in ("SIGTERM", "15"):
                context.remark(line, f"stop signal {text[:20]}: the image stops by SIGTERM")
            case _:
                pass


def check(context: Context, walked: Walked) -> None:
    """``HEALTHCHECK``."""
    step = walked.last("HEALTHCHECK")
    if step is None:
        return
    line, text = step.instruction.line, step.instruction.text
    if text.upper() == "NONE":
        context.remark(line, "no health check: the image has one, and an orchestrator may ignore it")
        return
    given = dict(step.instruction.flags)
    options = {name: given.get(name, "") for name in ("interval", "timeout", "start-period", "retries")}
    named = {name: value for name, value in options.items() if value}
    health.carry(text, named, context.place(line), context.project, context.findings)


def files(context: Context, own: Sequence[Step], places: Mapping[str, str]) -> None:
    """Files that are copied into the image, beside what Next.js made.

    Args:
        context: what is carried over.
        own: its instructions; those of a stage that builds too are no files of the image.
        places: directory of the source in each other stage, by its name; that of the context under an empty name.
    """
    for step in own:
        if step.instruction.name not in ("COPY", "ADD"):
            continue
        line = step.instruction.line
        if step.instruction.bodies:
            context.remark(line, "a file is written here: put it into the source and name it in `runtime.files`")
            continue
        *sources, target = [step.expand(word).value for word in step.instruction.words()] or [""]
        stage = step.instruction.flag("from").lower()
        if stage and stage not in places:
            context.remark(
                line, f"{' '.join(sources)[:90]} of {stage}: no part of the app's build; the image does not get it"
            )
            continue
        for source in sources:
            at = posixpath.normpath(posixpath.join("/", source.lstrip("/")))
            path = context.below_app(at, places[stage])
            _file(context, step, source, path, target)


def _file(context: Context, step: Step, source: str, path: str | None, target: str) -> None:  # noqa: C901  one branch for each form of the language
    line = step.instruction.line
    if source.startswith(("http:", "https:", "git@")):
        context.remark(line, f"{source[:90]} is downloaded: put it into the source and name it in `runtime.files`")
    elif path is None:
        context.remark(line, f"{source[:90]} is outside of the app's directory: an image has files of the app alone")
    elif path.startswith("node_modules/"):
        context.remark(line, f"{path[:90]}: Next.js traces the packages that the server loads; the image has those")
    elif path == ".":
        context.remark(line, "the whole directory is copied: name what the server reads in `runtime.files`")
    elif _WITHIN.match(path) or "/.next/" in f"/{path}/":
        return
    elif posixpath.basename(path).startswith((".env", *ecosystems.settings(), ".netrc")):
        context.remark(line, f"{path[:90]}: no image gets such a file; pass variables to the container")
    elif path.endswith((".sh", ".bash")):
        context.remark(line, f"{path[:90]}: there is no shell in the image")
    elif _GLOB.search(path):
        context.remark(line, f"{path[:90]}: `runtime.files` takes names; write those that the server reads")
    else:
        into = posixpath.normpath(posixpath.join(step.directory, target))
        name = posixpath.basename(path)
        if target.endswith("/") or target in (".", "..") or into == step.directory:
            into = posixpath.join(into, name) if "." in name[1:] else into
        below = context.below_app(into, step.directory)
        if below != path:
            what = "`runtime.files` keeps the place that a file has below the app's directory"
            context.remark(line, f"{path[:90]} is put at {into[:90]}: {what}")
            return
        before = context.findings.get("runtime.files") or ()
        if any(path == one or path.startswith(f"{one}/") for one in before):
            return
        context.findings.add("runtime.files", path, f"{context.place(line)}: {step.instruction.name}")


def start(context: Context, walked: Walked) -> None:
    """``ENTRYPOINT`` and ``CMD``."""
    entry, command = walked.last("ENTRYPOINT"), walked.last("CMD")
    lines = [step.instruction for step in (entry, command) if step]
    if not lines:
        return
    line = lines[-1].line
    if entry and not entry.instruction.json:
        lines = lines[:1]
    words = [word for one in lines for word in (one.arguments if one.json else _shell_form(one.text))]
    shown = " ".join(" ".join(words).split())[:120]
    if any(one.name == "ENTRYPOINT" for one in lines):
        line = lines[0].line
    _run(context, line, words, shown)


def _shell_form(text: str) -> tuple[str, ...]:
    """A command that a shell runs, where it is a single one; else the call of the shell."""
    if shell.SHELL.search(text) or "&&" in text or ";" in text:
        return ("sh", "-c", text)
    try:
        return tuple(shlex.split(text[: shell.LONGEST]))
    except ValueError:
        return ("sh", "-c", text)


def _run(context: Context, line: int, words: list[str], shown: str, depth: int = 0) -> None:  # noqa: C901, PLR0912  one branch for each form of the language
    """What a container starts with, without what only starts it."""
    project = context.project
    while words and (words[0] in _WRAPPERS or words[0] == "--" or (depth == 0 and words[0] == "docker-entrypoint.sh")):
        own_script = words[0] == "docker-entrypoint.sh" and "docker-entrypoint.sh" in _copied(context)
        if own_script:
            break
        words = [one for one in words[1:] if one != "--"]
    while words and re.match(r"[A-Za-z_]\w*=", words[0], re.ASCII):
        name, _, value = words[0].partition("=")
        of_image([Variable(name=name, text=Text(value=value), place=context.place(line))], context.findings)
        if name == "PORT" and value.isdecimal() and 0 < int(value[:6]) <= LAST_PORT:
            _listen(context, int(value), f"{context.place(line)}: PORT")
        words = words[1:]
    program = words[0] if words else ""
    if program in RUNTIMES and words[-1].endswith((".js", ".mjs", ".ts")):
        _node(context, line, words[-1:])
        return
    if program in ("node", "/nodejs/bin/node", "/usr/local/bin/node") or (
        not depth and program.endswith((".js", ".mjs"))
    ):
        _node(context, line, words[1:] if "node" in posixpath.basename(program).split(".")[:1] else words)
    elif program == "next" or "next" in words[:2]:
        _next(context, line, words)
    elif program in ecosystems.names() and (called := shell.call(shlex.join(words))) and depth < DEEPEST:
        text = project.scripts.get(called.script, "")
        split = shell.split(text)
        if len(split) == 1 and not shell.SHELL.search(text) and not shell.LIST.match(text):
            _run(context, line, list(_shell_form(split[0])), f"{shown} ({text})", depth + 1)
        elif text:
            ours = server.custom(text)
            context.remark(
                line,
                f"`{shown}` runs several programs ({text[:160]}): the image starts one; run the others where the app is deployed",  # noqa: E501  one branch for each form of the language
            )
            if ours:
                _node(context, line, [ours])
        else:
            context.remark(line, f"`{shown}`: package.json has no such script")
    elif program in _SHELLS or program.endswith(".sh"):
        context.remark(
            line,
            f"`{shown}` needs a shell: the image has none. What it does before the server starts, such as "
            "migrations, runs where the app is deployed",
        )
    elif program in (*RUNTIMES, "pm2", "pm2-runtime", "tsx", "ts-node", "npx", "deno"):
        context.remark(line, f"`{shown}`: the image runs Node.js alone, by `runtime.command`")
    elif program in ("nginx", "serve", "httpd"):
        if project.output != "export":
            context.remark(line, f'`{shown}` serves files: `runtime.serve: static` needs output: "export"')
    else:
        context.remark(line, f"`{shown}` is not carried over: the image starts the app's server with node")


def _copied(context: Context) -> set[str]:
    """Names of files that the Dockerfile copies."""
    return {
        posixpath.basename(word)
        for stage in context.file.stages
        for one in stage.instructions
        if one.name in ("COPY", "ADD")
        for word in one.words()
    }


def _node(context: Context, line: int, arguments: list[str]) -> None:
    """Arguments of node: those of Next.js' own server need no key."""
    project, place = context.project, context.place(line)
    taking = ("-r", "--require", "--import", "--loader", "-C", "--conditions")
    files = [
        one for n, one in enumerate(arguments) if not one.startswith("-") and (not n or arguments[n - 1] not in taking)
    ]
    if not files or any(re.search(r"[$`]", one) for one in arguments):
        context.remark(line, f"`node {' '.join(arguments)[:90]}`: write `runtime.command` by hand")
        return
    main = posixpath.normpath(files[0])
    if main.startswith("/"):
        main = main.split("/app/", 1)[-1].lstrip("/")
    main = main.removeprefix(f"{context.app}/") if context.app != "." else main
    if "node_modules/" in main:
        _next(context, line, files)
        return
    given = tuple(main if one == files[0] else one for one in arguments)
    if given == ("server.js",) and not _own_server(context):
        return
    if given != (project.server,):
        context.findings.carry("runtime.command", given, f"{place}: CMD")
    before = context.findings.get("runtime.files") or ()
    if (main not in _NEXT_SERVER or _own_server(context)) and not any(main.startswith(f"{one}/") for one in before):
        context.findings.add("runtime.files", main, f"{place}: CMD")


def _own_server(context: Context) -> bool:
    """Whether ``server.js`` is the app's own: its script ``start`` runs it, or the file is copied by its name."""
    return context.project.server in _NEXT_SERVER or (
        context.findings.has("runtime.files") and ("server.js" in context.findings.get("runtime.files"))
    )


def _next(context: Context, line: int, words: list[str]) -> None:
    if "dev" in words:
        context.remark(line, "the container starts `next dev`: the image runs the production server")
        return
    for option, value in pairwise(words):
        if option in ("-p", "--port") and re.fullmatch(r"\d{1,5}", value, re.ASCII) and 0 < int(value) <= LAST_PORT:
            _listen(context, int(value), f"{context.place(line)}: CMD")
