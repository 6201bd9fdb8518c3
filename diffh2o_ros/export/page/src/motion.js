// One motion: its scene, what is seen of it at a time, and how near hands are then.
import { BufferAttribute, CircleGeometry, Color, DirectionalLight, DoubleSide, Group, HemisphereLight, Mesh,
  MeshStandardMaterial, Scene, SphereGeometry, Vector3 } from "three";
import { MovingBody, Poses, geometryOf } from "./body.js";

const SKIN = { right: 0xdea88c, left: 0xcc947a }, METAL = { right: 0xb8babf, left: 0x999ea8 };
const OBJECT = new Color(0x38789e), GHOST = 0x2fa84f, REACH = 15;
const RAMP = [[0, new Color(0xffe94a)], [5, new Color(0xf58a1f)], [REACH, OBJECT]];
export const CONTACT = 0.005;  // meters, as in the figures

const LOOKUP = Array.from({ length: REACH + 1 }, (_, mm) => {
  const next = Math.max(1, RAMP.findIndex(([at]) => mm <= at));
  const [low, from] = RAMP[next - 1], [high, to] = RAMP[next];
  return from.clone().lerp(to, (mm - low) / (high - low));
});

function material(color, more = {}) {
  return new MeshStandardMaterial({ color, roughness: 0.75, side: DoubleSide, ...more });
}

// The row of a time among increasing ones, with the fraction of the way to the next.
function rowAt(times, time) {
  const last = times.length - 1;
  if (time <= times[0]) return 0;
  if (time >= times[last]) return last;
  let low = 0, high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (times[middle] <= time) low = middle; else high = middle;
  }
  return low + (time - times[low]) / (times[high] - times[low]);
}

export class Motion {
  constructor(arrays, sample) {
    this.sample = sample;
    this.arrays = arrays;
    this.scene = new Scene();
    this.see = { human: true, robot: true, contacts: true, target: true };
    this.humanTimes = arrays[sample.human.times].values;
    this.skins = sample.human.bodies.map((b) => new MovingBody(arrays, b, material(SKIN[b.side])));
    this.links = (sample.robot?.bodies ?? []).map(
      (b) => new MovingBody(arrays, b, material(METAL[b.side], { metalness: 0.35, roughness: 0.5 })));
    this.objectPoses = new Poses(arrays, sample.object);
    if (sample.robot) {
      this.robotTimes = arrays[sample.robot.times].values;
      this.robotPoses = new Poses(arrays, sample.robot.object);
      this.humanFrames = arrays[sample.robot.human_frames].values;
    }
    const geometry = geometryOf(arrays, sample.object);
    geometry.setAttribute("color", new BufferAttribute(new Float32Array(geometry.attributes.position.array.length), 3));
    this.object = new Mesh(geometry, material(0xffffff, { vertexColors: true }));
    this.object.castShadow = this.object.receiveShadow = true;
    this.planned = new Mesh(geometry, material(OBJECT, { transparent: true, opacity: 0.3, depthWrite: false }));
    this.scene.add(this.object, this.planned, ...[...this.skins, ...this.links].map((b) => b.mesh));
    this.addSurroundings();
    if (sample.target) this.addTarget(sample.target);
    this.middle = new Vector3();
  }

  addSurroundings() {
    const { radius, table } = this.sample;
    this.table = new Mesh(new CircleGeometry(2.2 * radius, 64), material(0xffffff));
    this.table.position.z = table - 5e-4;
    this.table.receiveShadow = true;
    const sun = new DirectionalLight(0xffffff, 1.7);
    sun.position.set(-radius, 0.6 * radius, 4 * radius);
    sun.castShadow = true;
    sun.shadow.mapSize.set(1024, 1024);
    Object.assign(sun.shadow.camera, { left: -2 * radius, right: 2 * radius, top: 2 * radius, bottom: -2 * radius, near: 0.01, far: 8 * radius });
    sun.shadow.normalBias = 0.002;
    const sky = new HemisphereLight(0xffffff, 0x9a8f85, 1.5);
    sky.position.set(0, 0, 1);
    this.headlight = new DirectionalLight(0xffffff, 0.8);  // where the camera is
    this.scene.add(this.table, sun, sky, this.headlight);
  }

