import type { Spread } from './measure.ts';

/** What a benchmark is run with. */
export interface BenchContext {
  readonly rounds: number;
  /** Of what is asked a second, where the benchmark takes one; null: as fast as it goes. */
  readonly rate: number | null;
  readonly say: (line: string) => void;
}

/** One measured thing beside its peer. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly ours: Spread;
  readonly peer: Spread;
  /** Ours to the peer's, round by round. */
  readonly ratio: Spread;
  /** What it should be, in words, and whether the median reaches it. */
  readonly goal: string;
  readonly isReached: boolean;
}

export interface BenchResult {
  readonly bench: string;
  readonly rounds: number;
  readonly figures: readonly Figure[];
}

const HEAD = ['', 'ours', 'peer', 'ratio min', 'median', 'max', 'goal'];

/** Lines for people. */
export function showFigures(result: BenchResult): readonly string[] {
  const rows = result.figures.map((figure) => [
    figure.name,
    `${round(figure.ours.median)} ${figure.unit}`,
    `${round(figure.peer.median)} ${figure.unit}`,
    round(figure.ratio.min),
    round(figure.ratio.median),
    round(figure.ratio.max),
    `${figure.goal}${figure.isReached ? '' : '  MISSED'}`,
  ]);
  const widths = HEAD.map((head, column) => Math.max(head.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return [`${result.bench}, ${result.rounds} rounds`, line(HEAD), ...rows.map(line)];
}

function round(figure: number): string {
  return figure >= 100 ? figure.toFixed(0) : figure.toFixed(2);
}
