"""Documents are valid by the schemas and rules that the formats' own projects publish."""

import json
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

from tests.unit.sbom_images import documents, image
from tests.unit.small_images import layout


@pytest.fixture(params=["whole", "empty"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """Format to the path of a document."""
    home = image(tmp_path / "image") if request.param == "whole" else layout(tmp_path / "image", {"x": "y"})
    return {one["format"]: one["path"] for one in documents(home, tmp_path / "made")}


def test_cyclonedx(made: dict[str, str]) -> None:
    text = Path(made["cyclonedx"]).read_text()
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    assert validator.validate_str(text) is None
    assert validator.validate_str(text.replace('"CycloneDX"', '"Cyclone"')) is not None


def test_spdx(made: dict[str, str], tmp_path: Path) -> None:
    assert validate_full_spdx_document(parse_file(made["spdx"])) == []
    wrong = tmp_path / "wrong.spdx.json"
    wrong.write_text(Path(made["spdx"]).read_text().replace('"SPDXRef-Image"', '"SPDXRef-Image_"'))
    assert validate_full_spdx_document(parse_file(str(wrong))) != []


def test_package_urls(made: dict[str, str]) -> None:
    document = json.loads(Path(made["cyclonedx"]).read_text())
    listed = [document["metadata"]["component"], *document["components"]]
    found = [one["purl"] for one in listed if "purl" in one]
    assert found
    assert [PackageURL.from_string(one).to_string() for one in found] == found
