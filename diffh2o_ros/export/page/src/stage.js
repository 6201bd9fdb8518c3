// Where motions are drawn: one canvas, a view each, and a camera that all of them share.
import { PCFShadowMap, PerspectiveCamera, WebGLRenderer } from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";

const VIEW_ANGLE = 30;
// From where each camera looks at a right hand: the person stands at -x and looks along +x. The
// two others are on the palm's side, so of a left hand alone on the other.
const FROM = { eyes: [-1, 0, 0.75], side: [-0.12, 1, 0.34], close: [-0.25, 0.7, 0.75] };
const FILLED = 0.88;  // of the ball around all that moves, whose edge is mostly empty
const CLOSE = 0.11;  // meters around the hand that are seen

export class Stage {
  constructor(canvas, labels, motions) {
    this.canvas = canvas;
    this.motions = motions;
    this.renderer = new WebGLRenderer({ canvas, antialias: true });
    this.renderer.shadowMap.enabled = true;
    this.renderer.shadowMap.type = PCFShadowMap;
    this.camera = new PerspectiveCamera(VIEW_ANGLE, 1, 0.01, 50);
    this.camera.up.set(0, 0, 1);
    this.orbit = new OrbitControls(this.camera, canvas);
    this.orbit.addEventListener("change", () => { this.changed = true; });
    this.labels = motions.map((motion) => {
      const label = document.createElement("div");
      label.textContent = motions.length > 1 ? motion.sample.name || motion.sample.text : "";
      labels.append(label);
      return label;
    });
    new ResizeObserver(() => this.resize()).observe(canvas.parentElement);
    this.palm = motions[0].skins.every((skin) => skin.side === "left") ? -1 : 1;
    this.look("side");
    this.resize();
  }

  look(preset) {
    this.preset = preset;
    this.orbit.target.set(0, 0, 0);
    const radius = preset === "close" ? CLOSE : Math.max(...this.motions.map((m) => m.sample.radius));
    const narrow = Math.min(1, this.aspect ?? 1);
    const distance = (FILLED * radius) / Math.sin((VIEW_ANGLE * Math.PI) / 360) / narrow;
    const [x, y, z] = FROM[preset];
    this.camera.position.set(x, y * this.palm, z).setLength(distance);
    this.orbit.update();
    this.changed = true;
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.canvas.parentElement;
    if (!width || !height) return;
    const count = this.motions.length;
    let best = [0, 1];
    for (let columns = 1; columns <= count; columns++) {  // the views that are largest
      const size = Math.min(width / columns, (1.2 * height) / Math.ceil(count / columns));
      if (size > best[0]) best = [size, columns];
    }
    const columns = best[1], rows = Math.ceil(count / columns);
    const aspect = width / columns / (height / rows);
    this.cells = this.motions.map((_, i) => ({
      left: ((i % columns) * width) / columns, top: (Math.floor(i / columns) * height) / rows,
      width: width / columns, height: height / rows }));
    this.labels.forEach((label, i) => Object.assign(label.style, {
      left: `${this.cells[i].left}px`, top: `${this.cells[i].top}px`, width: `${this.cells[i].width}px` }));
    this.renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
    this.renderer.setSize(width, height, false);
    this.height = height;
    this.camera.aspect = aspect;
    this.camera.updateProjectionMatrix();
    const first = this.aspect === undefined || Math.min(1, this.aspect) !== Math.min(1, aspect);
    this.aspect = aspect;
    if (first) this.look(this.preset);
    this.changed = true;
  }

  repaint() {
    const style = getComputedStyle(document.documentElement);
    this.renderer.setClearColor(style.getPropertyValue("--back").trim());
    for (const motion of this.motions) motion.paint(style.getPropertyValue("--table").trim());
    this.changed = true;
  }

  draw() {
    this.changed = false;
    const offset = this.camera.position.clone();
    this.renderer.setScissorTest(true);
    this.motions.forEach((motion, i) => {
      const { left, top, width, height } = this.cells[i], bottom = this.height - top - height;
      this.renderer.setViewport(left, bottom, width, height);
      this.renderer.setScissor(left, bottom, width, height);
      if (this.preset === "close") this.camera.position.add(motion.middle);
      motion.headlight.position.copy(offset);
      this.renderer.render(motion.scene, this.camera);
      this.camera.position.copy(offset);
    });
  }
}
