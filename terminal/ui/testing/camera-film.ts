/** What a camera sees, for Chromium's camera that is a file. */
export type Scene = 'living' | 'dark' | 'bright' | 'black' | 'covered' | 'frozen';

const WIDTH = 640;
const HEIGHT = 480;
const FRAMES = 12;
const GREY = 128;
const HEADER = `YUV4MPEG2 W${WIDTH} H${HEIGHT} F20:1 Ip A1:1 C420jpeg\n`;

/** Mean light of the scene, how far its stripes are from it, and the sensor's noise; 16 is black, 235 white. */
const LIGHT: Readonly<Record<Scene, { readonly mean: number; readonly contrast: number; readonly noise: number }>> = {
  living: { mean: 125, contrast: 50, noise: 8 },
  dark: { mean: 45, contrast: 18, noise: 4 },
  bright: { mean: 225, contrast: 10, noise: 4 },
  black: { mean: 17, contrast: 0, noise: 2 },
  covered: { mean: 90, contrast: 0, noise: 4 },
  frozen: { mean: 125, contrast: 50, noise: 8 },
};

/** A film of 4:2:0 pictures (other formats come out plain green without an error). `frozen` is one picture, which is then
 *  shown again and again. */
export function filmOf(scene: Scene): Buffer {
  const random = numbers(17);
  const frames = Array.from({ length: scene === 'frozen' ? 1 : FRAMES }, (_, n) => frameOf(scene, n, random));
  return Buffer.concat([Buffer.from(HEADER), ...frames]);
}

/** One picture: an upright oval before stripes that move, so that people who look at it see something. */
function frameOf(scene: Scene, n: number, random: () => number): Buffer {
  const { mean, contrast, noise } = LIGHT[scene];
  const luma = Buffer.alloc(WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      const isFace = ((x - 320) / 120) ** 2 + ((y - 230) / 160) ** 2 < 1;
      const isStripe = (x + 4 * n) % 80 < 40;
      const light = mean + (isFace || isStripe ? contrast : -contrast) + (random() - 0.5) * noise;
      luma[y * WIDTH + x] = Math.max(16, Math.min(235, Math.round(light)));
    }
  }
  return Buffer.concat([Buffer.from('FRAME\n'), luma, Buffer.alloc((WIDTH * HEIGHT) / 2, GREY)]);
}

/** The same numbers in every run, 0 to 1 (Park and Miller). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
