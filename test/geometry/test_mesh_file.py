"""Where a mesh file is, what it is, and which way is up."""

import gzip
import io
import logging
import os
import pickle
import socket
import threading
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
from mesh_files import CORNERS, SIZE, ascii_stl, binary_stl, dae, glb, gltf, obj, ply

from diffh2o_ros.geometry.formats.names import SUFFIXES
from diffh2o_ros.geometry.intake import load_mesh
from diffh2o_ros.geometry.mesh import MeshError
from diffh2o_ros.geometry.mesh_file import read_mesh
from diffh2o_ros.geometry.paths import resolve


def zipped(*names):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), "x")  # without the time of day
    return file.getvalue()


LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 1234\n"
PAGE = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>v 1 2 3</body></html>"
NOT_MESHES = [
    (LFS, "a Git LFS pointer; fetch the file itself with 'git lfs pull'"),
    (PAGE, "a web page (HTML)"),
    ("\n <html lang='en'>", "a web page (HTML)"),
    ("\ufeff<HTML>", "a web page (HTML)"),
    ("404: Not Found", "an error message of a server; download the file itself"),
    ("<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>", "an error message of a server"),
    ('{"message": "Not Found"}', "a JSON file"),
    (gzip.compress(binary_stl(), mtime=0), "a gzip archive; unpack it first"),
    (zipped("3D/3dmodel.model"), "a 3MF file; export the object as"),
    (zipped("model.usdc"), "a USD file"),
    (zipped("box.stl"), "a zip archive; unpack it first"),
    (zipped("box.stl")[:30], "a zip archive"),
    ("ISO-10303-21;\nHEADER;", "a STEP file (CAD)"),
    ("#usda 1.0\n", "a USD file"),
    (b"PXR-USDC\0\0", "a USD file"),
    (b"Kaydara FBX Binary  \0", "an FBX file"),
    ("; FBX 7.3.0 project file\n", "an FBX file"),
    ("OFF\n8 6 0\n", "an OFF file"),
    ("#VRML V2.0 utf8\n", "a VRML file"),
    ("# .PCD v0.7 - Point Cloud Data\n", "a point cloud (PCD); make a mesh of it first"),
    ("<?xml version='1.0'?><robot name='a'/>", "a URDF or xacro file; give one of the mesh files"),
    ("<sdf version='1.6'/>", "an SDF file"),
    ("<note>hello</note>", "an XML file (of 'note')"),
    (b"\x89PNG\r\n\x1a\n\0\0", "a PNG picture"),
    (b"\xff\xd8\xff\xe0", "a JPEG picture"),
    (b"%PDF-1.7", "a PDF document"),
    (pickle.dumps([1]), "a pickle"),
    ("", "it is empty; copy it again"),
    (b"\0" * 4096, "it is empty; copy it again"),
    (" \n\n", "it is empty; copy it again"),
]
MESHES = {
    ".ply": ply(),
    ".stl": ascii_stl(),
    ".obj": obj(),
    ".glb": glb(),
    ".gltf": gltf(),
    ".dae": dae("<up_axis>Z_UP</up_axis>"),
}


@pytest.mark.parametrize(("content", "message"), NOT_MESHES)
def test_what_is_no_mesh_is_named(refusal, content, message):
    for suffix in SUFFIXES:
        named = f"a{suffix} cannot be read as {suffix[1:].upper()}: it is "
        assert named + message.removeprefix("it is ") in refusal(f"a{suffix}", content)


@pytest.mark.parametrize("held", [s for s in SUFFIXES if s != ".obj"])  # OBJ has no mark
@pytest.mark.parametrize("called", [*SUFFIXES, ".mesh", ""])
def test_a_mesh_under_another_name_is_named(refusal, measure, held, called):
    if called == held or {called, held} == {".glb", ".gltf"}:
        measure(f"a{called}", MESHES[held])
        return
    text = refusal(f"a{called}", MESHES[held])
    assert f"file; rename it to end in {held}" in text


def test_a_binary_stl_is_known_by_its_length(refusal):
    assert "it is an STL file" in refusal("a.ply", binary_stl())


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    ("up", "size"), [("z", SIZE), ("y", [0.06, 0.12, 0.08]), ("x", [0.08, 0.12, 0.06])]
)
def test_the_axis_that_is_asked_for(measure, suffix, up, size):
    assert measure(f"a{suffix}", MESHES[suffix], up=up)[1] == pytest.approx(size)


def test_turning_keeps_the_right_hand_side_right(tmp_path):
    (tmp_path / "a.obj").write_text(obj())
    turned = read_mesh(tmp_path / "a.obj", up="y")[0]
    np.testing.assert_array_equal(turned, [(x, -z, y) for x, y, z in CORNERS])
    with pytest.raises(MeshError, match="up is 'w', but must be one of auto, z, y, x"):
        read_mesh(tmp_path / "a.obj", up="w")


