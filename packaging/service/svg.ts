/** The few marks that a picture is drawn with. Words are escaped here and nowhere else. */
interface TextStyle {
  readonly size: number;
  readonly weight?: number;
  readonly fill?: string;
}
interface RectShape {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly fill: string;
  readonly stroke?: string;
  readonly strokeWidth?: number;
  readonly radius?: number;
}

export function text(x: number, y: number, words: string, style: TextStyle): string {
  if (words === '') return '';
  const fill = style.fill === undefined ? '' : ` fill="${style.fill}"`;
  const weight = style.weight === undefined ? '' : ` font-weight="${style.weight}"`;
  return `<text x="${px(x)}" y="${px(y)}" font-size="${style.size}"${weight}${fill}>${escaped(words)}</text>`;
}

/** A name, and beside it what it is. */
export function named(x: number, y: number, name: string, what: string): string {
  const beside =
    what === '' ? '' : `<tspan dx="10" font-size="13" font-weight="400" fill="#374151">${escaped(what)}</tspan>`;
  return `<text x="${px(x)}" y="${px(y)}" font-size="15" font-weight="700">${escaped(name)}${beside}</text>`;
}

export function rect({ x, y, width, height, fill, stroke, strokeWidth, radius }: RectShape): string {
  const round = radius === undefined ? '' : ` rx="${radius}"`;
  const edge = stroke === undefined ? '' : ` stroke="${stroke}" stroke-width="${strokeWidth ?? 1}"`;
  return `<rect x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}" fill="${fill}"${round}${edge}/>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, stroke: string): string {
  return `<line x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}" stroke="${stroke}"/>`;
}

export function circle(x: number, y: number, radius: number, fill: string): string {
  return `<circle cx="${px(x)}" cy="${px(y)}" r="${radius}" fill="${fill}" stroke="#111827" stroke-width="1.5"/>`;
}

export function path(d: string, style: { stroke: string; isArrow?: boolean; isDashed?: boolean }): string {
  const arrow = style.isArrow === true ? ' marker-end="url(#arrow)"' : '';
  const dashed = style.isDashed === true ? ' stroke-dasharray="5 3"' : '';
  return `<path d="${d}" fill="none" stroke="${style.stroke}" stroke-width="1.5"${dashed}${arrow}/>`;
}

/** Words in a rounded frame. */
export function pill(x: number, y: number, words: string, { size, width }: { size: number; width: number }): string {
  const wide = Math.min(width, textWidth(words, size) + 20);
  const frame = { x, y, width: wide, height: 20, fill: '#ffffff', stroke: '#92400e', strokeWidth: 1.2, radius: 10 };
  return `${rect(frame)}\n${text(x + 10, y + 14.5, words, { size, fill: '#78350f' })}`;
}

/** About how wide words are: a Chinese character is as wide as it is high. */
function textWidth(words: string, size: number): number {
  return Array.from(words).reduce((sum, letter) => sum + (letter > '⺀' ? 1 : letter === ' ' ? 0.3 : 0.58) * size, 0);
}

/** Words in lines no wider than `width`, broken at spaces; a word that alone is too wide is broken where it must. */
export function wrapped(words: string, size: number, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of words.split(' ').filter((one) => one !== '')) {
    const joined = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && textWidth(joined, size) <= width) lines[lines.length - 1] = joined;
    else lines.push(...pieces(word, size, width));
  }
  return lines;
}

function pieces(word: string, size: number, width: number): readonly string[] {
  const found = [''];
  for (const letter of word) {
    const grown = `${found.at(-1)}${letter}`;
    if (grown.length > 1 && textWidth(grown, size) > width) found.push(letter);
    else found[found.length - 1] = grown;
  }
  return found;
}

function px(number: number): string {
  return String(Math.round(number * 10) / 10);
}

export function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
