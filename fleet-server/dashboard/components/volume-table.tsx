import { Link } from '@tanstack/react-router';
import type { JSX, ReactNode } from 'react';
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

/** Cases of a day by service and outcome. The numbers lead to the events they are made of. */
export function VolumeTable(props: { readonly volumes: readonly Volume[]; readonly day: string }): JSX.Element {
  const { day } = props;
  const { words } = usePage();
  const { volume, overview } = words.text;
  const lines = volumeLines(props.volumes);
  if (lines.length === 0) return <Nothing title={overview.noVolume} />;
  const total = (outcome: (typeof OUTCOMES)[number]): number => sum(lines.map((line) => line.counts[outcome]));
  const charged = sum(lines.map((line) => line.chargedFen));
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
              <Cell key={outcome} label={volume[outcome]} n={line.counts[outcome]} isBad={outcome === 'stopped'}>
                <Rows day={day} service={line.service} outcome={outcome}>
                  {line.counts[outcome]}
                </Rows>
              </Cell>
            ))}
            <Cell label={volume.charged} n={line.chargedFen}>
              <Rows day={day} service={line.service}>
                {words.yuan(line.chargedFen)}
              </Rows>
            </Cell>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{volume.total}</th>
          {OUTCOMES.map((outcome) => (
            <Cell key={outcome} label={volume[outcome]} n={total(outcome)} isBad={outcome === 'stopped'}>
              <Rows day={day} outcome={outcome}>
                {total(outcome)}
              </Rows>
            </Cell>
          ))}
          <Cell label={volume.charged} n={charged}>
            <Rows day={day}>{words.yuan(charged)}</Rows>
          </Cell>
        </tr>
      </tfoot>
    </table>
  );
}

/** A number; where there is none, a quiet zero that leads nowhere, and on a phone nothing. */
function Cell(props: {
  readonly label: string;
  readonly n: number;
  readonly isBad?: boolean;
  readonly children: ReactNode;
}): JSX.Element {
  if (props.n === 0) {
    return (
      <td data-label={props.label} className="is-nothing">
        0
      </td>
    );
  }
  return (
    <td data-label={props.label} className={props.isBad === true ? 'is-bad' : undefined}>
      {props.children}
    </td>
  );
}

/** The events that a number is made of. */
function Rows(props: {
  readonly day: string;
  readonly service?: string;
  readonly outcome?: Volume['outcome'];
  readonly children: ReactNode;
}): JSX.Element {
  const { day, service, outcome } = props;
  return (
    <Link to="/events" search={{ kind: 'service-result', service, outcome, day }}>
      {props.children}
    </Link>
  );
}
