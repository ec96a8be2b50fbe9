"""The Python SDK as the engine loads it."""

import gzip
import hashlib
import io
import json
import tarfile
from pathlib import Path

from offline import sdk
from offline.places import RECIPES, Places
from offline.sdk import Content

KEY = "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n"


def files(content: Content) -> dict[str, str]:
    """What is in the SDK's only layer; each blob that leads there is what its name says."""

    def blob(digest: str) -> bytes:
        data = (content.directory / "blobs" / digest.replace(":", "/")).read_bytes()
        assert f"sha256:{hashlib.sha256(data).hexdigest()}" == digest
        return data

    [layer] = json.loads(blob(content.manifest))["layers"]
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(blob(layer["digest"])))) as archive:
        return {m.name: stream.read().decode() for m in archive if (stream := archive.extractfile(m))}


def test_the_engine_finds_the_recipe_the_registry_and_the_signer(tmp_path: Path) -> None:
    found = files(sdk.write(Places(cache=tmp_path, state=tmp_path), KEY))
    recipe = {f"runtime/{path.name}": path.read_text("utf-8") for path in (RECIPES / "python-sdk").iterdir()}
    assert {name: found[name] for name in recipe} == recipe
    assert found["runtime/signer.pub"] == KEY
    assert "docker.io" in json.loads(found["runtime/registries.json"])["hosts"]


def test_another_signer_is_another_sdk(tmp_path: Path) -> None:
    places = Places(cache=tmp_path, state=tmp_path)
    first, again, other = (sdk.write(places, key) for key in (KEY, KEY, "other"))
    assert first == again
    assert first.manifest != other.manifest


def test_what_the_recipe_names_is_there(tmp_path: Path) -> None:
    found = files(sdk.write(Places(cache=tmp_path, state=tmp_path), KEY))
    asked = {part.partition('"')[0] for part in found["runtime/main.dang"].split('source.file("')[1:]}
    assert asked == {"dagger-module", "registries.json", "signer.pub"}
    assert {f"runtime/{name}" for name in asked} <= set(found)


def test_types_are_registered_by_a_container_whose_result_the_engine_keeps(tmp_path: Path) -> None:
    # Seen with 0.21.8: `dagger call --help` after the first one takes a tenth of the time.
    text = files(sdk.write(Places(cache=tmp_path, state=tmp_path), KEY))["runtime/main.dang"]
    parameters = "modSource: ModuleSource!, introspectionJson: File!, outputFilePath: String!"
    declared = text.split(f"pub moduleTypes({parameters}): Container! {{")[1].split("\n  }")[0]
    assert '"DAGGER_MODULE_FILE", outputFilePath' in declared
    assert '["/usr/local/bin/dagger-module", "--register"]' in declared
