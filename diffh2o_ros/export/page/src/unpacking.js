// Arrays as packing.py keeps them: whole numbers of a step, in four planes of bytes, zigzag.

export async function unpack(text, index) {
  const packed = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let at = 0;
  return index.map(({ shape, step, changes }) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const row = shape[0] ? size / shape[0] : 0;
    const whole = new Int32Array(size);
    for (let i = 0; i < size; i++) {
      const j = at + i;
      const zigzag = bytes[j] | (bytes[j + size] << 8) | (bytes[j + 2 * size] << 16) | (bytes[j + 3 * size] << 24);
      whole[i] = (zigzag >>> 1) ^ -(zigzag & 1);
      if (changes && i >= row) whole[i] += whole[i - row];
    }
    at += 4 * size;
    const values = Float32Array.from(whole, (value) => value * step);
    return { values, whole, shape };
  });
}
