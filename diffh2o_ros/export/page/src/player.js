// Time: what is played, how fast, and up to where.

export class Player {
  constructor(motions) {
    this.motions = motions;
    Object.assign(this, { time: 0, speed: 1, loop: true, playing: false });
  }

  get duration() { return Math.max(...this.motions.map((motion) => motion.duration)); }
  // The frame of the longest motion.
  get longest() { return this.motions.reduce((a, b) => (b.duration > a.duration ? b : a)); }
  get frame() { return Math.round(this.longest.rowAt(this.time)); }

  seek(time) { this.time = Math.min(Math.max(time, 0), this.duration); }

  step(frames) {
    const { times } = this.longest;
    this.playing = false;
    this.seek(times[Math.min(Math.max(this.frame + frames, 0), times.length - 1)]);
  }

  toggle() {
    this.playing = !this.playing;
    if (this.playing && this.time >= this.duration) this.time = 0;
  }

  // `passed` seconds go by; whether anything changed.
  advance(passed) {
    if (!this.playing) return false;
    this.time += passed * this.speed;
    if (this.time > this.duration) {
      if (this.loop) this.time %= this.duration || 1;
      else { this.time = this.duration; this.playing = false; }
    }
    return true;
  }
}
