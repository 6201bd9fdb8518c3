"""What one synthesis is asked to do, whether through service, action or topics."""

from __future__ import annotations

from dataclasses import dataclass

from shape_msgs.msg import Mesh as MeshMessage

from diffh2o_ros.action import Synthesize as SynthesizeAction
from diffh2o_ros.geometry.completion import NONE, WAYS
from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.nodes.array_meshes import ArrayMesh
from diffh2o_ros.nodes.conversions import grasp_from_message
from diffh2o_ros.nodes.errors import NoMeshError, RequestError
from diffh2o_ros.nodes.inputs import Inputs
from diffh2o_ros.nodes.parameters import Settings
from diffh2o_ros.srv import Synthesize

Request = Synthesize.Request | SynthesizeAction.Goal
"""They have the same fields."""

MOST_SAMPLES = 32
MOST_STEPS = 1000
LARGEST_SEED = 2**63 - 1


@dataclass(frozen=True)
class Order:
    """A synthesis to do, checked as far as is cheap; the library checks mesh and task."""

    mesh: MeshMessage | ArrayMesh
    task: str
    frame_id: str
    grasp: Grasp | None = None
    num_samples: int = 1
    seed: int = 0
    steps: int | None = None
    """Denoising steps of either stage; None: the library's default."""
    refine: bool = True
    with_vertices: bool = False
    show_vertices: bool = False
    """Whether vertices go to the topics, too."""
    complete: str = NONE
    """How a missing side of the mesh is completed, one of `WAYS`."""

    @classmethod
    def from_request(cls, request: Request, settings: Settings, inputs: Inputs) -> Order:
        """Raises NoMeshError, RequestError or GraspError."""
        given = len(request.mesh.vertices) + len(request.mesh.triangles) > 0
        frame_id = request.header.frame_id or settings.frame_id
        if not given and frame_id != settings.frame_id:
            raise RequestError(
                f"the request is in frame {frame_id!r}, but the mesh on ~/object_mesh in "
                f"{settings.frame_id!r}: send the mesh along, or leave frame_id empty"
            )
        if request.num_samples > MOST_SAMPLES:
            raise RequestError(
                f"num_samples is {request.num_samples}: ask for at most {MOST_SAMPLES} at a time"
            )
        if request.steps > MOST_STEPS:
            raise RequestError(
                f"steps is {request.steps}: ask for at most {MOST_STEPS}; 0 is the default"
            )
        if request.seed > LARGEST_SEED:
            raise RequestError(f"seed is {request.seed}: the largest is {LARGEST_SEED}")
        complete = request.complete or settings.complete
        if complete not in WAYS:
            raise RequestError(
                f"complete must be {', '.join(WAYS)}, or empty for the parameter, not {complete!r}"
            )
        grasp = None
        if request.grasps:
            (message,) = request.grasps
            transform = inputs.placer.transform(message.header, frame_id)
            grasp = grasp_from_message(message).moved(transform)
        return cls(
            mesh=_present(request.mesh if given else inputs.mesh),
            task=request.task,
            frame_id=frame_id,
            grasp=grasp,
            num_samples=max(1, request.num_samples),
            seed=request.seed,
            steps=request.steps or settings.num_sampling_steps or None,
            refine=settings.refine and not request.skip_refinement,
            with_vertices=request.with_vertices,
            complete=complete,
            show_vertices=settings.publish_vertices,
        )

    @classmethod
    def from_topics(cls, task: str, settings: Settings, inputs: Inputs) -> Order:
        """Raises NoMeshError or GraspError."""
        return cls(
            mesh=_present(inputs.mesh),
            task=task,
            frame_id=settings.frame_id,
            grasp=inputs.grasp(settings),
            seed=settings.seed,
            steps=settings.num_sampling_steps or None,
            refine=settings.refine,
            complete=settings.complete,
            show_vertices=settings.publish_vertices,
        )


def _present(mesh: MeshMessage | ArrayMesh | None) -> MeshMessage | ArrayMesh:
    if mesh is None:
        raise NoMeshError(
            "there is no mesh: put one into the request, or publish one on ~/object_mesh"
        )
    return mesh
