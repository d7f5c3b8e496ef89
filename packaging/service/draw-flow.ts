import type { Flow, FlowStep } from './flow.ts';
import { circle, escaped, line, named, path, pill, rect, text, wrapped } from './svg.ts';
import { EFFECT_WORDS, PHASE_WORDS } from './words.table.ts';

/** Columns, in px from the left. */
const LANE = { x: 24, width: 124 };
const BOX = { x: 172, width: 372 };
const BYPASS_X = BOX.x + BOX.width + 18;
const GUARD = { x: BYPASS_X + 10, width: 214 };
const DEVICE = { x: 806, width: 176 };
const EFFECT = { x: 986, width: 232 };
const WIDTH = 1242;
const SPINE_X = BOX.x + BOX.width / 2;
const HEAD = 132;
/** Above and below a box: room for the spine and a bypass. */
const GAP = 15;
const LINE = 17;
const PILL = 24;

interface Row {
  readonly step: FlowStep;
  readonly top: number;
  readonly height: number;
  readonly detail: readonly string[];
  readonly guards: readonly string[];
}

/** A package's flow as SVG: lanes by phase, steps as boxes in the order they are walked, guards as bypasses around a box
 *  with what must hold beside it, devices and effects to the right. */
export function drawFlow(flow: Flow): string {
  const rows = rowsOf(flow.steps);
  const last = rows.at(-1);
  const height = (last === undefined ? HEAD : last.top + last.height + GAP) + 24;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" `,
    `font-family="'Noto Sans CJK SC','Noto Sans SC','Microsoft YaHei',sans-serif" fill="#111827">`,
    `<title>${escaped(`${flow.title['zh-CN']} ${flow.title.en}`)}</title>`,
    `<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">`,
    `<path d="M0 0 8 4 0 8z" fill="context-stroke"/></marker></defs>`,
    rect({ x: 0, y: 0, width: WIDTH, height, fill: '#ffffff' }),
    head(flow),
    ...lanesOf(rows),
    ...rows.map((row, at) => drawRow(row, rows[at + 1])),
    '</svg>\n',
  ].join('\n');
}

function rowsOf(steps: readonly FlowStep[]): readonly Row[] {
  let top = HEAD + GAP;
  return steps.map((step) => {
    const detail = wrapped(step.detail, 12, BOX.width - 28);
    const guards = step.guards.flatMap((guard, at) => wrapped(at === 0 ? guard : `且 and ${guard}`, 13, GUARD.width));
    const content = Math.max(
      24 + LINE * detail.length,
      guards.length === 0 ? 0 : LINE * (guards.length + 1),
      LINE * step.devices.length,
      PILL * step.effects.length,
    );
    const row = { step, top, height: Math.max(34, content + 10), detail, guards };
    top += row.height + 2 * GAP;
    return row;
  });
}

function head(flow: Flow): string {
  const y = HEAD - 14;
  const columns = [
    text(LANE.x, y, '阶段 phase', { size: 13, fill: '#374151' }),
    text(BOX.x, y, '步骤 step', { size: 13, fill: '#374151' }),
    text(GUARD.x, y, '条件（否则跳过） only where', { size: 13, fill: '#1d4ed8' }),
    text(DEVICE.x, y, '设备 devices', { size: 13, fill: '#374151' }),
    text(EFFECT.x, y, '效果 effects', { size: 13, fill: '#374151' }),
  ];
  return [
    text(LANE.x, 44, flow.title['zh-CN'], { size: 26, weight: 700 }),
    text(LANE.x, 72, flow.title.en, { size: 18 }),
    text(LANE.x, 94, `${flow.id} · release ${flow.release} · ${flow.steps.length} steps`, {
      size: 13,
      fill: '#374151',
    }),
    circle(DEVICE.x + 4, 44, 4, '#111827'),
    text(DEVICE.x + 14, 48.5, '必需 needed', { size: 13 }),
    circle(DEVICE.x + 4, 66, 4, '#ffffff'),
    text(DEVICE.x + 14, 70.5, '可缺 optional', { size: 13 }),
    ...columns,
  ].join('\n');
}

/** Steps of one phase in a row lie in one lane. */
function lanesOf(rows: readonly Row[]): readonly string[] {
  const lanes: { phase: string; top: number; bottom: number }[] = [];
  for (const { step, top, height } of rows) {
    const lane = lanes.at(-1);
    const bottom = top + height + GAP;
    if (lane?.phase === step.phase) lane.bottom = bottom;
    else lanes.push({ phase: step.phase, top: top - GAP, bottom });
  }
  return lanes.map(({ phase, top, bottom }) => {
    const words = PHASE_WORDS[phase];
    const middle = (top + bottom) / 2;
    return [
      rect({ x: 12, y: top, width: WIDTH - 24, height: bottom - top, fill: words?.fill ?? '#ffffff' }),
      line(12, top, WIDTH - 12, top, '#cbd5e1'),
      text(LANE.x, middle - 2, words?.zh ?? phase, { size: 16, weight: 700 }),
      text(LANE.x, middle + 16, words?.en ?? phase, { size: 13, fill: '#374151' }),
    ].join('\n');
  });
}

function drawRow(row: Row, next: Row | undefined): string {
  const { step, top, height, detail } = row;
  const bottom = top + height;
  const name = step.id === step.kind ? '' : step.kind;
  return [
    next === undefined ? '' : path(`M${SPINE_X} ${bottom}V${next.top}`, { stroke: '#374151', isArrow: true }),
    rect({
      ...{ x: BOX.x, y: top, width: BOX.width, height, fill: '#ffffff', radius: 6 },
      ...(step.isBroken ? { stroke: '#b91c1c', strokeWidth: 3 } : { stroke: '#374151', strokeWidth: 1.5 }),
    }),
    named(BOX.x + 14, top + (detail.length === 0 ? height / 2 + 5 : 22), step.id, name),
    ...detail.map((words, at) =>
      text(BOX.x + 14, top + 24 + LINE * (at + 1) - 3, words, { size: 12, fill: '#374151' }),
    ),
    ...bypass(row),
    ...step.devices.map(({ device, isNeeded }, at) => {
      const y = middleOf(row, step.devices.length, LINE, at);
      const mark = circle(DEVICE.x + 4, y, 4, isNeeded ? '#111827' : '#ffffff');
      return `${mark}\n${text(DEVICE.x + 14, y + 4.5, device, { size: 13 })}`;
    }),
    ...step.effects.map((effect, at) => {
      const y = middleOf(row, step.effects.length, PILL, at);
      return pill(EFFECT.x, y - 10, EFFECT_WORDS[effect] ?? effect, { size: 13, width: EFFECT.width });
    }),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** The middle of line `at` of `count`, when the lines stand in the middle of the row. */
function middleOf({ top, height }: Row, count: number, each: number, at: number): number {
  return top + height / 2 + (at - (count - 1) / 2) * each;
}

/** The way around a guarded box, and what must hold to go through it. */
function bypass(row: Row): readonly string[] {
  if (row.guards.length === 0) return [];
  const from = row.top - GAP + 5;
  const to = row.top + row.height + GAP - 6;
  const round = `M${SPINE_X} ${from}H${BYPASS_X - 8}q8 0 8 8V${to - 8}q0 8 -8 8H${SPINE_X + 2}`;
  return [
    path(round, { stroke: '#1d4ed8', isArrow: true, isDashed: true }),
    ...row.guards.map((guard, at) =>
      text(GUARD.x, middleOf(row, row.guards.length, LINE, at) + 4.5, guard, { size: 13, fill: '#1d4ed8' }),
    ),
  ];
}
