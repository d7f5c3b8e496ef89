import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { Volume } from '../api-client/api-types.ts';
import { usePage } from '../page-context.ts';
import { Nothing } from './answer.tsx';

const OUTCOMES = ['done', 'refused', 'stopped', 'abandoned'] as const;

interface ServiceLine {
  readonly service: string;
  readonly counts: Readonly<Record<(typeof OUTCOMES)[number], number>>;
  readonly chargedFen: number;
}

/** Sums rows of several places into one line a service, most cases first. */
export function volumeLines(volumes: readonly Volume[]): ServiceLine[] {
  const lines = [...Map.groupBy(volumes, (row) => row.service)].map(([service, rows]) => {
    const countOf = (outcome: Volume['outcome']): number =>
      sum(rows.filter((row) => row.outcome === outcome).map((row) => row.n));
    return {
      service,
      counts: {
        done: countOf('done'),
        refused: countOf('refused'),
        stopped: countOf('stopped'),
        abandoned: countOf('abandoned'),
      },
      chargedFen: sum(rows.map((row) => row.chargedFen - row.refundedFen)),
    };
  });
  return lines.toSorted((a, b) => b.counts.done - a.counts.done || a.service.localeCompare(b.service));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}

/** Today's cases by service and outcome. The numbers lead to the events they are made of. */
export function VolumeTable(props: { readonly volumes: readonly Volume[] }): JSX.Element {
  const { words } = usePage();
  const { volume, overview } = words.text;
  const lines = volumeLines(props.volumes);
  if (lines.length === 0) return <Nothing title={overview.noVolume} />;
  const total = (outcome: (typeof OUTCOMES)[number]): number => sum(lines.map((line) => line.counts[outcome]));
  return (
    <table className="table numbers">
      <thead>
        <tr>
          <th scope="col">{volume.service}</th>
          {OUTCOMES.map((outcome) => (
            <th scope="col" key={outcome}>
              {volume[outcome]}
            </th>
          ))}
          <th scope="col">{volume.charged}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.service}>
            <th scope="row">{words.service(line.service)}</th>
            {OUTCOMES.map((outcome) => (
              <td
                key={outcome}
                data-label={volume[outcome]}
                className={line.counts[outcome] > 0 && outcome === 'stopped' ? 'is-bad' : undefined}
              >
                {line.counts[outcome]}
              </td>
            ))}
            <td data-label={volume.charged}>{words.yuan(line.chargedFen)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{volume.total}</th>
          {OUTCOMES.map((outcome) => (
            <td key={outcome} data-label={volume[outcome]}>
              <Link to="/events" search={{ kind: 'service-result' }}>
                {total(outcome)}
              </Link>
            </td>
          ))}
          <td data-label={volume.charged}>{words.yuan(sum(lines.map((line) => line.chargedFen)))}</td>
        </tr>
      </tfoot>
    </table>
  );
}
