// A body that moves: posed once a frame, between frames in between; skin changes its shape, too.
import { BufferAttribute, BufferGeometry, Mesh, Quaternion, Vector3 } from "three";

const before = new Quaternion(), after = new Quaternion(), there = new Vector3();

export class Poses {
  constructor(arrays, { positions, rotations }) {
    this.positions = arrays[positions].values;
    this.rotations = arrays[rotations].values;
  }

  // Puts an object3d where it is at a frame, which may lie between two.
  apply(object, frame) {
    const last = this.positions.length / 3 - 1;
    const first = Math.min(Math.floor(frame), last), second = Math.min(first + 1, last);
    const part = frame - first;
    object.position.fromArray(this.positions, 3 * first).lerp(there.fromArray(this.positions, 3 * second), part);
    before.fromArray(this.rotations, 4 * first).normalize();
    after.fromArray(this.rotations, 4 * second).normalize();
    object.quaternion.copy(before).slerp(after, part);
  }
}

export function geometryOf(arrays, { vertices, faces }) {
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(arrays[vertices].values.slice(), 3));
  geometry.setIndex(new BufferAttribute(Uint32Array.from(arrays[faces].whole), 1));
  geometry.computeVertexNormals();
  return geometry;
}

export class MovingBody {
  constructor(arrays, body, material) {
    this.side = body.side;
    this.poses = new Poses(arrays, body);
    this.mesh = new Mesh(geometryOf(arrays, body), material);
    this.mesh.castShadow = true;
    this.mesh.frustumCulled = false;
    if (body.shapes !== undefined) {
      this.mean = arrays[body.vertices].values;
      this.shapes = arrays[body.shapes].values;
      this.weights = arrays[body.weights];
    }
  }

  pose(frame) {
    this.poses.apply(this.mesh, frame);
    if (!this.shapes || !this.shapes.length || this.shown === frame) return;
    this.shown = frame;
    const position = this.mesh.geometry.attributes.position, points = position.array;
    const [frames, count] = this.weights.shape, size = points.length;
    const first = Math.min(Math.floor(frame), frames - 1), second = Math.min(first + 1, frames - 1);
    points.set(this.mean);
    for (let k = 0; k < count; k++) {
      const a = this.weights.values[first * count + k], b = this.weights.values[second * count + k];
      const weight = a + (b - a) * (frame - first), at = k * size;
      for (let i = 0; i < size; i++) points[i] += weight * this.shapes[at + i];
    }
    position.needsUpdate = true;
    this.mesh.geometry.computeVertexNormals();
  }
}