def test_nothing_is_told_of_what_is_as_usual(measure):
    for suffix in (".ply", ".stl", ".obj", ".dae"):
        measure(f"a{suffix}", MESHES[suffix], on_note=pytest.fail)


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A ROS package with a mesh, installed in the second of two prefixes; its share folder."""
    prefix = tmp_path / "install"
    index = prefix / "share/ament_index/resource_index/packages"
    index.mkdir(parents=True)
    (index / "my_robot").touch()
    share = prefix / "share/my_robot"
    (share / "meshes").mkdir(parents=True)
    (share / "meshes/a box.obj").write_text(obj())
    monkeypatch.setenv("AMENT_PREFIX_PATH", f"{tmp_path}/other:{prefix}")
    return share


@pytest.mark.parametrize(
    "uri",
    [
        "package://my_robot/meshes/a box.obj",
        "package://my_robot/meshes/a%20box.obj",
        Path("package://my_robot/meshes/a box.obj"),
    ],
)
def test_package_uris(installed, uri):
    assert resolve(uri) == installed / "meshes/a box.obj"
    assert len(load_mesh(uri).faces) == 12


@pytest.mark.parametrize("start", ["file://", "file://localhost", "file:", "FILE://"])
def test_file_uris(installed, start):
    path = installed / "meshes/a box.obj"
    assert resolve(start + str(path).replace(" ", "%20")) == path
    odd = path.with_name("100% #1?.obj")
    path.rename(odd)
    assert len(load_mesh(start + str(odd).replace("%", "%25")).faces) == 12


def test_home(installed, monkeypatch):
    monkeypatch.setenv("HOME", str(installed))
    assert len(load_mesh("~/meshes/a box.obj").faces) == 12
    assert resolve("~nobody_of_this_name/a.obj") == Path("~nobody_of_this_name/a.obj")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("package://your_robot/a.obj", "package your_robot is not installed in what is sourced"),
        ("package://my_robot/none.obj", "does not exist"),
        ("package://my_robot", "give package://package/path"),
        ("package://my_robot/", "give package://package/path"),
        ("package:///a.obj", "give package://package/path"),
        ("package://../a.obj", "give package://package/path"),
        ("package://my_robot/../../../a.obj", "leads out of the package"),
        ("file://elsewhere/a.obj", "elsewhere is another machine"),
        ("file:///none.obj", "/none.obj does not exist"),
        ("https://example.org/a.obj", "https:// is not read; copy the file here"),
        ("model://cup/a.dae", "model:// is not read"),
        ("-", "not read from standard input"),
        ("", "the path of the mesh is empty"),
        ("  ", "the path of the mesh is empty"),
        ("a\0b.obj", "the path of the mesh holds a zero byte"),
        (None, "named by a path, not NoneType"),
        (7, "named by a path, not int"),
        ("a\nb.obj", r"a\nb.obj does not exist"),
        ("x" * 300 + ".obj", "cannot be opened: File name too long"),
        ("/dev/null", "is a device"),
        ("/proc/self/mem", "mem"),
    ],
)
def test_where_no_mesh_is(installed, path, message):
    with pytest.raises(MeshError) as error:
        load_mesh(path)
    assert message in str(error.value) and "\n" not in str(error.value)


def test_package_uris_without_ros(monkeypatch):
    monkeypatch.delenv("AMENT_PREFIX_PATH", raising=False)
    with pytest.raises(MeshError, match="no ROS workspace is sourced"):
        load_mesh("package://my_robot/a.obj")


def test_what_is_no_file_does_not_hang(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe.obj")
    (tmp_path / "link.obj").symlink_to(tmp_path / "pipe.obj")
    (tmp_path / "circle.obj").symlink_to(tmp_path / "circle.obj")
    (tmp_path / "folder.obj").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        monkeypatch.chdir(tmp_path)  # names of sockets are short
        listening.bind("socket.obj")
        for name, kind in [
            ("pipe", "a pipe"),
            ("link", "a pipe"),
            ("folder", "a folder"),
            ("socket", "a socket"),
            ("circle", "symbolic links"),
        ]:
            failures = []

            def load(name=name, failures=failures):
                try:
                    load_mesh(tmp_path / f"{name}.obj")
                except MeshError as error:
                    failures.append(str(error))

            thread = threading.Thread(target=load, daemon=True)
            thread.start()
            thread.join(5)
            assert len(failures) == 1 and kind in failures[0]


@pytest.mark.parametrize("path", ["/dev/fd/{}", "/proc/self/fd/{}", "file:///dev/fd/{}"])
def test_what_another_program_writes_is_refused_by_name(path):
    """As /dev/stdin and a shell's <(...) are."""
    reading, writing = os.pipe()
    with pytest.raises(MeshError, match=rf"fd/{reading} is a pipe; give the path of a mesh file"):
        load_mesh(path.format(reading))
    os.close(reading)
    os.close(writing)


def test_a_file_that_may_not_be_read(tmp_path):
    path = tmp_path / "a.obj"
    path.write_text(obj())
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    with pytest.raises(MeshError, match="cannot be opened: Permission denied"):
        load_mesh(path)


def test_a_file_that_is_too_large(tmp_path):
    with (tmp_path / "a.obj").open("wb") as file:
        file.truncate((1 << 30) + 1)
    with pytest.raises(MeshError, match="is larger than 1 GiB"):
        load_mesh(tmp_path / "a.obj")


def test_numbers_of_any_size_make_no_noise(refusal, caplog, capfd):
    with warnings.catch_warnings(), caplog.at_level(logging.DEBUG):
        warnings.simplefilter("error")
        for number in ("1e308", "-1e308", "1e200", "1e-320", "inf", "nan"):
            for content in (ply(), obj(), ascii_stl()):
                name = "a.obj" if content == obj() else "a.ply" if content == ply() else "a.stl"
                refusal(name, content.replace("0.12", number))
    assert caplog.records == [] and capfd.readouterr() == ("", "")
