"""CMakeLists.txt with the forms that rosidl's Python generator has in the distributions."""

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CMAKE = "share/rosidl_generator_py/cmake/rosidl_generator_py_generate_interfaces.cmake"
#: How the wheels' generator (and Humble's) and that of Jazzy and later link the headers they need.
PUBLIC = (
    "target_include_directories(${_target_name_lib} PUBLIC "
    "${Python3_INCLUDE_DIRS} ${Python3_NumPy_INCLUDE_DIRS})"
)
PRIVATE = "target_link_libraries(${_target_name_lib} PRIVATE Python3::NumPy)"


@pytest.fixture
def private_generator(tmp_path):
    """Prefix with the generator that is installed here, as Jazzy, Kilted and Rolling have it."""
    installed, prefix = Path(sys.prefix), tmp_path / "generator"
    packages = Path(sysconfig.get_path("purelib")).relative_to(sys.prefix)
    shutil.copytree(installed / CMAKE.split("/cmake/")[0], prefix / CMAKE.split("/cmake/")[0])
    for shared in ("lib/rosidl_generator_py", packages / "rosidl_generator_py"):
        (prefix / shared).parent.mkdir(parents=True, exist_ok=True)
        (prefix / shared).symlink_to(installed / shared)
    script = prefix / CMAKE
    text = script.read_text()
    if PUBLIC in text:
        script.write_text(text.replace(PUBLIC, PRIVATE))
    assert "NumPy PRIVATE" not in text and PRIVATE in script.read_text()
    return prefix


def test_configures_where_the_generator_exports_no_include_directories(private_generator, tmp_path):
    found = subprocess.run(
        ["cmake", "-S", ROOT, "-B", tmp_path / "build", f"-DPython3_EXECUTABLE={sys.executable}",
         f"-Drosidl_generator_py_DIR={(private_generator / CMAKE).parent}",
         "-DBUILD_TESTING=OFF"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert found.returncode == 0, found.stdout + found.stderr
    assert "CMake Error" not in found.stderr and "NOTFOUND" not in found.stderr
