import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState, type FormEvent, type JSX } from 'react';
import type { Replies, Variance } from '../api-client/api-types.ts';
import { request } from '../api-client/request.ts';
import { usePage } from '../page-context.ts';
import type { Place } from '../places.ts';
import { Failure } from './answer.tsx';
import { Age, Moment } from './moment.tsx';
import { TerminalPlace } from './terminal-place.tsx';

/** The server takes no shorter and no longer reason. */
const REASON = { min: 4, max: 200 } as const;

/** Counted differences that nobody has accepted: which unit, what should have been there, what was counted, by whom and
 *  when; and the fleet's acceptance, with its reason. */
export function VarianceList(props: {
  readonly variances: readonly Variance[];
  readonly places: ReadonlyMap<string, Place>;
}): JSX.Element {
  const { words } = usePage();
  return (
    <ul className="alarm-list" aria-label={words.text.variances.title}>
      {props.variances.map((variance) => (
        <VarianceItem key={variance.id} variance={variance} place={props.places.get(variance.tid)} />
      ))}
    </ul>
  );
}

function VarianceItem(props: { readonly variance: Variance; readonly place: Place | undefined }): JSX.Element {
  const { words } = usePage();
  const { variances: text } = words.text;
  const { variance, place } = props;
  const { tid, module, unit, expected, counted, missing, who, at, workOrder } = variance;
  const what = words.unit(`${module}.${unit}`);
  return (
    <li className="alarm alarm-major">
      <div className="alarm-head">
        <span className="quiet">
          <Moment at={at} /> · <Age at={at} />
        </span>
      </div>
      <div className="alarm-body">
        <TerminalPlace tid={tid} place={place} />
        <p className="alarm-what">
          {what} · {text.difference(signed(variance.variance))}
        </p>
        <p>{text.counts(expected, counted)}</p>
        {missing === null ? null : <p className="quiet breakable">{text.missing(missing)}</p>}
        <p className="quiet breakable">
          {text.by(who.slice(0, 8))}
          {workOrder === null ? '' : ` · ${words.text.fields.workOrder} ${workOrder}`}
        </p>
      </div>
      <Accept variance={variance} what={what} />
    </li>
  );
}

function Accept(props: { readonly variance: Variance; readonly what: string }): JSX.Element {
  const { words, session } = usePage();
  const { variances: text } = words.text;
  const { id, tid } = props.variance;
  const [reason, setReason] = useState('');
  const client = useQueryClient();
  const accept = useMutation({
    mutationFn: () =>
      request<Replies['varianceAccepted']>(`/api/variances/${encodeURIComponent(id)}/accept`, {
        method: 'POST',
        body: { reason: reason.trim() },
      }),
    onSettled: () =>
      Promise.all(
        ['variances', 'alarms', 'overview'].map((queryKey) => client.invalidateQueries({ queryKey: [queryKey] })),
      ),
  });
  if (session?.permissions.includes('variance.accept') !== true) return <p className="quiet">{text.mayNot}</p>;
  const isReady = reason.trim().length >= REASON.min && !accept.isPending;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isReady) accept.mutate();
  };
  return (
    <form className="alarm-act" onSubmit={submit}>
      <Input
        value={reason}
        maxLength={REASON.max}
        placeholder={text.reason}
        aria-label={`${text.reason}: ${tid}, ${props.what}`}
        onChange={(event) => setReason(event.target.value)}
      />
      <Button htmlType="submit" disabled={!isReady} aria-label={`${text.accept}: ${tid}, ${props.what}`}>
        {accept.isPending ? text.accepting : text.accept}
      </Button>
      {accept.isError ? <Failure title={text.failed} error={accept.error} /> : null}
    </form>
  );
}

function signed(n: number): string {
  return n > 0 ? `+${n}` : String(n).replace('-', '−');
}