  // In the object's frame, so that it moves along.
  addTarget(target) {
    this.target = new Group();
    const ghost = material(GHOST, { transparent: true, opacity: 0.45, depthWrite: false });
    if (target.what === "fingertips") {
      const tips = this.arrays[target.tips].values;
      for (let i = 0; i < tips.length; i += 3) {
        const ball = new Mesh(new SphereGeometry(0.007, 24, 16), ghost);
        ball.position.fromArray(tips, i);
        this.target.add(ball);
      }
    } else {
      this.target.add(new Mesh(geometryOf(this.arrays, target), ghost));
    }
    this.object.add(this.target);
  }

  // The robot leads where it is seen: it takes longer than people do.
  get robotLeads() { return this.sample.robot !== null && this.see.robot; }
  get times() { return this.robotLeads ? this.robotTimes : this.humanTimes; }
  get duration() { const times = this.times; return times[times.length - 1]; }
  get grasp() { return (this.robotLeads ? this.sample.robot : this.sample.human).grasp; }
  get contacts() { return (this.robotLeads ? this.sample.robot : this.sample.human).contacts; }

  rowAt(time) { return rowAt(this.times, time); }

  // The time, by whoever leads now, of a human frame: kept when the lead changes.
  timeOfHuman(frame) {
    const frames = this.robotLeads ? this.humanFrames : Float32Array.from(this.humanTimes.keys());
    const row = rowAt(frames, frame), first = Math.floor(row), times = this.times;
    return times[first] + (row - first) * ((times[first + 1] ?? times[first]) - times[first]);
  }

  humanFrame(time) {
    const row = this.rowAt(time);
    if (!this.robotLeads) return row;
    const first = Math.floor(row), frames = this.humanFrames;
    return frames[first] + (row - first) * ((frames[first + 1] ?? frames[first]) - frames[first]);
  }

  show(time) {
    const row = this.rowAt(time), human = this.humanFrame(time), leads = this.robotLeads;
    for (const skin of this.skins) {
      skin.mesh.visible = this.see.human;
      Object.assign(skin.mesh.material, { transparent: leads, opacity: leads ? 0.4 : 1, depthWrite: !leads });
      skin.pose(human);
    }
    for (const link of this.links) {
      link.mesh.visible = leads;
      if (leads) link.pose(row);
    }
    (leads ? this.robotPoses : this.objectPoses).apply(this.object, row);
    this.planned.visible = leads && this.see.human && this.sample.robot.simulated;
    this.objectPoses.apply(this.planned, human);
    if (this.target) this.target.visible = this.see.target;
    this.color(Math.round(row));
    this.aim(leads ? this.links : this.skins);
  }

  color(row) {
    if (this.colored === `${row} ${this.robotLeads} ${this.see.contacts}`) return;
    this.colored = `${row} ${this.robotLeads} ${this.see.contacts}`;
    const colors = this.object.geometry.attributes.color, count = colors.count;
    const near = this.arrays[this.contacts.near].whole;
    for (let i = 0; i < count; i++) {
      const { r, g, b } = this.see.contacts ? LOOKUP[near[row * count + i]] : OBJECT;
      colors.setXYZ(i, r, g, b);
    }
    colors.needsUpdate = true;
  }

  // What a close camera looks at: between the object and the middle of the hands.
  aim(bodies) {
    this.middle.set(0, 0, 0);
    for (const { mesh } of bodies) this.middle.addScaledVector(mesh.position, 1 / bodies.length);
    this.middle.lerp(this.object.position, 0.5);
  }

  // [{name, distance}] of the fingers at a time, meters.
  nearness(time) {
    const { names, distances } = this.contacts, row = Math.round(this.rowAt(time));
    const values = this.arrays[distances].values;
    return names.map((name, i) => ({ name, distance: values[row * names.length + i] }));
  }

  paint(table) { this.table.material.color.set(table); }
}
