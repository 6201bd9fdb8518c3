"""What a file is, by how it begins: names lie, and a page that says "not found" is no mesh."""

from __future__ import annotations

import io
import re
import zipfile

_AS_MESH = "export the object as GLB, STL or PLY"
_UNPACK = "unpack it first"
_DOWNLOAD = "download the file itself"

_LOOKED_AT = 1 << 16  # a license may stand before everything else

_PICKLES = tuple(bytes([0x80, protocol]) for protocol in (2, 3, 4, 5))
# First bytes, what they belong to, and what to do about it.
_MAGIC = (
    (b"version https://git-lfs", "a Git LFS pointer", "fetch the file itself with 'git lfs pull'"),
    (b"\x1f\x8b", "a gzip archive", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", _UNPACK),
    (b"\xfd7zXZ\0", "an xz archive", _UNPACK),
    (b"BZh", "a bzip2 archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    ((b"Kaydara FBX Binary", b"; FBX"), "an FBX file", _AS_MESH),
    (b"ISO-10303-21", "a STEP file (CAD)", _AS_MESH),
    ((b"PXR-USDC", b"#usda"), "a USD file", _AS_MESH),
    (b"#VRML", "a VRML file", _AS_MESH),
    (b"#X3D", "an X3D file", _AS_MESH),
    (b"BLENDER", "a Blender file", _AS_MESH),
    (b"DRACO", "a Draco file", "decode it to PLY or OBJ"),
    (b"Ogawa", "an Alembic file", _AS_MESH),
    (b"\x89HDF", "an HDF5 file", _AS_MESH),
    (b"3D Geometry File Format", "a Rhino file", _AS_MESH),
    (
        b"\xd0\xcf\x11\xe0",
        "a document of Microsoft's kind (SolidWorks and Office write it)",
        _AS_MESH,
    ),
    (b"AC10", "a DWG drawing", _AS_MESH),
    ((b"# .PCD", b"VERSION .7"), "a point cloud (PCD)", "make a mesh of it first"),
    (b"LASF", "a point cloud (LAS)", "make a mesh of it first"),
    (b"# vtk DataFile", "a VTK file", _AS_MESH),
    (b"MeshVersionFormatted", "a Medit mesh", _AS_MESH),
    (b"$MeshFormat", "a Gmsh mesh", _AS_MESH),
    (b"\x89PNG", "a PNG picture", "give a mesh"),
    (b"\xff\xd8\xff", "a JPEG picture", "give a mesh"),
    (b"GIF8", "a GIF picture", "give a mesh"),
    (b"%PDF", "a PDF document", "give a mesh"),
    (b"\x93NUMPY", "a NumPy array", "pass vertices and faces from Python"),
    (_PICKLES, "a pickle", "export the object as a mesh; pickles are not opened"),
    (b"\x7fELF", "a program", "give a mesh"),
)
# How the name of a file in a zip archive ends.
_IN_ZIP = (
    (".model", "a 3MF file", _AS_MESH),
    ((".usd", ".usda", ".usdc"), "a USD file", _AS_MESH),
    (".npy", "a NumPy archive", "pass vertices and faces from Python"),
    ("[content_types].xml", "a document of an office program", _AS_MESH),
)
_ELEMENTS = {
    "html": ("a web page (HTML), such as one that asks to log in or says 'not found'", _DOWNLOAD),
    "robot": ("a URDF or xacro file", "give one of the mesh files that it names"),
    "sdf": ("an SDF file", "give one of the mesh files that it names"),
    "mujoco": ("a MuJoCo model", "give one of the mesh files that it names"),
    "x3d": ("an X3D file", _AS_MESH),
    "amf": ("an AMF file", _AS_MESH),
    "vtkfile": ("a VTK file", _AS_MESH),
    "error": ("an error message of a server (XML)", _DOWNLOAD),
    "svg": ("an SVG drawing", "give a mesh"),
}


def sniff(data: bytes) -> tuple[str | None, str | None, str | None]:
    """What the content of a file shows itself to be.

    Returns:
        The name of a format of `names.READABLE`, if it is one; else what it is and what to do
        about it; all None where it is nothing that is known. OBJ has no mark: it never is.
    """
    # The header of a binary STL file may begin with anything, what is looked for here included.
    if len(data) > 84 and len(data) == 84 + 50 * int.from_bytes(data[80:84], "little"):
        return "STL", None, None
    if data.startswith(b"glTF"):
        return "GLB", None, None
    if data.startswith(b"PK\x03\x04"):
        return None, *_zip(data)
    for magic, what, mend in _MAGIC:
        if data.startswith(magic):
            return None, what, mend
    start = data[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\0", b"").lstrip()
    if re.match(rb"ply\s", start):
        return "PLY", None, None
    if re.match(rb"solid\b.*\bfacet\b", start, re.IGNORECASE | re.DOTALL):
        return "STL", None, None
    if start.startswith(b"<"):
        return _markup(start)
    if re.match(rb"\{\s*\"", start):
        if b'"asset"' in data or b'"meshes"' in data:
            return "glTF", None, None
        return None, "a JSON file", _AS_MESH
    if re.match(rb"(ST|C|N|4|n)*OFF\s", start):
        return None, "an OFF file", _AS_MESH
    if re.match(rb"[^\n]{72}S +0*1\s", start):
        return None, "an IGES file (CAD)", _AS_MESH
    if re.match(rb"\d{3}:? [A-Z][a-z]+|Not Found|Access denied|Too Many Requests", start, re.I):
        if len(data) < 1000:
            return None, "an error message of a server", _DOWNLOAD
    return None, None, None


def _markup(start: bytes) -> tuple[str | None, str | None, str | None]:
    """Of XML and HTML, by the name of the first element."""
    text = re.sub(rb"<!--.*?-->|<\?.*?\?>", b"", start, flags=re.DOTALL).strip()
    if re.match(rb"<!doctype\s+html", text, re.IGNORECASE):
        return None, *_ELEMENTS["html"]
    element = re.search(rb"<(?:[\w.-]+:)?([A-Za-z]\w*)", text)
    if element is None:
        return None, "an XML file", _AS_MESH
    name = element[1].decode().lower()
    if name == "collada":
        return "DAE", None, None
    if name in ("head", "body", "script", "title", "div", "p"):
        name = "html"
    return None, *_ELEMENTS.get(name, (f"an XML file (of '{element[1].decode()[:30]}')", _AS_MESH))


def _zip(data: bytes) -> tuple[str, str]:
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except Exception:  # damaged archives raise anything there is
        return "a zip archive", _UNPACK
    for ending, what, mend in _IN_ZIP:
        if any(name.lower().endswith(ending) for name in names):
            return what, mend
    return "a zip archive", _UNPACK
